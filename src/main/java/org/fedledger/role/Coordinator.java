package org.fedledger.role;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.fedledger.ledger.BaseVersion;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StageTerms;
import org.fedledger.round.PlannedDraw;
import org.fedledger.signing.Draw;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.Schedule;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Opens a federation's rounds, each when the one before has ended, until a given one; and sees to
 * it that nodes have the files that everybody may read. A node that does not take them holds up no
 * round while another has them.
 *
 * <p>Before it opens a round it suspends who has missed as many in a row as the spec suffers, the
 * longest absent first, and never so many that the others are too few for a round.
 */
public final class Coordinator implements Role {

  private final Ledger ledger;
  private final Address self;
  private final RoundPlan plan;
  private final BlobId planFile;
  private final RoundWindows windows;
  private final long lastRound;
  private final OptionalInt suspendAfter;
  private final Offers offers;
  private final Actions actions;

  /**
   * @param ledger written by the coordinator's account
   * @param self that account
   * @param plan of every round
   * @param windows of every round; where the plan fixes some, these are the plan's
   * @param lastRound number of the last round to open
   * @param suspendAfter as the spec says: rounds in a row that a member may miss
   * @param files with spec and plan, and version 0 where it is supplied
   * @param replicas to whom these are sent
   * @param concurrency of sending to several of them
   */
  public Coordinator(
      Ledger ledger,
      Address self,
      RoundPlan plan,
      RoundWindows windows,
      long lastRound,
      OptionalInt suspendAfter,
      BlobStore files,
      List<Replica> replicas,
      Concurrency concurrency) {
    this.ledger = ledger;
    this.self = self;
    this.plan = plan;
    byte[] written = SpecJson.write(plan);
    this.planFile = new BlobId(Digest.ofContent(written), written.length);
    this.windows =
        plan.terms().schedule().windows().map(planned -> planned(windows, planned)).orElse(windows);
    this.lastRound = lastRound;
    this.suspendAfter = suspendAfter;
    this.offers = new Offers(files, replicas, concurrency);
    this.actions = new Actions(ledger);
  }

  private static RoundWindows planned(RoundWindows given, Schedule.Windows planned) {
    return new RoundWindows(
        given.commit(),
        Duration.ofSeconds(planned.reveal()),
        Duration.ofSeconds(planned.publication()),
        Duration.ofSeconds(planned.attestation()),
        planned.attempts());
  }

  @Override
  public Step step(FederationState state) throws IOException {
    Optional<Step> unable = actions.outrun(state).or(() -> unable(state));
    if (unable.isPresent()) {
      return unable.get();
    }
    // The plan's file is named on the ledger, and so taken by nodes, once a round opened with it.
    List<Digest> files = Offers.publicFiles(state);
    Optional<Step> offered = offers.offer(files);
    boolean inVain = offered.filter(step -> step instanceof Step.Idle).isPresent();
    if (offered.isPresent() && !(inVain && offers.areTakenByOne(files))) {
      return offered.get();
    }
    Step opened = open(state);
    return inVain && opened instanceof Step.Idle ? offered.get() : opened;
  }

  /** Whether the last round is over, or open and all nodes have what they need for it. */
  public boolean isDone(FederationState state) {
    return state.closed()
        || state.nextRound() > lastRound
            && (state.openRound().isEmpty() || offers.areTaken(Offers.publicFiles(state)));
  }

  private Optional<Step> unable(FederationState state) {
    if (state.closed()) {
      return idle("the federation is closed");
    }
    if (!state.created().spec().equals(plan.spec())) {
      return idle(
          "the contract was founded with another spec, %s".formatted(state.created().spec()));
    }
    return Optional.empty();
  }

  private static Optional<Step> idle(String why) {
    return Optional.of(new Step.Idle(why));
  }

  private Step open(FederationState state) {
    if (state.openRound().isPresent()) {
      return new Step.Idle("round %d is under way".formatted(state.nextRound() - 1));
    }
    if (state.nextRound() > lastRound) {
      return new Step.Idle("round %d was the last".formatted(state.nextRound() - 1));
    }
    if (!state.coordinator().equals(self)) {
      return new Step.Idle("the coordinator is %s, not %s".formatted(state.coordinator(), self));
    }
    int quorum = state.created().quorum();
    int fewest = PlannedDraw.fewest(quorum, plan.terms());
    List<ParticipantRecord> members = members(state);
    if (members.size() < fewest) {
      return new Step.Idle(
          "%d members are admitted, the quorum is %d, and a round by this plan takes %d"
              .formatted(members.size(), quorum, fewest));
    }
    Optional<ParticipantRecord> gone = longestAbsent(members, fewest);
    if (gone.isPresent()) {
      return actions.submit(
          "suspended %s, which missed %d rounds in a row; admit it again when it is back"
              .formatted(gone.get().address(), gone.get().missed()),
          new LedgerAction.Suspend(gone.get().address()));
    }
    BaseVersion base = BaseVersion.of(state, ledger);
    Draw draw =
        new PlannedDraw(
                state.federation(),
                base.version(),
                base.model(),
                state.head().version() + 1,
                state.head().madeInRound(),
                quorum)
            .of(plan.terms(), members);
    return actions.submit(
        "opened round %d".formatted(state.nextRound()),
        new LedgerAction.OpenRound(opening(state.at().timestamp(), base, draw)));
  }

  private Optional<ParticipantRecord> longestAbsent(List<ParticipantRecord> members, int fewest) {
    return members.stream()
        .filter(_ -> members.size() > fewest)
        .filter(member -> suspendAfter.isPresent() && member.missed() >= suspendAfter.getAsInt())
        .max(Comparator.comparingLong(ParticipantRecord::missed));
  }

  /** Those who count in the next round. */
  private static List<ParticipantRecord> members(FederationState state) {
    return state.participants().values().stream()
        .filter(participant -> participant.tenure().covers(state.nextRound()))
        .toList();
  }

  private RoundOpening opening(long now, BaseVersion base, Draw draw) {
    return new RoundOpening(
        planFile.digest(),
        planFile.size(),
        base.version(),
        base.model(),
        base.state(),
        now + windows.commit().toSeconds(),
        laterStages(),
        (int) windows.reveal().toSeconds(),
        (int) windows.publication().toSeconds(),
        (int) windows.attestation().toSeconds(),
        windows.attempts(),
        draw.threshold(),
        (int) draw.drawn(),
        plan.terms().weightCap());
  }

  private BigInteger laterStages() {
    return StageTerms.pack(
        plan.terms().schedule().laterStages().stream()
            .map(stage -> new StageTerms(stage.seconds(), stage.threshold()))
            .toList());
  }
}
