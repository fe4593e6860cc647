package org.fedledger.client.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.rule.RuleApplication;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Publication;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation;

/**
 * Recomputes what aggregators publish and attests to what it found. Every step may be repeated; the
 * ledger takes one attestation of each verifier for a publication.
 */
public final class Verifier {

  /** What a look at the ledger came to. */
  public sealed interface Step {

    /** No publication waits for this verifier. */
    record NothingToDo() implements Step {}

    /** A file cannot be had yet; look again later. */
    record Waiting(String what) implements Step {}

    /**
     * The round's spec or plan is none that this build can work by; looking again is of no use.
     *
     * @param why begins with {@code cannot judge}
     */
    record CannotJudge(long round, String why) implements Step {}

    record Attested(long round, long attempt, boolean matches, Outcome outcome) implements Step {}
  }

  private final Ledger ledger;
  private final BlobSource blobs;
  private final SigningKey key;
  private final Path work;

  /**
   * @param ledger written by the verifier's account
   * @param blobs with the right to read updates
   * @param work an existing folder for recomputed files, one at a time, deleted after use
   */
  public Verifier(Ledger ledger, BlobSource blobs, SigningKey key, Path work) {
    this.ledger = ledger;
    this.blobs = blobs;
    this.key = key;
    this.work = work;
  }

  /**
   * Attests to the pending publication, if there is one for this verifier.
   *
   * @param state the ledger as it is now
   */
  public Step step(FederationState state) throws IOException {
    Address self = key.address();
    Optional<Round> round = state.openRound().filter(r -> r.verifiers().contains(self));
    Optional<Candidate> candidate =
        round
            .flatMap(Round::pending)
            .filter(c -> !c.attestations().containsKey(self))
            .filter(c -> state.at().timestamp() <= c.attestationDeadline());
    if (candidate.isEmpty()) {
      return new Step.NothingToDo();
    }
    return new Look(state, round.get(), candidate.get()).step();
  }

  /** One look at one publication. */
  private final class Look {
    private final FederationState state;
    private final Round round;
    private final Candidate candidate;
    private final Map<Address, Path> updates = new HashMap<>();

    Look(FederationState state, Round round, Candidate candidate) {
      this.state = state;
      this.round = round;
      this.candidate = candidate;
    }

    Step step() throws IOException {
      Optional<String> lacking = fetchUpdates();
      Optional<Path> spec = file(state.created().spec());
      Optional<Path> plan = file(round.opening().plan());
      Optional<RoundComputation.BaseFiles> base = base();
      if (spec.isEmpty() || plan.isEmpty() || base.isEmpty()) {
        return new Step.Waiting("the spec, the plan or the base version cannot be had yet");
      }
      if (lacking.isPresent() && !late()) {
        return new Step.Waiting(lacking.get());
      }
      try {
        return attest(recompute(spec.get(), plan.get(), base.get()));
      } catch (CannotJudgeException e) {
        return new Step.CannotJudge(round.number(), e.getMessage());
      }
    }

    private Optional<RoundComputation.BaseFiles> base() throws IOException {
      Optional<Path> model = file(round.opened().baseModel());
      if (round.opened().baseState().isZero()) {
        return model.map(found -> new RoundComputation.BaseFiles(found, Optional.empty()));
      }
      Optional<Path> carried = file(round.opened().baseState());
      return model
          .filter(_ -> carried.isPresent())
          .map(found -> new RoundComputation.BaseFiles(found, carried));
    }

    /** Whether half of the time is gone, so that waiting longer would be silence. */
    private boolean late() {
      long from = candidate.publishedAt().timestamp();
      return state.at().timestamp() - from > (candidate.attestationDeadline() - from) / 2;
    }

    private Optional<String> fetchUpdates() {
      Optional<String> lacking = Optional.empty();
      for (UpdateCommitted committed : round.commitments().values()) {
        var commitment = committed.commitment();
        if (blobs.fetch(commitment.digest()) instanceof BlobSource.Fetched.Found(Path file)) {
          updates.put(commitment.participant(), file);
        } else if (candidate.record().decision().accepts(committed.index())) {
          lacking =
              Optional.of("the update of %s cannot be had".formatted(commitment.participant()));
        }
      }
      return lacking;
    }

    private Optional<Path> file(Digest digest) throws IOException {
      if (blobs.fetch(digest) instanceof BlobSource.Fetched.Found(Path file)
          && Blobs.id(file).digest().equals(digest)) {
        return Optional.of(file);
      }
      return Optional.empty();
    }

    private RoundComputation.Result recompute(
        Path specFile, Path planFile, RoundComputation.BaseFiles base) throws IOException {
      FederationSpec spec =
          read("the federation's spec", () -> SpecJson.parseSpec(Files.readAllBytes(specFile)));
      RoundPlan plan =
          read(
              "the plan of round " + round.number(),
              () -> SpecJson.parsePlan(Files.readAllBytes(planFile)));
      Path folder = Files.createTempDirectory(work, "recomputed");
      RuleApplication.Target out =
          new RuleApplication.Target(folder.resolve("model"), folder.resolve("state"));
      try {
        return new RoundComputation(state.federation(), spec, plan, round, state.created().quorum())
            .compute(base, c -> Optional.ofNullable(updates.get(c.participant())), out);
      } finally {
        Files.deleteIfExists(out.model());
        Files.deleteIfExists(out.state());
        Files.delete(folder);
      }
    }

    private <T> T read(String what, Document<T> document) throws IOException {
      try {
        return document.read();
      } catch (MalformedJsonException e) {
        throw new CannotJudgeException(what, e.getMessage());
      }
    }

    private Step attest(RoundComputation.Result result) {
      Publication p = candidate.record().publication();
      Digest model = Digest.NONE;
      Digest stateDigest = Digest.NONE;
      boolean sizes = p.modelSize() == 0 && p.stateSize() == 0;
      if (result instanceof RoundComputation.Result.Aggregated a) {
        model = a.model();
        stateDigest = a.state();
        sizes = p.modelSize() == a.modelSize() && p.stateSize() == a.stateSize();
      }
      boolean matches =
          sizes
              && p.model().equals(model)
              && p.state().equals(stateDigest)
              && p.acceptedDigest().equals(result.decision().digest());
      Attestation attestation =
          new Attestation(candidate.record().publicationId(), model, stateDigest, matches);
      Outcome outcome =
          ledger.submit(
              new LedgerAction.Attest(
                  attestation, key.address(), ledger.domain().sign(attestation, key)));
      return new Step.Attested(round.number(), candidate.attempt(), matches, outcome);
    }
  }

  private interface Document<T> {
    T read() throws IOException;
  }
}
