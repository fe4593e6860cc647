package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Round;
import org.fedledger.role.ResultProvider;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.verify.RoundComputation;

/**
 * An aggregator gives a receipt for an update, waits until updates may be called missing, says that
 * this one never came, and deletes it. Verifiers who fetched the file dispute that; the receipt
 * disproves it in any case.
 */
record FalselyMissing(Stage stage) implements Attack {

  @Override
  public Party culprit() {
    return stage.node();
  }

  @Override
  public String deed() {
    return "%s signed a receipt for the update of %s, then published that it never came"
        .formatted(stage.node().name(), stage.victim().name());
  }

  @Override
  public WaitedOut waitsOut() {
    return WaitedOut.REVEAL;
  }

  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return new InRound(
        stage.round(),
        task -> {
          awaitReveal(ledger, task.round().revealDeadline().orElseThrow());
          return new RoundComputation(
                  task.federation(), task.spec(), task.plan(), task.round(), task.quorum())
              .compute(
                  task.base(),
                  c ->
                      c.participant().equals(stage.victim().address())
                          ? Optional.empty()
                          : task.updates().apply(c),
                  task.out());
        });
  }

  /** Before the deadline the contract refuses the reason MISSING. */
  private static void awaitReveal(Web3jLedger ledger, long deadline) {
    try {
      ParticipantAccess.await(ledger, state -> state.at().timestamp() > deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the deadline", e);
    }
  }

  @Override
  public void afterwards(Path blobs, List<Round> rounds) throws IOException {
    if (!stage.watched()) {
      Round round = rounds.get((int) stage.round() - 1);
      var committed = round.commitments().get(stage.victim().address()).commitment();
      Files.delete(AlteredFiles.stored(new FolderBlobSource(blobs), committed.digest()));
    }
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    if (stage.watched()) {
      return evidence.disputed(stage.node());
    }
    String node = stage.node().address().toString();
    return evidence.falseRecord(
        stage.node().address(),
        e ->
            stage.victim().address().toString().equals(e.get("participant"))
                && evidence.committed(stage.victim()).toString().equals(e.get("digest"))
                && node.equals(e.get("receiptSignedBy")));
  }
}
