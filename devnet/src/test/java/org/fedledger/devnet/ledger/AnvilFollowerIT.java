package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerStory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A follower keeps up with a real chain that is reorganised. */
@Timeout(120)
class AnvilFollowerIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;

  private AnvilNetwork network;
  private AnvilWorld world;
  private LedgerStory story;

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder);
    story =
        LedgerStory.begin(
            setup -> {
              world = new AnvilWorld(network, setup);
              return world;
            },
            LedgerStory.Cast.SMALL);
  }

  @AfterEach
  void end() {
    world.close();
    network.close();
  }

  private LedgerFollower follow(boolean subscribed, Duration poll) {
    Web3jLedgerReader reader =
        new Web3jLedgerReader(
            world.rpc(),
            world.deployed().contract(),
            subscribed ? Optional.of(network.webSocket()) : Optional.empty());
    LedgerFollower follower = new LedgerFollower(reader, world.deployed().block(), 0, poll);
    follower.start();
    return follower;
  }

  @Test
  void shouldGoBackWithAReorganisedChain() throws Exception {
    story.admit(2);
    try (LedgerFollower follower = follow(true, LedgerFollower.DEFAULT_POLL)) {
      follower.await(s -> s.participants().size() == 2, SOON);
      story.doAs(COORDINATOR, new LedgerAction.Admit(participant(2).address(), 0));
      FederationState before = follower.await(s -> s.participants().size() == 3, SOON);
      long back = world.as(COORDINATOR).head().number() - before.at().number() + 1;
      world.control().reorganise((int) back);

      FederationState after = follower.await(s -> s.participants().size() == 2, SOON);
      assertThat(world.as(COORDINATOR).block(after.at().number()).orElseThrow())
          .isEqualTo(after.at());
      story.doAs(COORDINATOR, new LedgerAction.Admit(participant(3).address(), 0));
      follower.await(s -> s.participants().containsKey(participant(3).address()), SOON);
      assertThat(follower.state().participants()).doesNotContainKey(participant(2).address());
    }
  }

  /** Else it would stand still until the chain is as long again as it was. */
  @Test
  void shouldGoBackWithAChainThatIsPutBackToAnEarlierBlock() throws Exception {
    story.admit(1);
    Web3jLedgerReader reader =
        new Web3jLedgerReader(world.rpc(), world.deployed().contract(), Optional.empty());
    AtomicLong now = new AtomicLong();
    LedgerFeed feed = new LedgerFeed(reader, world.deployed().block(), 0, now::get);
    try (LedgerFollower follower = new LedgerFollower(reader, feed, Duration.ofDays(1))) {
      follower.refresh();
      String snapshot = world.control().call("evm_snapshot").textValue();
      for (int i = 1; i < 4; i++) {
        story.doAs(COORDINATOR, new LedgerAction.Admit(participant(i).address(), 0));
      }
      FederationState before = follower.refresh();
      assertThat(world.control().call("evm_revert", snapshot).booleanValue()).isTrue();
      world.control().mine();
      assertThat(follower.refresh()).as("a node that is behind undoes nothing").isEqualTo(before);

      now.set(LedgerFeed.PATIENCE.toNanos() + 1);
      FederationState after = follower.refresh();
      assertThat(after.participants()).hasSize(1);
      assertThat(after.at()).isEqualTo(reader.head());
    }
  }
}
