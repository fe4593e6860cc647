package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.Reason;

/**
 * A participant who spares itself a round's work: it sends its old commitment again, then the old
 * signature under the new round's id, and when the contract refuses both, commits the old file.
 *
 * @param oldFile the last of these, which a gate stops
 */
record Replay(Stage stage, DishonestParticipant oldFile) implements Attack {

  Replay(Stage stage, String deed) {
    this(stage, new DishonestParticipant(stage, deed, Reason.ROUND, Earlier::replay));
  }

  @Override
  public Party culprit() {
    return oldFile.culprit();
  }

  @Override
  public String deed() {
    return oldFile.deed();
  }

  @Override
  public boolean sitsOut(Party participant) {
    return oldFile.sitsOut(participant);
  }

  @Override
  public void trained(ParticipantAccess access, RoundTask task)
      throws IOException, InterruptedException {
    oldFile.trained(access, task);
  }

  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return oldFile.aggregation(ledger, key);
  }

  /** Each of the three must have been stopped. */
  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    Optional<Caught> again = evidence.refused(Moment.COMMIT, stage.cheater(), "WrongPhase");
    Optional<Caught> moved = evidence.refused(Moment.COMMIT, stage.cheater(), "WrongSigner");
    Optional<Caught> file = oldFile.find(evidence);
    if (again.isEmpty() || moved.isEmpty() || file.isEmpty()) {
      return Optional.empty();
    }
    if (stage.colluding()) {
      return file;
    }
    Map<String, String> more = new LinkedHashMap<>();
    more.put("movedRule", moved.get().evidence().get("rule"));
    more.put("movedTransaction", moved.get().evidence().get("transaction"));
    more.put("oldFileRejectedFor", file.get().evidence().get("gate"));
    return again.map(caught -> caught.and(more));
  }
}
