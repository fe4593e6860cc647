package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.rule.AggregationResult;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.store.FileBlobStore;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Digest;

/**
 * Whoever runs the node writes another history: one update is changed, every model since is
 * aggregated anew, and every later update names the new base. The files agree with each other and
 * stand under their own digests too; only the ledger does not know them.
 */
final class RewrittenHistory implements Attack {

  private final Stage stage;

  /** Updates whose base is lost too, so that no audit comes to read them. */
  private final Set<Digest> unread = new HashSet<>();

  /** What the ledger has, and what the store gives for it now. */
  private final Map<Digest, Digest> rewritten = new LinkedHashMap<>();

  RewrittenHistory(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return stage.node();
  }

  @Override
  public String deed() {
    return ("%s replaced its files, from the update of %s on, by another history without a"
            + " contradiction in it")
        .formatted(stage.node().name(), stage.victim().name());
  }

  @Override
  public void afterwards(Path blobs, List<Round> rounds) throws IOException {
    Path work = Files.createTempDirectory("fedledger-history");
    try {
      rewrite(blobs, work, rounds.subList((int) stage.round() - 1, rounds.size()));
    } finally {
      try (var left = Files.list(work)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(work);
    }
  }

  private void rewrite(Path blobs, Path work, List<Round> rounds) throws IOException {
    FolderBlobSource store = new FolderBlobSource(blobs);
    Path base = AlteredFiles.stored(store, rounds.getFirst().opening().baseModel());
    Digest state = rounds.getFirst().opening().baseState();
    Optional<Path> stateFile =
        state.isZero() ? Optional.empty() : Optional.of(AlteredFiles.stored(store, state));
    Map<Digest, Path> replacements = new LinkedHashMap<>();
    for (Round round : rounds) {
      Digest baseDigest = Blobs.id(base).digest();
      List<WeightedUpdate> updates = new ArrayList<>();
      for (UpdateCommitted committed : round.commitments().values()) {
        UpdateCommitment c = committed.commitment();
        Path update = work.resolve(c.digest().hex());
        rewrite(AlteredFiles.stored(store, c.digest()), round, baseDigest, c, update);
        if (!Blobs.id(update).digest().equals(c.digest())) {
          replacements.put(c.digest(), update);
          if (round.number() > stage.round()) {
            unread.add(c.digest());
          }
        }
        updates.add(new WeightedUpdate(c.participant(), c.weight(), update));
      }
      var published = round.decided().orElseThrow().record().publication();
      RuleApplication.Target target =
          new RuleApplication.Target(
              work.resolve(published.model().hex()),
              work.resolve("state-" + published.state().hex()));
      aggregate(round, new RuleApplication.Source(base, stateFile, updates), baseDigest, target);
      base = target.model();
      replacements.put(published.model(), base);
      if (!published.state().isZero()) {
        stateFile = Optional.of(target.state());
        replacements.put(published.state(), target.state());
      }
    }
    for (Map.Entry<Digest, Path> replacement : replacements.entrySet()) {
      replace(blobs, replacement.getKey(), replacement.getValue());
    }
  }

  private void rewrite(Path file, Round round, Digest base, UpdateCommitment c, Path target)
      throws IOException {
    UpdateMetadata words = (UpdateMetadata) AlteredFiles.metadata(file);
    AlteredFiles.rename(
        file,
        new UpdateMetadata(words.federation(), words.round(), base, words.author(), words.nonce()),
        target);
    if (round.number() == stage.round() && c.participant().equals(stage.victim().address())) {
      AlteredFiles.changeLast(target, value -> value + 1);
    }
  }

  private void aggregate(
      Round round, RuleApplication.Source source, Digest base, RuleApplication.Target target)
      throws IOException {
    ModelMetadata words = (ModelMetadata) AlteredFiles.metadata(source.base());
    Digest state =
        source.state().isPresent() ? Blobs.id(source.state().get()).digest() : Digest.NONE;
    AggregationResult result =
        RuleApplication.run(
            stage.spec().plan().rule(),
            source,
            new RuleApplication.NewVersion(words.federation(), round.version(), base, state),
            target,
            Runtime.getRuntime().availableProcessors());
    if (!(result instanceof AggregationResult.Written)) {
      throw new IllegalStateException("the other history comes to no model: " + result);
    }
  }

  /** Under the digest that the ledger has, and under its own. */
  private void replace(Path blobs, Digest recorded, Path file) throws IOException {
    BlobId own = Blobs.id(file);
    LocalFiles.store(new FileBlobStore(blobs), own.digest(), file);
    Path place = AlteredFiles.stored(new FolderBlobSource(blobs), recorded);
    Files.copy(file, place, StandardCopyOption.REPLACE_EXISTING);
    rewritten.put(recorded, own.digest());
  }

  /** Every replaced file that an audit comes to read must be found out. */
  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    Map<Digest, Digest> read = new LinkedHashMap<>(rewritten);
    read.keySet().removeAll(unread);
    boolean all =
        read.entrySet().stream().allMatch(e -> isFound(evidence.damaged(e.getKey()), e.getValue()));
    if (read.isEmpty() || !all) {
      return Optional.empty();
    }
    Map<String, String> more = new LinkedHashMap<>();
    more.put("filesRewritten", Integer.toString(rewritten.size()));
    more.put("filesFoundOut", Integer.toString(read.size()));
    return evidence.damaged(stage.node(), stage.victim()).map(caught -> caught.and(more));
  }

  private static boolean isFound(Optional<Caught> caught, Digest stored) {
    return caught
        .filter(c -> stored.toString().equals(c.evidence().get("foundDigest")))
        .isPresent();
  }
}
