package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.fedledger.gate.Verdict;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.ContradictionException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.StateFold;
import org.fedledger.round.LackedFile;
import org.fedledger.round.Objection;
import org.fedledger.round.RoundInputs;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobStore;
import org.fedledger.store.CheckedBlob;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;

/**
 * Makes the files of a final version again from the updates that the ledger says it was made of, so
 * that a version whose files everybody lost is not lost itself.
 *
 * <p>Where the files that it builds on are gone too, those are made first, back to the last version
 * that can be had, or to version 0 as the spec makes it. What counts is what was decided then: an
 * update that was rejected as missing stays out, though it may have come since.
 */
public final class VersionRebuild {

  /** Told of each version before it is made. */
  @FunctionalInterface
  public interface Progress {

    /**
     * @param round that made it; empty for version 0
     */
    void rebuilding(long version, OptionalLong round);
  }

  /**
   * A version whose files were made, and are those that the ledger records.
   *
   * @param round that made it; empty for version 0
   * @param state of the rule; empty for a rule without one
   */
  public record Version(long version, OptionalLong round, BlobId model, Optional<BlobId> state) {}

  /** What came of it. */
  public sealed interface Result {

    /**
     * @param versions each that was made, in ascending order; the one asked for is the last
     */
    record Rebuilt(List<Version> versions) implements Result {
      public Rebuilt {
        versions = List.copyOf(versions);
      }
    }

    /**
     * What the ledger records does not come of what it says it was made of.
     *
     * @param version that cannot be made
     */
    record Differs(long version, Objection objection) implements Result {}

    /**
     * Files could not be had without which it cannot be made; it may be tried again with another
     * source.
     *
     * @param version that cannot be made
     * @param files at least one
     */
    record Lacking(long version, List<LackedFile> files) implements Result {
      public Lacking {
        files = List.copyOf(files);
      }
    }

    /**
     * @param why beginning with {@code cannot judge: }
     */
    record CannotJudge(long version, String why) implements Result {}

    /** There is no such version so far. */
    record NotFinal(long latest) implements Result {}
  }

  /** A version as the ledger has it. */
  private record Recorded(long base, ModelVersion files) {}

  private final LedgerReader ledger;
  private final BlobFiles blobs;
  private final BlobStore made;
  private final Path work;
  private final Progress progress;

  /**
   * @param blobs where updates, plans, the spec and earlier versions are had from
   * @param made takes what is made; what is in it counts as had
   * @param work an existing folder for files in the making and copies of blobs, deleted after use
   */
  public VersionRebuild(
      LedgerReader ledger, BlobSource blobs, BlobStore made, Path work, Progress progress) {
    this.ledger = ledger;
    this.blobs = new BlobFiles(List.of(made, blobs), work);
    this.made = made;
    this.work = work;
    this.progress = progress;
  }

  /**
   * Makes a version's files, whether or not they can be had already.
   *
   * @param head the newest block that counts
   * @param version from 0
   * @throws ContradictionException if the record does not go on from itself
   * @throws org.fedledger.ledger.LedgerUnreachableException if the ledger does not answer, or was
   *     reorganised meanwhile
   */
  public Result run(BlockRef head, long version) throws IOException {
    List<Recorded> recorded = recorded(head, version);
    if (version >= recorded.size()) {
      return new Result.NotFinal(recorded.size() - 1L);
    }
    // Held until the end, so that the base is brought here once.
    try (BlobFiles.Use bases = blobs.open()) {
      return make(head, wanted(recorded, version, bases));
    }
  }

  private Result make(BlockRef head, SortedSet<Long> wanted) throws IOException {
    List<Version> versions = new ArrayList<>();
    StateFold fold = new StateFold();
    for (RecordedEvent event : LedgerFeed.events(ledger, 0, head)) {
      apply(event, fold);
      if (madeBy(event.event()).filter(wanted::contains).isEmpty()) {
        continue;
      }
      switch (make(fold.snapshot(event.block()))) {
        case Result.Rebuilt(List<Version> one) -> versions.addAll(one);
        case Result other -> {
          return other;
        }
      }
      if (versions.size() == wanted.size()) {
        return new Result.Rebuilt(versions);
      }
    }
    throw new IllegalStateException("the record lost a version between two readings");
  }

  /** All versions up to that one, by number. */
  private List<Recorded> recorded(BlockRef head, long last) {
    List<Recorded> versions = new ArrayList<>();
    StateFold fold = new StateFold();
    long base = 0;
    for (RecordedEvent event : LedgerFeed.events(ledger, 0, head)) {
      apply(event, fold);
      switch (event.event()) {
        case LedgerEvent.FederationCreated _ ->
            versions.add(new Recorded(0, fold.snapshot(event.block()).head()));
        case LedgerEvent.RoundOpened opened -> base = opened.opening().baseVersion();
        case LedgerEvent.VersionFinal _ ->
            versions.add(new Recorded(base, fold.snapshot(event.block()).head()));
        default -> {
          // Makes no version.
        }
      }
      if (versions.size() > last) {
        break;
      }
    }
    return versions;
  }

  /** Else a version might be said to build on itself, or on one that never was. */
  private static void apply(RecordedEvent event, StateFold fold) {
    try {
      fold.apply(event);
    } catch (IllegalStateException e) {
      throw new ContradictionException(e);
    }
  }

  /** The version, and those before it that must be made first. */
  private static SortedSet<Long> wanted(List<Recorded> recorded, long version, BlobFiles.Use bases)
      throws IOException {
    SortedSet<Long> wanted = new TreeSet<>();
    wanted.add(version);
    for (long next = version; next > 0; ) {
      next = recorded.get((int) next).base();
      if (isHere(recorded.get((int) next).files(), bases)) {
        break;
      }
      wanted.add(next);
    }
    return wanted;
  }

  private static boolean isHere(ModelVersion version, BlobFiles.Use bases) throws IOException {
    return bases.fetch(version.model(), version.modelSize()) instanceof CheckedBlob.Here
        && (version.state().isZero()
            || bases.fetch(version.state(), version.stateSize()) instanceof CheckedBlob.Here);
  }

  private static Optional<Long> madeBy(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.FederationCreated _ -> Optional.of(0L);
      case LedgerEvent.VersionFinal made -> Optional.of(made.version());
      default -> Optional.empty();
    };
  }

  /**
   * @param state right after the event that made the version final
   */
  private Result make(FederationState state) throws IOException {
    ModelVersion version = state.head();
    RuleApplication.Target out = new RuleApplication.Target(newFile("model"), newFile("state"));
    try (BlobFiles.Use use = blobs.open()) {
      if (version.version() == 0) {
        progress.rebuilding(0, OptionalLong.empty());
        return initial(state, use, out);
      }
      Round round = state.round().orElseThrow();
      progress.rebuilding(version.version(), OptionalLong.of(round.number()));
      return switch (RoundInputs.load(state, round, use)) {
        case RoundInputs.Lacking lacking -> new Result.Lacking(version.version(), lacking.files());
        case RoundInputs.Invalid invalid when invalid.who().isPresent() ->
            new Result.Differs(version.version(), invalid.objection());
        case RoundInputs.Invalid invalid ->
            new Result.CannotJudge(version.version(), "cannot judge: " + invalid.why());
        case RoundInputs.Ready ready -> aggregate(ready, version, out);
      };
    } finally {
      Files.deleteIfExists(out.model());
      Files.deleteIfExists(out.state());
    }
  }

  /** A name at which no file is. */
  private Path newFile(String name) throws IOException {
    Path file = Files.createTempFile(work, name, ".safetensors");
    Files.delete(file);
    return file;
  }

  private Result aggregate(
      RoundInputs.Ready inputs, ModelVersion version, RuleApplication.Target out)
      throws IOException {
    Round round = inputs.round();
    Decision decision = round.decided().orElseThrow().record().decision();
    List<JudgedUpdate> accepted =
        JudgedUpdate.all(inputs).values().stream()
            .filter(update -> update.isAcceptedBy(decision))
            .toList();
    List<LackedFile> lacked =
        accepted.stream().flatMap(update -> update.lacked().stream()).toList();
    if (!lacked.isEmpty()) {
      return new Result.Lacking(version.version(), lacked);
    }
    for (JudgedUpdate update : accepted) {
      if (!update.passes() || !update.hasAWeight()) {
        return unusable(version, update);
      }
    }
    List<WeightedUpdate> updates = accepted.stream().map(JudgedUpdate::weighted).toList();
    RoundComputation computation =
        new RoundComputation(
            inputs.state().federation(),
            inputs.spec(),
            inputs.plan(),
            round,
            inputs.state().created().quorum());
    return switch (computation.aggregate(inputs.baseFiles(), decision, updates, out)) {
      case RoundComputation.Result.Aggregated a ->
          compared(
              version,
              OptionalLong.of(round.number()),
              new BlobId(a.model(), a.modelSize()),
              stateOf(a.state(), a.stateSize()),
              out);
      case RoundComputation.Result.NonFinite n ->
          differs(version, "the aggregate of its updates is not finite", "where", n.where());
      case RoundComputation.Result.TooFewForRule few ->
          differs(
              version,
              "its rule makes nothing of so few updates",
              "accepted",
              few.accepted(),
              "fewest",
              few.fewest());
      case RoundComputation.Result.TooFewAccepted _ ->
          throw new IllegalStateException("aggregate() judges no quorum");
    };
  }

  private static Result unusable(ModelVersion version, JudgedUpdate update) {
    UpdateCommitment commitment = update.committed().commitment();
    String why =
        update.verdict().orElseThrow() instanceof Verdict.Refused refused
            ? "%s: %s".formatted(refused.reason(), refused.detail())
            : "its weight is " + commitment.weight();
    return differs(
        version,
        "it was made of an update that counts for nothing",
        "participant",
        commitment.participant(),
        "digest",
        commitment.digest(),
        "why",
        why);
  }

  /** Version 0, as the spec makes it, or as it was supplied. */
  private Result initial(FederationState state, BlobFiles.Use use, RuleApplication.Target out)
      throws IOException {
    Digest committed = state.created().spec();
    return switch (use.fetch(committed, CanonicalJson.MAX_BYTES)) {
      case AbsentBlob lacking -> lacking("the federation's spec", committed, lacking);
      case CheckedBlob.Here(Path file, long _) -> {
        try {
          yield initial(state, SpecJson.parseSpec(CanonicalJson.content(file)), use, out);
        } catch (MalformedJsonException e) {
          yield new Result.CannotJudge(
              0, new CannotJudgeException("the federation's spec", e.getMessage()).getMessage());
        }
      }
    };
  }

  private Result initial(
      FederationState state, FederationSpec spec, BlobFiles.Use use, RuleApplication.Target out)
      throws IOException {
    ModelVersion version = state.head();
    Optional<Result> strange = otherSize(version, spec);
    if (strange.isPresent()) {
      return strange.get();
    }
    Optional<BlobId> made = InitialModels.writeState(spec, state.federation(), out.state());
    if (InitialModels.reproducible(spec)) {
      BlobId model = InitialModels.write(spec, state.federation(), out.model());
      return compared(version, OptionalLong.empty(), model, made, out);
    }
    return switch (use.fetch(version.model(), version.modelSize())) {
      case AbsentBlob lacking ->
          lacking("version 0, which was supplied as a file", version.model(), lacking);
      case CheckedBlob.Here(Path file, long size) -> {
        Files.copy(file, out.model());
        BlobId model = new BlobId(version.model(), size);
        yield compared(version, OptionalLong.empty(), model, made, out);
      }
    };
  }

  /** Told before anything is written: a spec may ask for more than a disk has. */
  private static Optional<Result> otherSize(ModelVersion version, FederationSpec spec) {
    long stateSize = InitialModels.stateSize(spec);
    if (stateSize != version.stateSize()) {
      return Optional.of(otherSize(version, "the rule state", version.stateSize(), stateSize));
    }
    long size = InitialModels.size(spec);
    return InitialModels.reproducible(spec) && size != version.modelSize()
        ? Optional.of(otherSize(version, "the model", version.modelSize(), size))
        : Optional.empty();
  }

  private static Result otherSize(ModelVersion version, String which, long recorded, long made) {
    return differs(
        version,
        "%s that the spec makes has another size than the ledger records".formatted(which),
        "recordedSize",
        recorded,
        "madeSize",
        made);
  }

  private static Result lacking(String what, Digest digest, AbsentBlob lacking) {
    return new Result.Lacking(
        0, List.of(new LackedFile(what, digest, lacking.cause(), lacking.why())));
  }

  /** Keeps what was made if it is what the ledger records. */
  private Result compared(
      ModelVersion version,
      OptionalLong round,
      BlobId model,
      Optional<BlobId> state,
      RuleApplication.Target out)
      throws IOException {
    Optional<BlobId> recordedState = stateOf(version.state(), version.stateSize());
    if (!state.equals(recordedState)) {
      return differs(version, "the rule state", recordedState, state);
    }
    Optional<BlobId> recorded = Optional.of(new BlobId(version.model(), version.modelSize()));
    if (!recorded.equals(Optional.of(model))) {
      return differs(version, "the model", recorded, Optional.of(model));
    }
    if (state.isPresent()) {
      keep(state.get(), out.state());
    }
    keep(model, out.model());
    return new Result.Rebuilt(List.of(new Version(version.version(), round, model, state)));
  }

  private static Optional<BlobId> stateOf(Digest digest, long size) {
    return digest.isZero() ? Optional.empty() : Optional.of(new BlobId(digest, size));
  }

  private void keep(BlobId blob, Path file) throws IOException {
    if (!(LocalFiles.store(made, blob.digest(), file) instanceof BlobStore.Received.Stored)) {
      throw new IllegalStateException("a file changed while it was stored: " + blob.digest());
    }
  }

  private static Result differs(
      ModelVersion version, String which, Optional<BlobId> recorded, Optional<BlobId> rebuilt) {
    return differs(
        version,
        "%s as rebuilt is not the one that the ledger records".formatted(which),
        "recorded",
        recorded.map(BlobId::digest).orElse(Digest.NONE),
        "rebuilt",
        rebuilt.map(BlobId::digest).orElse(Digest.NONE),
        "recordedSize",
        recorded.map(BlobId::size).orElse(0L),
        "rebuiltSize",
        rebuilt.map(BlobId::size).orElse(0L));
  }

  private static Result differs(ModelVersion version, String what, Object... namesAndValues) {
    return new Result.Differs(version.version(), Objection.of(what, namesAndValues));
  }
}
