package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a ledger behind a network can go through. */
@Timeout(600)
class Web3jLedgerIT {

  @TempDir static Path folder;

  private static Network network;
  private NetworkWorld world;
  private LedgerStory story;

  @BeforeAll
  static void start() throws Exception {
    network = Networks.start(folder);
  }

  @AfterAll
  static void end() {
    if (network != null) {
      network.close();
    }
  }

  @BeforeEach
  void found() {
    story =
        LedgerStory.begin(
            setup -> {
              world = NetworkWorld.on(network, setup);
              return world;
            },
            LedgerStory.Cast.SMALL);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Web3jLedger another(SigningKey account) {
    return new Web3jLedger(world.rpc(), world.deployed().contract(), Optional.empty(), account);
  }

  @Test
  void shouldTellWhatEachActionCost() {
    Outcome.Mined mined =
        story.doAs(COORDINATOR, new LedgerAction.Admit(participant(0).address(), 0));
    assertThat(mined.gasUsed()).isBetween(21_000L, 300_000L);
    assertThat(world.deployed().gasUsed()).isGreaterThan(1_000_000);
  }

  @Test
  void shouldGoOnWithAnAccountThatTwoProgramsUse() throws Exception {
    List<Ledger> programs = List.of(another(COORDINATOR), another(COORDINATOR));
    List<Future<Outcome>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        Ledger program = programs.get(i % 2);
        LedgerAction admit = new LedgerAction.Admit(participant(i).address(), 0);
        outcomes.add(threads.submit(() -> untilMined(program, admit)));
      }
      for (Future<Outcome> outcome : outcomes) {
        assertThat(outcome.get()).isNotNull();
      }
    }
    assertThat(story.state().participants()).hasSize(20);
  }

  /** As callers do: what is unknown is asked again, and done already is done. */
  private static Outcome untilMined(Ledger ledger, LedgerAction action) {
    while (true) {
      try {
        return ledger.submit(action);
      } catch (LedgerUnreachableException e) {
        assertThat(e).hasMessageMatching("(?s).*(nonce|replacement|underpriced|mined).*");
      }
    }
  }

  @Test
  void shouldSayThatTheNodeIsAwayAndGoOnWhenItIsBack() throws Exception {
    story.admit(1);
    Ledger ledger = world.as(COORDINATOR);
    long kept = world.rpc().blockNumber();
    while (world.rpc().blockNumber() < kept + 5) {
      Thread.onSpinWait();
    }
    network.kill();
    assertThatThrownBy(ledger::head).isInstanceOf(LedgerUnreachableException.class);
    assertThatThrownBy(() -> ledger.events(0, 1)).isInstanceOf(LedgerUnreachableException.class);
    assertThatThrownBy(() -> ledger.submit(new LedgerAction.Admit(participant(1).address(), 0)))
        .isInstanceOf(LedgerUnreachableException.class);
    network.restart();

    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(1).address(), 0));
    assertThat(story.state().participants()).hasSize(2);
  }

  @Test
  void shouldSubscribeAgainAfterTheNodeWasAway() throws Exception {
    LedgerReader reader =
        new Web3jLedgerReader(
            world.rpc(), world.deployed().contract(), Optional.of(network.webSocket()));
    Semaphore hints = new Semaphore(0);
    try (LedgerReader.Subscription _ = reader.subscribe(hints::release)) {
      assertThat(hints.tryAcquire(5, 30, TimeUnit.SECONDS)).isTrue();
      network.kill();
      hints.drainPermits();
      network.restart();
      assertThat(hints.tryAcquire(5, 30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
