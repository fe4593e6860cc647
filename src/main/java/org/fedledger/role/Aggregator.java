package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedledger.crypto.SigningKey;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.FederationCreated;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.round.LackedFile;
import org.fedledger.round.RoundInputs;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.fedledger.verify.RoundComputation.Result;

/**
 * Publishes what a round comes to, and keeps every version's files.
 *
 * <p>What is to be done follows from the ledger and the store alone, so it may stop at any line and
 * go on after a restart, and several aggregators may work on one round. It publishes once all
 * uploads have come or the reveal is over, and ends nothing that waits: that is the {@link
 * Closer}'s.
 *
 * <p>It calls no update {@code MISSING} that had come and that its own store lost: that would be
 * false, and its own receipt would convict it of what a disk did. Nor does its node give a receipt
 * for an update after it has called that {@code MISSING}, whatever becomes of the ledger.
 */
public final class Aggregator implements Role {

  private final SigningKey key;
  private final Ledger ledger;
  private final ModelFiles files;
  private final ResultProvider results;
  private final ReceiptBook receipts;
  private final Actions actions;

  /** Publications that the ledger refused for good; kept so that no block computes them anew. */
  private final Set<RoundId> refused = new HashSet<>();

  /** Others' publications that were computed again for their files, whatever came of it. */
  private final Set<PublicationId> followed = new HashSet<>();

  /** The spec, once it was read. */
  private FederationSpec spec;

  /** Whether the spec was seen to make another version 0 than the ledger's. */
  private boolean strangeSpec;

  /**
   * @param ledger written by any account; publications are signed by {@code key}
   * @param store where uploads come, and versions are kept
   * @param work an existing folder for files in the making, each deleted after use
   * @param results how it comes to what it publishes
   * @param receipts that its node gives for updates
   */
  public Aggregator(
      Ledger ledger,
      SigningKey key,
      BlobStore store,
      Path work,
      ResultProvider results,
      ReceiptBook receipts) {
    this.ledger = ledger;
    this.key = key;
    this.files = new ModelFiles(store, work);
    this.results = results;
    this.receipts = receipts;
    this.actions = new Actions(ledger);
  }

  @Override
  public Step step(FederationState state) throws IOException {
    Optional<Step> first = actions.outrun(state).or(() -> withoutSpec(state));
    if (first.isEmpty()) {
      first = initial(state);
    }
    if (first.isEmpty()) {
      first = usualPlan(state);
    }
    if (first.isPresent()) {
      return first.get();
    }
    if (state.round().isEmpty()) {
      return new Step.Idle("no round was opened yet");
    }
    Round round = state.round().get();
    return switch (round.phase()) {
      case COMMITTING -> new Step.Idle("round %d takes commitments".formatted(round.number()));
      case PUBLISHING -> publishing(state, round);
      case ATTESTING -> follow(state, round, round.pending());
      case FINAL -> follow(state, round, round.decided());
      case ABORTED -> new Step.Idle("round %d was aborted".formatted(round.number()));
    };
  }

  private Optional<Step> withoutSpec(FederationState state) {
    if (spec != null) {
      return Optional.empty();
    }
    return switch (SpecLookup.of(state.created().spec(), files.store())) {
      case SpecLookup.Found.Present(FederationSpec found) -> {
        spec = found;
        yield Optional.empty();
      }
      case SpecLookup.Found.Absent _ ->
          Optional.of(
              new Step.Idle("the federation's spec is not in the store; upload it to this node"));
      case SpecLookup.Found.Invalid(String why) ->
          Optional.of(new Step.Idle("cannot judge: " + why));
    };
  }

  /**
   * Sees to it that the last round's plan can be had here, if it is the one that the spec gives: it
   * need not wait for whoever opened the round.
   */
  private Optional<Step> usualPlan(FederationState state) throws IOException {
    if (state.round().isEmpty() || files.has(state.round().get().opening().plan())) {
      return Optional.empty();
    }
    byte[] usual = SpecJson.write(new RoundPlan(state.created().spec(), spec.plan()));
    Digest digest = Digest.ofContent(usual);
    if (!digest.equals(state.round().get().opening().plan())) {
      return Optional.empty();
    }
    files.keep(usual);
    return Optional.of(new Step.Did("made the plan from the spec, " + digest));
  }

  /** Sees to it that version 0 can be had here, if the spec says how it is made. */
  private Optional<Step> initial(FederationState state) throws IOException {
    FederationCreated created = state.created();
    FederationId id = created.federation();
    if (!created.state().isZero()) {
      Optional<Step> made =
          initial(
              "the state of version 0",
              new BlobId(created.state(), created.stateSize()),
              InitialModels.stateSize(spec),
              file -> InitialModels.writeState(spec, id, file).orElseThrow());
      if (made.isPresent()) {
        return made;
      }
    }
    return InitialModels.reproducible(spec)
        ? initial(
            "version 0",
            new BlobId(created.model(), created.modelSize()),
            InitialModels.size(spec),
            file -> InitialModels.write(spec, id, file))
        : Optional.empty();
  }

  /** How a file of version 0 is written. */
  private interface InitialFile {
    BlobId write(Path file) throws IOException;
  }

  /** Nothing is written that has another size than the ledger says, whatever the spec asks for. */
  private Optional<Step> initial(String what, BlobId recorded, long size, InitialFile initial)
      throws IOException {
    if (strangeSpec || files.has(recorded.digest())) {
      return Optional.empty();
    }
    if (size != recorded.size()) {
      return strange(
          "the spec makes %s of %d bytes, but the ledger says %d"
              .formatted(what, size, recorded.size()));
    }
    Path file = files.newFile();
    try {
      BlobId made = initial.write(file);
      if (!made.equals(recorded)) {
        return strange(
            "made %s as %s, but the ledger says %s"
                .formatted(what, made.digest(), recorded.digest()));
      }
      files.keep(recorded.digest(), file);
      return Optional.of(
          new Step.Did("made %s from the spec, %s".formatted(what, recorded.digest())));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private Optional<Step> strange(String why) {
    strangeSpec = true;
    return Optional.of(new Step.Did(why + ": upload that one to this node"));
  }

  private Step publishing(FederationState state, Round round) throws IOException {
    if (refused.contains(round.id())) {
      return new Step.Idle(
          "the ledger refused this aggregator's publication of round %d".formatted(round.number()));
    }
    if (!mayPublish(round)) {
      return new Step.Idle("another aggregator is to publish round %d".formatted(round.number()));
    }
    long now = state.at().timestamp();
    if (round.exhausted() || now > round.publicationDeadline().orElseThrow()) {
      return new Step.Idle("round %d takes no publication any more".formatted(round.number()));
    }
    long here = round.commitments().values().stream().filter(this::isHere).count();
    if (here < round.commitments().size() && now <= round.revealDeadline().orElseThrow()) {
      return new Step.Idle(
          "round %d: %d of %d uploads are here"
              .formatted(round.number(), here, round.commitments().size()));
    }
    return publish(state, round);
  }

  private boolean mayPublish(Round round) {
    Address self = key.address();
    return round.aggregators().contains(self)
        && round.candidates().stream().noneMatch(c -> c.record().aggregator().equals(self));
  }

  /** A file of another size is no file of the commitment, and none can still come. */
  private boolean isHere(UpdateCommitted committed) {
    UpdateCommitment c = committed.commitment();
    return files.store().size(c.digest()).equals(OptionalLong.of(c.size()));
  }

  private boolean isHere(Publication publication) {
    return files.has(publication.model())
        && (publication.state().isZero() || files.has(publication.state()));
  }

  private Step publish(FederationState state, Round round) throws IOException {
    return switch (compute(state, round, this::lost)) {
      case Computed.Unable(String why) -> new Step.Idle(why);
      case Computed.Of(Result result) -> {
        if (!receipts.forgo(missing(round, result.decision()))) {
          yield new Step.Idle(
              "round %d: an update that was missing has come".formatted(round.number()));
        }
        Publication publication = publication(round, result);
        Step step =
            actions.submit(
                told(round, result),
                new LedgerAction.Publish(
                    publication, result.decision(), ledger.domain().sign(publication, key)));
        if (step.isRefusedForGood()) {
          refused.add(round.id());
        }
        yield step;
      }
    };
  }

  private static List<UpdateCommitment> missing(Round round, Decision decision) {
    Set<Integer> indexes =
        decision.rejections().stream()
            .filter(rejection -> rejection.code() == Reason.MISSING.code())
            .map(Rejection::index)
            .collect(Collectors.toSet());
    return round.commitments().values().stream()
        .filter(committed -> indexes.contains(committed.index()))
        .map(UpdateCommitted::commitment)
        .toList();
  }

  private static String told(Round round, Result result) {
    String why =
        switch (result) {
          case Result.Aggregated a -> "model " + a.model();
          case Result.TooFewAccepted t ->
              "to abort, since the quorum is %d updates".formatted(t.quorum());
          case Result.TooFewForRule few ->
              "to abort, since the rule takes at least %d updates".formatted(few.fewest());
          case Result.NonFinite n -> "to abort: " + n.where();
        };
    return "published attempt %d of round %d, %d accepted, %d rejected: %s"
        .formatted(
            round.nextAttempt(),
            round.number(),
            result.decision().acceptedIndexes().size(),
            result.decision().rejections().size(),
            why);
  }

  private static Publication publication(Round round, Result result) {
    Decision decision = result.decision();
    return result instanceof Result.Aggregated a
        ? new Publication(
            round.id(),
            round.nextAttempt(),
            a.model(),
            a.modelSize(),
            a.state(),
            a.stateSize(),
            decision.digest())
        : new Publication(
            round.id(), round.nextAttempt(), Digest.NONE, 0, Digest.NONE, 0, decision.digest());
  }

  private static Stream<UpdateCommitted> accepted(Round round, Candidate candidate) {
    return round.commitments().values().stream()
        .filter(committed -> candidate.record().decision().accepts(committed.index()));
  }

  /**
   * The files of another aggregator's publication, made here from the updates that it accepts: the
   * next round builds on them.
   */
  private Step follow(FederationState state, Round round, Optional<Candidate> candidate)
      throws IOException {
    if (candidate.isEmpty()
        || candidate.get().proposesAbort()
        || isHere(candidate.get().record().publication())
        || !accepted(round, candidate.get()).allMatch(this::isHere)
        || followed.contains(candidate.get().record().publicationId())) {
      return new Step.Idle("round %d: nothing is to be done".formatted(round.number()));
    }
    return switch (compute(state, round, _ -> Optional.empty())) {
      case Computed.Unable(String why) -> new Step.Idle(why);
      case Computed.Of _ -> {
        // Not before: what could not be read or was lacking today may be here tomorrow.
        followed.add(candidate.get().record().publicationId());
        yield new Step.Did(
            "computed what another aggregator published in round %d".formatted(round.number()));
      }
    };
  }

  /** A round's result, its files in the store; or what is missing. */
  private sealed interface Computed {
    record Of(Result result) implements Computed {}

    record Unable(String why) implements Computed {}
  }

  /**
   * @param lost an update without which nothing is to be computed
   */
  private Computed compute(
      FederationState state, Round round, Function<RoundInputs.Ready, Optional<LackedFile>> lost)
      throws IOException {
    try (BlobFiles.Use inputs = files.inputs(List.of()).open()) {
      return switch (RoundInputs.load(state, round, inputs)) {
        case RoundInputs.Invalid invalid -> new Computed.Unable("cannot judge: " + invalid.why());
        case RoundInputs.Lacking lacking ->
            new Computed.Unable(
                "round %d: upload to this node %s"
                    .formatted(round.number(), lacking.files().getFirst()));
        case RoundInputs.Ready ready -> {
          Optional<LackedFile> file = lost.apply(ready);
          yield file.isPresent()
              ? new Computed.Unable(
                  "round %d: had come, and is lost: %s".formatted(round.number(), file.get()))
              : new Computed.Of(files.compute(results, ready));
        }
      };
    }
  }

  /** An update that had come to the store, which cannot give it any more. */
  private Optional<LackedFile> lost(RoundInputs.Ready ready) {
    return ready.absent().entrySet().stream()
        .filter(
            absent ->
                absent.getValue().cause() != AbsentBlob.Cause.MISSING
                    || receipts.has(ready.round().commitments().get(absent.getKey()).commitment()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
