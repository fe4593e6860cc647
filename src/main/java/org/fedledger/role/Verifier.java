package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.round.LackedFile;
import org.fedledger.round.RoundInputs;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.fedledger.verify.RoundComputation.Result;

/**
 * Recomputes what aggregators publish, and attests to what it found.
 *
 * <p>It says that a publication differs only after a recomputation from all files; while it lacks
 * one it waits, and says so on the ledger when half of the time is gone. What it attests to as a
 * match is in its own store, and is offered to those who lack it: no version without its files.
 */
public final class Verifier implements Role {

  private final Ledger ledger;
  private final SigningKey key;
  private final ModelFiles files;
  private final BlobFiles inputs;
  private final Offers offers;
  private final Actions actions;

  /** Files of one round, kept while others of it are waited for. */
  private Optional<Held> held = Optional.empty();

  private record Held(RoundId round, BlobFiles.Use files) {}

  /** Attestations that the ledger refused for good; kept so that no block computes them anew. */
  private final Set<PublicationId> refused = new HashSet<>();

  /**
   * @param ledger written by any account; attestations are signed by {@code key}
   * @param store the verifier's own, for what it computed
   * @param peers where the others' files are had from, with the right to read updates
   * @param replicas to whom spec, plans and final versions are offered
   * @param concurrency of offering to several of them
   * @param work an existing folder for files in the making, each deleted after use
   */
  public Verifier(
      Ledger ledger,
      SigningKey key,
      BlobStore store,
      List<? extends BlobSource> peers,
      List<Replica> replicas,
      Concurrency concurrency,
      Path work) {
    this.ledger = ledger;
    this.key = key;
    this.files = new ModelFiles(store, work);
    this.inputs = files.inputs(peers);
    this.offers = new Offers(store, replicas, concurrency);
    this.actions = new Actions(ledger);
  }

  @Override
  public Step step(FederationState state) throws IOException {
    Optional<Step> outrun = actions.outrun(state);
    if (outrun.isPresent()) {
      return outrun.get();
    }
    Optional<Round> round = state.openRound().filter(r -> r.verifiers().contains(key.address()));
    Optional<Candidate> candidate =
        round
            .flatMap(Round::pending)
            .filter(c -> !isDone(c))
            .filter(c -> state.at().timestamp() <= c.attestationDeadline());
    if (candidate.isPresent()) {
      return new Look(state, round.get(), candidate.get()).step();
    }
    letGo();
    return offers
        .offer(Offers.publicFiles(state))
        .orElse(new Step.Idle("no publication waits for this verifier"));
  }

  private BlobFiles.Use hold(RoundId round) throws IOException {
    if (held.filter(h -> h.round().equals(round)).isEmpty()) {
      letGo();
      held = Optional.of(new Held(round, inputs.open()));
    }
    return held.get().files();
  }

  private void letGo() throws IOException {
    if (held.isPresent()) {
      held.get().files().close();
      held = Optional.empty();
    }
  }

  /** One who lacked a file may still say more. */
  private boolean isDone(Candidate candidate) {
    return found(candidate).filter(finding -> finding != Finding.LACK).isPresent()
        || refused.contains(candidate.record().publicationId());
  }

  private Optional<Finding> found(Candidate candidate) {
    return Optional.ofNullable(candidate.attestations().get(key.address()))
        .map(attested -> attested.attestation().finding());
  }

  /** One look at one publication. */
  private final class Look {
    private final FederationState state;
    private final Round round;
    private final Candidate candidate;

    Look(FederationState state, Round round, Candidate candidate) {
      this.state = state;
      this.round = round;
      this.candidate = candidate;
    }

    Step step() throws IOException {
      Optional<LackedFile> lacked = Optional.empty();
      try {
        switch (RoundInputs.load(state, round, hold(round.id()))) {
          case RoundInputs.Invalid invalid -> {
            return new Step.Idle("cannot judge: " + invalid.why());
          }
          case RoundInputs.Lacking lacking -> lacked = Optional.of(lacking.files().getFirst());
          case RoundInputs.Ready ready -> {
            // Also for nodes that were away when these were sent.
            files.keep(SpecJson.write(ready.spec()));
            files.keep(SpecJson.write(ready.plan()));
            lacked = lackedUpdate(ready);
            if (lacked.isEmpty()) {
              return attest(files.compute(ResultProvider.PROTOCOL, ready));
            }
          }
        }
        return lacking(lacked.get());
      } finally {
        if (lacked.isEmpty()) {
          letGo();
        }
      }
    }

    /** The first update that must be seen to judge the publication, and is not here. */
    private Optional<LackedFile> lackedUpdate(RoundInputs.Ready ready) {
      return ready.absent().entrySet().stream()
          .filter(e -> !saysMissing(round.commitments().get(e.getKey())))
          .map(Map.Entry::getValue)
          .findFirst();
    }

    /** One who has not got a file agrees with one who says that it is missing. */
    private boolean saysMissing(UpdateCommitted committed) {
      return candidate.record().decision().rejections().stream()
          .anyMatch(r -> r.index() == committed.index() && r.reason() == Reason.MISSING);
    }

    /** Waits for the file, and says so on the ledger when half of the time is gone. */
    private Step lacking(LackedFile file) {
      if (!late() || found(candidate).filter(finding -> finding == Finding.LACK).isPresent()) {
        return new Step.Idle(
            "round %d, attempt %d: %s".formatted(round.number(), candidate.attempt(), file));
      }
      return submit(
          "lacks " + file, Attestation.lack(candidate.record().publicationId(), file.digest()));
    }

    /** Whether half of the time is gone, so that waiting longer would be silence. */
    private boolean late() {
      long from = candidate.publishedAt().timestamp();
      return state.at().timestamp() - from > (candidate.attestationDeadline() - from) / 2;
    }

    private Step attest(Result result) {
      boolean matches = matches(result);
      Digest model = result instanceof Result.Aggregated a ? a.model() : Digest.NONE;
      Digest stateDigest = result instanceof Result.Aggregated a ? a.state() : Digest.NONE;
      PublicationId id = candidate.record().publicationId();
      Attestation attestation =
          matches
              ? Attestation.match(id, model, stateDigest)
              : Attestation.differ(id, model, stateDigest);
      return submit(matches ? "matches" : "DIFFERS from what was published", attestation);
    }

    private Step submit(String finding, Attestation attestation) {
      Step step =
          actions.submit(
              "round %d, attempt %d: %s".formatted(round.number(), candidate.attempt(), finding),
              new LedgerAction.Attest(
                  attestation, key.address(), ledger.domain().sign(attestation, key)));
      if (step.isRefusedForGood()) {
        refused.add(attestation.publicationId());
      }
      return step;
    }

    private boolean matches(Result result) {
      Publication p = candidate.record().publication();
      boolean sameFiles =
          result instanceof Result.Aggregated a
              ? p.model().equals(a.model())
                  && p.modelSize() == a.modelSize()
                  && p.state().equals(a.state())
                  && p.stateSize() == a.stateSize()
              : candidate.proposesAbort();
      return sameFiles && p.acceptedDigest().equals(result.decision().digest());
    }
  }
}
