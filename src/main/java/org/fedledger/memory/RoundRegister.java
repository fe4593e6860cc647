package org.fedledger.memory;

import static org.fedledger.memory.ContractState.unsigned;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.ApprovedBase;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StageTerms;
import org.fedledger.memory.RoundEntry.Phase;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;

/** Rounds from their opening to their end, and the versions that they make. */
final class RoundRegister {

  private static final long MAX_WEIGHT = 0xffff_ffffL;

  /**
   * @param round that made it, 0 for version 0
   */
  private record Version(Digest model, Digest state, long round) {
    boolean isBaseOf(RoundOpening o) {
      return o.baseModel().equals(model) && o.baseState().equals(state);
    }
  }

  private final ContractState state;
  private final Coordination coordination;
  private final ParticipantRegister participants;
  private final OfficerRegister aggregators = new OfficerRegister();
  private final OfficerRegister verifiers = new OfficerRegister();
  private final Map<RoundId, RoundEntry> rounds = new HashMap<>();
  private final List<Version> versions = new ArrayList<>();
  private RoundEntry latest;

  /** Of the latest round's stage: who may commit, drawn or not, and who of them has not. */
  private BitSet eligible = new BitSet();

  private BitSet pending = new BitSet();

  /** For the next round. */
  private int threshold;

  /** Null while rounds build on the last version. */
  private ApprovedBase approvedBase;

  RoundRegister(ContractState state, Coordination coordination, ParticipantRegister participants) {
    this.state = state;
    this.coordination = coordination;
    this.participants = participants;
    versions.add(new Version(state.terms().model(), state.terms().state(), 0));
  }

  OfficerRegister aggregators() {
    return aggregators;
  }

  OfficerRegister verifiers() {
    return verifiers;
  }

  int threshold() {
    return threshold;
  }

  void setThreshold(int changed) {
    threshold = changed;
  }

  private int version() {
    return versions.size() - 1;
  }

  private int baseVersion() {
    return approvedBase == null ? version() : (int) approvedBase.version();
  }

  /** Checks that there is such a version, and returns what lets rounds build on it. */
  Runnable buildOn(BigInteger base) {
    if (base.compareTo(BigInteger.valueOf(version())) > 0) {
      throw BrokenRule.of("UnknownVersion", base);
    }
    return () -> {
      approvedBase = new ApprovedBase(base.longValueExact(), state.nextRound());
      state.record(new LedgerEvent.BaseApproved(approvedBase.version()));
    };
  }

  // Opening.

  void open(RoundOpening opening) {
    state.requireNoOpenRound();
    requireOpening(opening);
    long number = state.nextRound();
    RoundId id = opening.terms(state.terms().federation(), number).id();
    latest =
        new RoundEntry(
            id,
            number,
            opening,
            Decision.wordsFor(participants.admitted()),
            verifiers.count(),
            threshold);
    rounds.put(id, latest);
    state.beginRound(id);
    eligible = participants.members();
    pending = participants.members();
    state.record(
        new LedgerEvent.RoundOpened(
            number, id, opening, participants.memberCount(), verifiers.count(), threshold));
  }

  private void requireOpening(RoundOpening o) {
    int members = participants.memberCount();
    if (members < state.quorum()) {
      throw BrokenRule.of("TooFewMembers", members, state.quorum());
    }
    if (aggregators.count() == 0) {
      throw BrokenRule.of("NoAggregators");
    }
    if (o.plan().isZero()) {
      throw BrokenRule.of("ZeroDigest");
    }
    if (o.planSize() == 0) {
      throw BrokenRule.of("ZeroSize");
    }
    requireBase(o);
    if (o.weightCap() == 0 || Long.compareUnsigned(o.weightCap(), MAX_WEIGHT) > 0) {
      throw BrokenRule.of("InvalidWeightCap", unsigned(o.weightCap()));
    }
    if (o.attempts() < 1 || o.attempts() > RoundOpening.MAX_ATTEMPTS) {
      throw BrokenRule.of("InvalidAttempts", o.attempts());
    }
    if (o.drawn() < state.quorum()
        || o.drawn() > members
        || (o.draw().everybody() ? o.drawn() != members : o.baseVersion() != version())) {
      throw BrokenRule.of("InvalidDraw", o.drawThreshold(), o.drawn());
    }
    requireTimes(o);
  }

  private void requireBase(RoundOpening o) {
    int base = baseVersion();
    if (o.baseVersion() != base || !versions.get(base).isBaseOf(o)) {
      throw BrokenRule.of(
          "WrongBase", unsigned(o.baseVersion()), o.baseModel(), o.baseState(), base);
    }
  }

  private void requireTimes(RoundOpening o) {
    if (o.commitDeadline() <= state.time()) {
      throw BrokenRule.of("InvalidCommitDeadline", o.commitDeadline(), state.time());
    }
    if (o.revealSeconds() == 0 || o.publicationSeconds() == 0 || o.attestationSeconds() == 0) {
      throw BrokenRule.of("InvalidWindow", 0);
    }
    long duration = o.commitDeadline() - state.time() + o.revealSeconds();
    for (StageTerms stage : requireStages(o)) {
      duration += stage.seconds();
    }
    duration += (long) o.attempts() * ((long) o.publicationSeconds() + o.attestationSeconds());
    if (duration > RoundOpening.MAX_SECONDS) {
      throw BrokenRule.of("RoundTooLong", duration, RoundOpening.MAX_SECONDS);
    }
  }

  private static List<StageTerms> requireStages(RoundOpening o) {
    try {
      List<StageTerms> later = o.later();
      if (later.stream().allMatch(stage -> stage.threshold() <= o.drawn())) {
        return later;
      }
    } catch (IllegalArgumentException e) {
      // Anything but a proper packing is refused below.
    }
    throw BrokenRule.of("InvalidStages", o.laterStages());
  }

  // Commitments.

  void commit(LedgerAction.Commit a) {
    UpdateCommitment c = a.commitment();
    RoundEntry round = roundIn(c.roundId(), Phase.COMMITTING);
    state.requireBefore(round.commitDeadline);
    requireProper(c, round);
    ParticipantEntry entry = participants.find(c.participant());
    Address signer = entry == null ? null : entry.signerIn(round.number);
    if (signer == null) {
      throw BrokenRule.of("NotMemberOfRound", c.participant(), round.number);
    }
    requirePending(c, round, entry);
    state.requireSigner(c, a.signature(), signer);
    requireBudget(entry, c.privacyCost(), round.number);
    entry.spend(c.privacyCost());
    pending.clear(entry.index);
    state.record(new LedgerEvent.UpdateCommitted(c, entry.index, a.signature()));
  }

  private static void requireProper(UpdateCommitment c, RoundEntry round) {
    if (c.stage() != round.stage) {
      throw BrokenRule.of("WrongStage", c.stage(), round.stage);
    }
    if (c.weight() == 0 || Long.compareUnsigned(c.weight(), round.opening.weightCap()) > 0) {
      throw BrokenRule.of("InvalidWeight", unsigned(c.weight()), round.opening.weightCap());
    }
    if (c.digest().isZero()) {
      throw BrokenRule.of("ZeroDigest");
    }
    if (c.size() == 0) {
      throw BrokenRule.of("ZeroSize");
    }
  }

  private void requirePending(UpdateCommitment c, RoundEntry round, ParticipantEntry entry) {
    Address participant = c.participant();
    if (!pending.get(entry.index)) {
      if (eligible.get(entry.index)) {
        throw BrokenRule.of("AlreadyCommitted", participant, c.roundId());
      }
      throw c.stage() == 0
          ? BrokenRule.of("NotMemberOfRound", participant, round.number)
          : BrokenRule.of("NotInEarlierStage", participant, c.stage());
    }
    if (c.stage() == 0 && !isDrawn(entry, round.opening)) {
      throw BrokenRule.of("NotDrawn", participant, c.roundId());
    }
  }

  private boolean isDrawn(ParticipantEntry entry, RoundOpening o) {
    long versionRound = versions.getLast().round();
    return o.draw().everybody()
        || (versionRound == 0 || entry.tenure().from() <= versionRound)
            && o.draw()
                .includes(state.terms().federation(), o.baseModel(), version() + 1L, entry.address);
  }

  private static void requireBudget(ParticipantEntry entry, long cost, long round) {
    BigInteger budget = new BigInteger(unsigned(entry.budgetIn(round)));
    BigInteger wanted = new BigInteger(unsigned(entry.spent())).add(new BigInteger(unsigned(cost)));
    if (cost != 0 && wanted.compareTo(budget) > 0) {
      throw BrokenRule.of(
          "BudgetExceeded", entry.address, unsigned(entry.spent()), unsigned(cost), budget);
    }
  }

  void close(RoundId id) {
    RoundEntry round = roundIn(id, Phase.COMMITTING);
    BitSet committed = committed();
    int count = committed.cardinality();
    if (count < round.mayCommit) {
      state.requireAfter(round.commitDeadline);
    }
    boolean last = round.stage == round.later.size();
    int needed = round.stage == 0 ? state.quorum() : round.later.get(round.stage - 1).threshold();
    long window = last ? round.opening.revealSeconds() : round.later.get(round.stage).seconds();
    long deadline = Math.min(state.time() + window, round.opening.latestDeadline(round.stage));
    state.record(new LedgerEvent.CommitsClosed(id, round.stage, count, deadline));
    if (count < needed) {
      abort(round, AbortReason.TOO_FEW_COMMITMENTS);
    } else if (last) {
      round.phase = Phase.PUBLISHING;
      round.revealDeadline = deadline;
      round.publicationDeadline = deadline + round.opening.publicationSeconds();
    } else {
      round.stage++;
      round.commitDeadline = deadline;
      round.mayCommit = count;
      eligible = committed;
      pending = (BitSet) committed.clone();
    }
  }

  private BitSet committed() {
    BitSet committed = (BitSet) eligible.clone();
    committed.andNot(pending);
    return committed;
  }

  // Publications.

  void publish(LedgerAction.Publish a) {
    Publication p = a.publication();
    RoundEntry round = roundIn(p.roundId(), Phase.PUBLISHING);
    state.requireBefore(round.publicationDeadline);
    Address aggregator = state.signerOf(p, a.signature());
    requireAttempt(round, p, aggregator);
    DecisionCheck.check(p, a.decision(), round, committed(), state.time());
    AbortReason proposal = proposal(p, a.decision());
    aggregators.act(aggregator, round.number, p.attempt(), false);
    round.attempts = p.attempt();
    round.candidate = p;
    round.proposal = proposal;
    round.matching = 0;
    round.differing = 0;
    state.record(
        new LedgerEvent.ModelPublished(p, p.id(), aggregator, a.decision(), a.signature()));
    if (round.verifiers == 0) {
      end(round);
    } else {
      round.phase = Phase.ATTESTING;
      round.attestationDeadline = state.time() + round.opening.attestationSeconds();
    }
  }

  private void requireAttempt(RoundEntry round, Publication p, Address aggregator) {
    if (round.exhausted()) {
      throw BrokenRule.of("NoAttemptLeft", round.attempts);
    }
    if (p.attempt() != round.attempts + 1) {
      throw BrokenRule.of("WrongAttempt", p.attempt(), round.attempts + 1);
    }
    if (!aggregators.countsIn(aggregator, round.number)) {
      throw BrokenRule.of("NotAggregatorOfRound", aggregator, round.number);
    }
    if (aggregators.actedIn(aggregator, round.number)) {
      throw BrokenRule.of("AlreadyPublished", aggregator, p.roundId());
    }
  }

  /** Why the publication proposes to abort; null if it brings a model. */
  private AbortReason proposal(Publication p, Decision decision) {
    boolean empty = p.model().isZero();
    boolean valid =
        empty == (p.modelSize() == 0)
            && p.state().isZero() == (p.stateSize() == 0)
            && (!empty || p.state().isZero());
    if (!valid) {
      throw BrokenRule.of(
          "InvalidResult", p.model(), unsigned(p.modelSize()), p.state(), unsigned(p.stateSize()));
    }
    int accepted = decision.accepted().stream().mapToInt(BigInteger::bitCount).sum();
    if (accepted >= state.quorum()) {
      return empty ? AbortReason.NO_AGGREGATE : null;
    }
    if (!empty) {
      throw BrokenRule.of("TooFewAccepted", accepted, state.quorum());
    }
    return AbortReason.TOO_FEW_ACCEPTED;
  }

  // Attestations.

  void attest(LedgerAction.Attest a) {
    RoundEntry round =
        roundIn(latest == null ? ContractState.NO_ROUND : latest.id, Phase.ATTESTING);
    Attestation said = a.attestation();
    PublicationId expected = round.candidate.id();
    if (!said.publicationId().equals(expected)) {
      throw BrokenRule.of("UnknownPublication", said.publicationId(), expected);
    }
    state.requireBefore(round.attestationDeadline);
    requireProper(said, round.candidate);
    requireFirstWord(a, round);
    state.requireSigner(said, a.signature(), a.verifier());
    verifiers.act(a.verifier(), round.number, round.attempts, said.finding() == Finding.LACK);
    state.record(new LedgerEvent.Attested(said, a.verifier(), a.signature()));
    if (said.finding() == Finding.MATCH && ++round.matching == round.threshold) {
      end(round);
    } else if (said.finding() == Finding.DIFFER
        && ++round.differing > round.verifiers - round.threshold) {
      fail(round, FailureReason.DISPUTED);
    }
  }

  private static void requireProper(Attestation said, Publication candidate) {
    boolean lacks = said.finding() == Finding.LACK;
    boolean proper =
        lacks != said.lacking().isZero()
            && (!lacks || said.model().isZero() && said.state().isZero());
    if (!proper) {
      throw BrokenRule.of(
          "InvalidFinding", said.finding().code(), said.model(), said.state(), said.lacking());
    }
    boolean same = said.model().equals(candidate.model()) && said.state().equals(candidate.state());
    if (said.finding() == Finding.MATCH && !same) {
      throw BrokenRule.of("MatchOfOtherResult", said.model(), said.state());
    }
  }

  private void requireFirstWord(LedgerAction.Attest a, RoundEntry round) {
    Address verifier = a.verifier();
    if (!verifiers.countsIn(verifier, round.number)) {
      throw BrokenRule.of("NotVerifierOfRound", verifier, round.number);
    }
    boolean lacks = a.attestation().finding() == Finding.LACK;
    if (verifiers.actedIn(verifier, round.number, round.attempts)
        && (lacks || !verifiers.lacked(verifier))) {
      throw BrokenRule.of("AlreadyAttested", verifier, a.attestation().publicationId());
    }
  }

  void expire(RoundId id) {
    RoundEntry round = roundIn(id, Phase.ATTESTING);
    state.requireAfter(round.attestationDeadline);
    fail(round, FailureReason.DEADLINE);
  }

  private void fail(RoundEntry round, FailureReason reason) {
    round.phase = Phase.PUBLISHING;
    round.publicationDeadline =
        Math.min(
            Math.max(state.time(), round.revealDeadline) + round.opening.publicationSeconds(),
            round.opening.latestPublication(round.attempts + 1));
    state.record(
        new LedgerEvent.PublicationFailed(round.id, round.attempts, round.candidate.id(), reason));
  }

  // The end.

  void abort(Address sender, LedgerAction.AbortRound a) {
    RoundEntry round = rounds.get(a.roundId());
    if (round == null) {
      throw BrokenRule.of("UnknownRound", a.roundId());
    }
    boolean committing = round.phase == Phase.COMMITTING && round.stage == 0;
    boolean publishing = round.phase == Phase.PUBLISHING;
    if (committing && a.reason() == AbortReason.COORDINATOR) {
      coordination.require(sender);
    } else if (publishing && a.reason() == AbortReason.DEADLINE && !round.exhausted()) {
      state.requireAfter(round.publicationDeadline);
    } else if (!publishing || a.reason() != AbortReason.ATTEMPTS_EXHAUSTED || !round.exhausted()) {
      throw BrokenRule.of("InvalidAbortReason", a.reason().code(), round.phase.ordinal());
    }
    abort(round, a.reason());
  }

  private void abort(RoundEntry round, AbortReason reason) {
    round.phase = Phase.ABORTED;
    state.record(new LedgerEvent.RoundAborted(round.number, round.id, reason));
    state.endRound();
  }

  private void end(RoundEntry round) {
    if (round.proposal != null) {
      abort(round, round.proposal);
      return;
    }
    round.phase = Phase.FINAL;
    Version made = new Version(round.candidate.model(), round.candidate.state(), round.number);
    versions.add(made);
    if (approvedBase != null && approvedBase.isUsedUpBy(round.number)) {
      approvedBase = null;
    }
    state.record(
        new LedgerEvent.VersionFinal(
            version(),
            made.model(),
            made.state(),
            round.opening.baseModel(),
            round.id,
            round.attempts));
    state.endRound();
  }

  private RoundEntry roundIn(RoundId id, Phase needed) {
    RoundEntry found = rounds.get(id);
    if (found == null) {
      throw BrokenRule.of("UnknownRound", id);
    }
    if (found.phase != needed) {
      throw BrokenRule.of("WrongPhase", id, found.phase.ordinal(), needed.ordinal());
    }
    return found;
  }
}
