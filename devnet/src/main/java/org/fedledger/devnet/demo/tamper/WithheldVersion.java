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
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation.Result;

/**
 * An aggregator publishes a version and then serves its file to nobody. Verifiers who attested to
 * it keep their own computation, and give it; where there is none, the audit has a gap, however
 * well the updates come to that digest.
 */
final class WithheldVersion implements Attack {

  private final Stage stage;
  private volatile Digest withheld;

  WithheldVersion(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return stage.node();
  }

  @Override
  public String deed() {
    return "%s published the last version, and gives its file to nobody"
        .formatted(stage.node().name());
  }

  /** It does not even make the file anew for itself, as an honest aggregator would. */
  @Override
  public ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return task -> {
      Result result = ResultProvider.PROTOCOL.compute(task);
      return task.round().candidates().isEmpty()
          ? result
          : new Result.TooFewAccepted(result.decision(), 0, task.quorum());
    };
  }

  @Override
  public void afterwards(Path blobs, List<Round> rounds) throws IOException {
    withheld = rounds.getLast().decided().orElseThrow().record().publication().model();
    Files.delete(AlteredFiles.stored(new FolderBlobSource(blobs), withheld));
  }

  @Override
  public boolean showsCopies() {
    return stage.watched();
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    return stage.watched() ? evidence.kept(withheld) : evidence.lacked(withheld);
  }
}
