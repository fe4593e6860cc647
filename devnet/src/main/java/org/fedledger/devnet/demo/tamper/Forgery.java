package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;

/** A participant commits in another's name, with the only key that it has: its own. */
final class Forgery implements Attack {

  private final Stage stage;
  private final CountDownLatch tried = new CountDownLatch(1);

  Forgery(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return stage.cheater();
  }

  @Override
  public String deed() {
    return "%s committed in the name of %s, and signed with its own key"
        .formatted(stage.cheater().name(), stage.victim().name());
  }

  @Override
  public void trained(ParticipantAccess access, RoundTask task) throws IOException {
    if (!access.self().equals(stage.cheater())) {
      return;
    }
    try {
      BlobId update = Blobs.id(access.update(task.roundId()));
      UpdateCommitment forged =
          new UpdateCommitment(
              task.roundId(), 0, stage.victim().address(), update.digest(), update.size(), 1, 0);
      var signature = access.ledger().domain().sign(forged, access.key());
      if (access
              .ledger()
              .submitUnasked(new LedgerAction.Commit(forged, signature), ParticipantAccess.GAS)
          instanceof Outcome.Mined mined) {
        throw new IllegalStateException("the ledger took a forged commitment: " + mined);
      }
    } finally {
      tried.countDown();
    }
  }

  /** One who has committed already cannot be impersonated, so that the forger must be first. */
  @Override
  public void committing(Party participant) throws InterruptedException {
    if (participant.equals(stage.victim())) {
      tried.await();
    }
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    return evidence
        .refused(Moment.COMMIT, stage.cheater(), "WrongSigner")
        .filter(
            caught ->
                caught
                    .evidence()
                    .get("rule")
                    .equals(
                        "WrongSigner(%s, %s)"
                            .formatted(stage.cheater().address(), stage.victim().address())));
  }
}
