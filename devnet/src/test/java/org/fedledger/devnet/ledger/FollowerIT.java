package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Round;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A follower keeps up with a real chain, also when it is killed and started again. */
@Timeout(300)
class FollowerIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;

  private Network network;
  private NetworkWorld world;
  private LedgerStory story;

  @BeforeEach
  void start() throws Exception {
    network = Networks.start(folder);
    story =
        LedgerStory.begin(
            setup -> {
              world = NetworkWorld.on(network, setup);
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
  void shouldLearnOfNewBlocksBySubscription() throws Exception {
    try (LedgerFollower follower = follow(true, Duration.ofDays(1))) {
      follower.await(s -> s.participants().isEmpty(), SOON);
      story.admit(1);
      follower.await(s -> s.participants().size() == 1, SOON);
    }
  }

  @Test
  void shouldGoOnWithAChainThatWasKilledAndStartedAgain() throws Exception {
    story.admit(2);
    try (LedgerFollower follower = follow(true, LedgerFollower.DEFAULT_POLL)) {
      CountDownLatch away = new CountDownLatch(1);
      follower.onTrouble(
          trouble -> {
            if (trouble instanceof LedgerUnreachableException) {
              away.countDown();
            }
          });
      long kept = world.as(COORDINATOR).head().number();
      // Anvil writes its chain every two seconds, and a block comes each second.
      follower.await(s -> s.at().number() >= kept + 5, SOON);
      network.kill();
      assertThat(away.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      network.restart();
      story.open();
      story.commit(0, 1).closeCommits();
      story.publish(0, "version 1");

      FederationState after = follower.await(s -> s.head().version() == 1, SOON);
      assertThat(after.round().orElseThrow().phase()).isEqualTo(Round.Phase.FINAL);
    }
  }
}
