package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.Reason;

/**
 * A participant who commits what its own program would refuse to sign. A gate rejects it; where
 * aggregator and verifiers collude and accept it, the audit shows that they did.
 *
 * @param gate the first that fails
 */
record DishonestParticipant(Stage stage, String deed, Reason gate, Work work) implements Attack {

  /** What the participant does once it has trained. */
  interface Work {
    void with(ParticipantAccess access, RoundTask task) throws IOException, InterruptedException;
  }

  /** A participant who changes the trained update before committing it. */
  static Work altering(AlteredFiles.Change change) {
    return (access, task) -> {
      Path altered = access.file("altered.safetensors");
      Files.copy(access.update(task.roundId()), altered, StandardCopyOption.REPLACE_EXISTING);
      AlteredFiles.changeLast(altered, change);
      access.commitFile(task, altered);
    };
  }

  @Override
  public Party culprit() {
    return stage.colluding() ? stage.node() : stage.cheater();
  }

  @Override
  public boolean sitsOut(Party participant) {
    return participant.equals(stage.cheater());
  }

  @Override
  public void trained(ParticipantAccess access, RoundTask task)
      throws IOException, InterruptedException {
    if (access.self().equals(stage.cheater())) {
      work.with(access, task);
    }
  }

  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return stage.colluding()
        ? new InRound(stage.round(), Lies.accepting(stage.cheater().address()))
        : ResultProvider.PROTOCOL;
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    return stage.colluding()
        ? evidence.falseRecord(
            stage.node().address(),
            e ->
                stage.cheater().address().toString().equals(e.get("participant"))
                    && gate.toString().equals(e.get("gate")))
        : evidence.rejected(stage.cheater(), gate);
  }
}
