package org.fedledger.role;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.round.RoundInputs;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.store.BlobFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Nonce;
import org.fedledger.training.Randomness;
import org.fedledger.training.Trainer;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/**
 * Trains one update for each round, commits to it, and brings it to the nodes when commits have
 * closed.
 *
 * <p>The update is kept before anything is signed, and what may be signed is kept before it is, so
 * that a participant made anew at any point never makes a second update for a round.
 */
public final class Participant implements Role {

  private static final String STRANGE =
      "the ledger has an update of this round that was not made here;"
          + " another copy of this participant may be at work";

  private final Ledger ledger;
  private final Actions actions;
  private final Address self;
  private final SigningKey key;
  private final BlobFiles blobs;
  private final List<Peer> peers;
  private final Trainer trainer;
  private final Randomness randomness;
  private final Function<RoundId, Nonce> nonces;
  private final ParticipantMemory memory;
  private final Delivery delivery;
  private final Consumer<ParticipantEvent> listener;

  /** Rounds in which no part is taken, and why; found out again after a restart. */
  private final Map<RoundId, String> satOut = new HashMap<>();

  private final Set<RoundId> aborted = new HashSet<>();

  /** The round whose commitment was not needed any more, until the ledger shows whether it is. */
  private Optional<RoundId> unneeded = Optional.empty();

  /**
   * @param ledger written by any account
   * @param self the participant's first admitted address
   * @param key its present signing key
   * @param blobs where spec, plan and base versions are had
   * @param peers to which updates are brought, each by a name of its own
   * @param randomness of trainings
   * @param nonces gives the nonce of an update that is being made
   * @param concurrency of uploads to several peers
   * @param listener told of every step
   */
  public Participant(
      Ledger ledger,
      Address self,
      SigningKey key,
      BlobFiles blobs,
      List<Peer> peers,
      Trainer trainer,
      Randomness randomness,
      Function<RoundId, Nonce> nonces,
      ParticipantMemory memory,
      Concurrency concurrency,
      Consumer<ParticipantEvent> listener) {
    this.ledger = ledger;
    this.actions = new Actions(ledger);
    this.self = self;
    this.key = key;
    this.blobs = blobs;
    this.peers = List.copyOf(peers);
    this.trainer = trainer;
    this.randomness = randomness;
    this.nonces = nonces;
    this.memory = memory;
    this.delivery = new Delivery(ledger, memory, concurrency);
    this.listener = listener;
  }

  @Override
  public Step step(FederationState state) throws IOException {
    Optional<Step> outrun = actions.outrun(state);
    if (outrun.isPresent()) {
      return outrun.get();
    }
    Optional<Round> drawn = state.round().filter(r -> r.drawn().contains(self));
    if (drawn.isPresent() && satOut.containsKey(drawn.get().id())) {
      return new Step.Idle(satOut.get(drawn.get().id()));
    }
    return drawn.isPresent() ? step(state, drawn.get()) : nothing(state);
  }

  private Step step(FederationState state, Round round) throws IOException {
    tellCommitted(round);
    return switch (round.phase()) {
      case COMMITTING -> committing(state, round);
      case PUBLISHING, ATTESTING -> revealing(state, round);
      case FINAL -> nothing(state);
      case ABORTED -> aborted(state, round);
    };
  }

  private Step nothing(FederationState state) throws IOException {
    delivery.collect();
    Optional<ParticipantRecord> suspended =
        Optional.ofNullable(state.participants().get(self))
            .filter(record -> !record.tenure().covers(state.nextRound()));
    return new Step.Idle(
        suspended
            .map(
                record ->
                    "%s is suspended, and missed %d rounds in a row before; the coordinator may admit it again"
                        .formatted(self, record.missed()))
            .orElse("no round is open for which %s is drawn".formatted(self)));
  }

  private Step aborted(FederationState state, Round round) throws IOException {
    if (aborted.add(round.id())) {
      round
          .abortReason()
          .ifPresent(why -> listener.accept(new ParticipantEvent.Aborted(round.number(), why)));
    }
    return nothing(state);
  }

  private Step committing(FederationState state, Round round) throws IOException {
    if (round.stage() > 0) {
      return sitOut(round, "this program knows no stage %d".formatted(round.stage()));
    }
    if (round.commitments().containsKey(self)) {
      return isOwn(round)
          ? new Step.Idle("round %d: committed".formatted(round.number()))
          : sitOut(round, STRANGE);
    }
    Address signer = round.members().get(self).signer();
    if (!signer.equals(key.address())) {
      return sitOut(
          round,
          "the ledger knows %s as this participant's signing key, not %s"
              .formatted(signer, key.address()));
    }
    if (state.at().timestamp() > round.commitDeadline()) {
      return sitOut(round, "the deadline for commitments has passed");
    }
    Optional<String> objection = RoundTask.objection(state, round);
    if (objection.isPresent()) {
      return sitOut(round, objection.get());
    }
    RoundTask task = RoundTask.of(ledger.domain(), state, round, self);
    RoundWork work = new RoundWork(task, memory);
    return work.isUntouched() ? train(state, round, task, work) : commit(round, work);
  }

  /** Whether the ledger has a commitment of this participant, and it is the one kept here. */
  private boolean isOwn(Round round) throws IOException {
    Optional<UpdateCommitment> standing =
        Optional.ofNullable(round.commitments().get(self)).map(UpdateCommitted::commitment);
    return standing.isPresent()
        && memory.commitment(round.id(), standing.get().stage()).equals(standing);
  }

  /** Once the ledger shows why a commitment was not needed: it was there before. */
  private void tellCommitted(Round round) throws IOException {
    if (unneeded.equals(Optional.of(round.id())) && isOwn(round)) {
      unneeded = Optional.empty();
      listener.accept(
          new ParticipantEvent.Committed(
              round.number(), round.commitments().get(self).commitment(), Optional.empty()));
    }
  }

  private Step sitOut(Round round, String why) {
    String words = "round %d is sat out: %s".formatted(round.number(), why);
    satOut.put(round.id(), words);
    listener.accept(new ParticipantEvent.SatOut(round.number(), why));
    return new Step.Idle(words);
  }

  private Step train(FederationState state, Round round, RoundTask task, RoundWork work)
      throws IOException {
    try (BlobFiles.Use use = blobs.open()) {
      return switch (RoundInputs.loadBasis(state, round, use)) {
        case RoundInputs.Lacking lacking ->
            new Step.Idle("round %d: %s".formatted(round.number(), lacking.files().getFirst()));
        case RoundInputs.Invalid invalid -> sitOut(round, "cannot judge: " + invalid.why());
        case RoundInputs.Ready ready -> {
          listener.accept(new ParticipantEvent.Pulled(task));
          RoundFiles files = new RoundFiles(ready.spec(), ready.plan(), ready.base());
          yield switch (work.train(files, trainer, randomness, nonces.apply(round.id()))) {
            case RoundWork.Outcome.SitOut<BlobId>(String why) -> sitOut(round, why);
            case RoundWork.Outcome.Done<BlobId>(BlobId update) -> {
              listener.accept(new ParticipantEvent.Trained(round.number(), update));
              yield new Step.Did(
                  "trained %s for round %d".formatted(update.digest(), round.number()));
            }
          };
        }
      };
    }
  }

  private Step commit(Round round, RoundWork work) throws IOException {
    return switch (work.commitment()) {
      case RoundWork.Outcome.SitOut<UpdateCommitment>(String why) -> sitOut(round, why);
      case RoundWork.Outcome.Done<UpdateCommitment>(UpdateCommitment commitment) -> {
        listener.accept(new ParticipantEvent.Recorded(round.number(), commitment));
        yield send(round, new SignedCommitment(commitment, ledger.domain().sign(commitment, key)));
      }
    };
  }

  private Step send(Round round, SignedCommitment signed) {
    listener.accept(new ParticipantEvent.Committing(round.number(), signed));
    UpdateCommitment commitment = signed.commitment();
    Step step =
        actions.submit(
            "committed %s in round %d".formatted(commitment.digest(), round.number()),
            new LedgerAction.Commit(commitment, signed.signature()));
    switch (step) {
      case Step.Submitted done ->
          listener.accept(
              new ParticipantEvent.Committed(
                  round.number(), commitment, Optional.of(done.mined())));
      case Step.Refused refused when refused.isRefusedForGood() ->
          sitOut(round, "the ledger refused the commitment: " + refused.refusal());
      case Step.Refused _ -> {
        // It is tried again, as long as there is time.
      }
      default -> unneeded = Optional.of(round.id());
    }
    return step;
  }

  private Step revealing(FederationState state, Round round) throws IOException {
    if (!round.commitments().containsKey(self)) {
      return sitOut(round, "commits closed before this participant's update was on the ledger");
    }
    if (!isOwn(round)) {
      return sitOut(round, STRANGE);
    }
    if (state.at().timestamp() > round.revealDeadline().orElseThrow()) {
      delivery.collect();
      return new Step.Idle("round %d: the time for uploads is over".formatted(round.number()));
    }
    UpdateCommitment commitment = round.commitments().get(self).commitment();
    List<String> brought = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
    List<String> underWay = new ArrayList<>();
    delivery
        .bring(round, commitment, peers)
        .forEach(
            (peer, outcome) -> {
              switch (outcome) {
                case Delivery.Outcome.NotNow(String why) -> troubles.add(why);
                case Delivery.Outcome.UnderWay _ -> underWay.add(peer);
                case Delivery.Outcome.Kept(SignedReceipt _, boolean before) when before -> {
                  // Brought in an earlier step.
                }
                case Delivery.Outcome.Kept(SignedReceipt receipt, boolean _) -> {
                  brought.add(peer);
                  listener.accept(new ParticipantEvent.Uploaded(round.number(), peer, receipt));
                }
              }
            });
    if (!brought.isEmpty()) {
      return new Step.Did(
          "brought the update of round %d to %s"
              .formatted(round.number(), String.join(", ", brought)));
    }
    if (!underWay.isEmpty()) {
      troubles.add("no answer yet from " + String.join(", ", underWay));
    }
    return new Step.Idle(
        troubles.isEmpty()
            ? "round %d: every node has the update".formatted(round.number())
            : String.join("; ", troubles));
  }
}
