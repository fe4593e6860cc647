package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.participant;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only shows where one block takes two transactions for sure. */
@Timeout(120)
class AnvilMiningIT {

  private static final SigningKey OTHER = participant(77);

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

  @Test
  void shouldTellWhyAndAtWhatCostAnActionFailedInItsBlock() throws Exception {
    story.admit(2);
    story.open();
    story.commit(0, 1);
    LedgerAction close = new LedgerAction.CloseCommits(story.round().id());
    Ledger first = world.as(ANYBODY);
    Ledger second = world.as(OTHER);
    world.control().call("evm_setIntervalMining", 0);
    world.control().call("evm_setAutomine", false);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome> one = threads.submit(() -> first.submit(close));
      Future<Outcome> two = threads.submit(() -> second.submit(close));
      while (waiting() < 2) {
        Thread.onSpinWait();
      }
      world.control().mine();
      List<Outcome> outcomes = List.of(one.get(), two.get());

      assertThat(outcomes).filteredOn(o -> o instanceof Outcome.Mined).hasSize(1);
      assertThat(outcomes)
          .filteredOn(o -> o instanceof Outcome.Refused)
          .singleElement()
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> {
                assertThat(refused.error()).isEqualTo("WrongPhase");
                assertThat(refused.gasUsed()).isGreaterThan(21_000);
              });
    }
  }

  private long waiting() {
    String pending = world.control().call("txpool_status").get("pending").textValue();
    return Long.decode(pending);
  }
}
