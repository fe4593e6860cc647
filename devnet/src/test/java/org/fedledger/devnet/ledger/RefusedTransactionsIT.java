package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedledger.client.audit.FederationAudit;
import org.fedledger.client.audit.RefusalNotes;
import org.fedledger.contracts.RefusedTransactions;
import org.fedledger.contracts.RefusedTransactions.RefusedTransaction;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.Outcome;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.NoBlobs;
import org.fedledger.verify.AuditOptions;
import org.fedledger.verify.AuditReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class RefusedTransactionsIT {

  private static final long GAS = 500_000;
  private static final LedgerAction ADMIT = new LedgerAction.Admit(participant(3).address(), 0);

  @TempDir static Path folder;

  private static Network network;
  private NetworkWorld world;
  private RefusedTransactions transactions;

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
    LedgerStory.begin(
        setup -> {
          world = NetworkWorld.on(network, setup);
          return world;
        },
        LedgerStory.Cast.SMALL);
    transactions = new RefusedTransactions(world.rpc(), world.deployed().contract());
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Web3jLedger as(SigningKey account) {
    return new Web3jLedger(world.rpc(), world.deployed().contract(), Optional.empty(), account);
  }

  private List<RefusedTransaction> all() {
    return transactions.between(0, world.rpc().blockNumber());
  }

  @Test
  void shouldTellWhoWasRefusedInABlockAndByWhichRule() {
    Outcome outcome = as(ANYBODY).submitUnasked(ADMIT, GAS);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.error()).isEqualTo("NotCoordinator");
              assertThat(refused.gasUsed()).isGreaterThan(21_000);
            });
    assertThat(all())
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.sender()).isEqualTo(ANYBODY.address());
              assertThat(refused.rule()).contains((Outcome.Refused) outcome);
              assertThat(transactions.between(refused.block(), refused.block())).hasSize(1);
              assertThat(transactions.between(0, refused.block() - 1)).isEmpty();
            });
  }

  @Test
  void shouldNoteForAuditorsWhatWasRefusedAndWhereItWasNotLookedFor() {
    as(ANYBODY).submitUnasked(ADMIT, GAS);
    RefusedTransaction refused = all().getFirst();
    String note = "block %d: the contract refused transaction %s of %s: NotCoordinator";
    String expected = note.formatted(refused.block(), refused.hash(), refused.sender());

    assertThat(notes(RefusalNotes.MOST_BLOCKS)).singleElement().asString().startsWith(expected);
    assertThat(notes((int) refused.block()))
        .first()
        .asString()
        .matches("refused transactions were looked for from block \\d+ on, not in the .*");
  }

  private List<String> notes(int most) {
    return RefusalNotes.of(world.rpc(), world.deployed().contract(), 0, most);
  }

  @Test
  void shouldBeNotedByAnAuditAndBeNoFaultOfTheRecord() throws IOException {
    as(ANYBODY).submitUnasked(ADMIT, GAS);

    AuditReport report =
        new FederationAudit(
                world.rpc(), world.deployed().contract(), new NoBlobs(AbsentBlob.MISSING))
            .report(_ -> true, AuditOptions.PLAIN);

    assertThat(report.failed()).isFalse();
    assertThat(report.notes())
        .anyMatch(
            note ->
                note.contains("refused transaction")
                    && note.contains(ANYBODY.address().toString())
                    && note.contains("NotCoordinator"));
  }

  @Test
  void shouldSayNothingOfWhatWasRefusedBeforeItWasSent() {
    assertThat(as(ANYBODY).submit(ADMIT)).isInstanceOf(Outcome.Refused.class);
    assertThat(all()).isEmpty();
  }

  @Test
  void shouldTakeAnActionThatIsAllowedWithoutHavingAsked() {
    assertThat(as(COORDINATOR).submitUnasked(ADMIT, GAS)).isInstanceOf(Outcome.Mined.class);
    assertThat(all()).isEmpty();
  }
}
