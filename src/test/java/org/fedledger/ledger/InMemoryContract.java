package org.fedledger.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fedledger.crypto.Signature;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.RoundTerms;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.PlanTerms;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/** The contract's rules, in the contract's order, with the contract's names for its refusals. */
final class InMemoryContract {

  private static final long MAX_WINDOW = 30L * 24 * 60 * 60;
  private static final Address ZERO = new Address(new byte[Address.LENGTH]);

  /** A rule forbids the action. */
  static final class RevertedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Outcome.Refused refused;

    RevertedException(String error, Object... values) {
      super(error);
      refused = new Outcome.Refused(error, Stream.of(values).map(String::valueOf).toList());
    }

    Outcome.Refused refused() {
      return refused;
    }
  }

  private final SigningDomain domain;
  private final FederationSetup setup;
  private StateFold fold = new StateFold();
  private FederationState state;
  private long governanceNonce;
  private Set<RoundId> knownRounds = new HashSet<>();
  private Map<Address, Long> publishedIn = new HashMap<>();
  private List<LedgerEvent> events = new ArrayList<>();

  /** Who still holds the office while a successor waits for the round's end. */
  private Address coordinatorDuringRound;

  private long time;

  InMemoryContract(SigningDomain domain, FederationSetup setup) {
    this.domain = domain;
    this.setup = setup;
  }

  static List<LedgerEvent> founding(FederationSetup setup) {
    List<LedgerEvent> events = new ArrayList<>();
    events.add(
        new LedgerEvent.FederationCreated(
            setup.federation(),
            setup.spec(),
            setup.model().digest(),
            setup.model().size(),
            setup.state().map(BlobId::digest).orElse(Digest.NONE),
            setup.state().map(BlobId::size).orElse(0L),
            setup.quorum(),
            setup.attestationThreshold()));
    events.add(new LedgerEvent.CoordinatorChanged(setup.coordinator(), 1));
    setup.aggregators().forEach(a -> events.add(new LedgerEvent.AggregatorAdded(a, 1)));
    setup.verifiers().forEach(v -> events.add(new LedgerEvent.VerifierAdded(v, 1)));
    setup.auditors().forEach(a -> events.add(new LedgerEvent.AuditorGranted(a)));
    return events;
  }

  InMemoryContract copy() {
    InMemoryContract copy = new InMemoryContract(domain, setup);
    copy.fold = StateFold.from(state);
    copy.state = state;
    copy.governanceNonce = governanceNonce;
    copy.knownRounds = new HashSet<>(knownRounds);
    copy.publishedIn = new HashMap<>(publishedIn);
    copy.coordinatorDuringRound = state.openRound().isPresent() ? coordinatorDuringRound : null;
    return copy;
  }

  void record(RecordedEvent event) {
    fold.apply(event);
    state = fold.snapshot(event.block());
  }

  List<LedgerEvent> apply(Address sender, LedgerAction action, long blockTime) {
    events = new ArrayList<>();
    time = blockTime;
    switch (action) {
      case LedgerAction.Admit a -> admit(sender, a);
      case LedgerAction.Suspend a -> suspend(sender, a);
      case LedgerAction.RotateSigningKey a -> rotate(sender, a);
      case LedgerAction.RaisePrivacyBudget a -> raise(sender, a);
      case LedgerAction.GrantAuditor a -> {
        requireCoordinator(sender);
        requireNotClosed();
        require(!state.auditors().contains(a.auditor()), "AlreadyInOffice", a.auditor());
        events.add(new LedgerEvent.AuditorGranted(a.auditor()));
      }
      case LedgerAction.RevokeAuditor a -> {
        requireCoordinator(sender);
        requireNotClosed();
        require(state.auditors().contains(a.auditor()), "NotInOffice", a.auditor());
        events.add(new LedgerEvent.AuditorRevoked(a.auditor()));
      }
      case LedgerAction.Govern a -> govern(sender, a);
      case LedgerAction.OpenRound a -> open(sender, a.opening());
      case LedgerAction.Commit a -> commit(a.commitment(), a.signature());
      case LedgerAction.CloseCommits a -> closeCommits(a.roundId());
      case LedgerAction.Publish a -> publish(a);
      case LedgerAction.Attest a -> attest(a);
      case LedgerAction.ExpirePublication a -> expire(a.roundId());
      case LedgerAction.AbortRound a -> abort(sender, a);
    }
    return events;
  }

  private void admit(Address sender, LedgerAction.Admit a) {
    requireCoordinator(sender);
    requireNotClosed();
    require(!a.participant().equals(ZERO), "ZeroAddress");
    Participant before = state.participants().get(a.participant());
    int index = state.participants().size();
    if (before != null) {
      require(before.tenure().until() != Tenure.OPEN, "AlreadyMember", a.participant());
      require(
          Long.compareUnsigned(a.privacyBudget(), before.privacyBudget()) >= 0,
          "BudgetNotRaised",
          unsigned(a.privacyBudget()),
          unsigned(before.privacyBudget()));
      index = before.index();
    } else {
      require(index < Decision.MAX_MEMBERS, "TooManyAccounts", index + 1, Decision.MAX_MEMBERS);
    }
    events.add(
        new LedgerEvent.ParticipantAdmitted(
            a.participant(), index, a.privacyBudget(), state.nextRound()));
  }

  private void suspend(Address sender, LedgerAction.Suspend a) {
    requireCoordinator(sender);
    requireNotClosed();
    Participant p = state.participants().get(a.participant());
    require(p != null && p.tenure().until() == Tenure.OPEN, "NotMember", a.participant());
    events.add(new LedgerEvent.ParticipantSuspended(a.participant(), state.nextRound()));
  }

  private void rotate(Address sender, LedgerAction.RotateSigningKey a) {
    requireNotClosed();
    require(!a.signer().equals(ZERO), "ZeroAddress");
    Participant p = state.participants().get(a.participant());
    require(p != null, "NotAdmitted", a.participant());
    require(
        sender.equals(p.signer()) || sender.equals(coordinatorNow()),
        "NotAllowedToRotate",
        sender,
        a.participant());
    require(!a.signer().equals(p.signer()), "SameSigner", a.signer());
    events.add(new LedgerEvent.SigningKeyRotated(a.participant(), a.signer(), state.nextRound()));
  }

  private void raise(Address sender, LedgerAction.RaisePrivacyBudget a) {
    requireCoordinator(sender);
    requireNotClosed();
    Participant p = state.participants().get(a.participant());
    require(p != null, "NotAdmitted", a.participant());
    require(
        Long.compareUnsigned(a.privacyBudget(), p.privacyBudget()) > 0,
        "BudgetNotRaised",
        unsigned(a.privacyBudget()),
        unsigned(p.privacyBudget()));
    events.add(
        new LedgerEvent.PrivacyBudgetRaised(a.participant(), a.privacyBudget(), state.nextRound()));
  }

  private void govern(Address sender, LedgerAction.Govern a) {
    if (a.change() == RoleChange.CLOSE_FEDERATION) {
      requireCoordinator(sender);
      requireNoOpenRound();
    }
    authorise(sender, a);
    long next = state.nextRound();
    switch (a.change()) {
      case ADD_VERIFIER -> {
        requireNotInOffice(state.verifiers().get(a.account()), a.account());
        requireThreshold(count(state.verifiers().values()) + 1);
        events.add(new LedgerEvent.VerifierAdded(a.account(), next));
      }
      case REMOVE_VERIFIER -> {
        requireInOffice(state.verifiers().get(a.account()), a.account());
        int left = count(state.verifiers().values()) - 1;
        require(left > 0, "InvalidThreshold", state.created().attestationThreshold(), 0);
        requireThreshold(left);
        events.add(new LedgerEvent.VerifierRemoved(a.account(), next));
      }
      case ADD_AGGREGATOR -> {
        requireNotInOffice(state.aggregators().get(a.account()), a.account());
        events.add(new LedgerEvent.AggregatorAdded(a.account(), next));
      }
      case REMOVE_AGGREGATOR -> {
        requireInOffice(state.aggregators().get(a.account()), a.account());
        events.add(new LedgerEvent.AggregatorRemoved(a.account(), next));
      }
      case CHANGE_COORDINATOR -> {
        require(!a.account().equals(ZERO), "ZeroAddress");
        require(!a.account().equals(state.coordinator()), "AlreadyInOffice", a.account());
        if (state.openRound().isPresent() && coordinatorDuringRound == null) {
          coordinatorDuringRound = state.coordinator();
        }
        events.add(new LedgerEvent.CoordinatorChanged(a.account(), next));
      }
      case CLOSE_FEDERATION -> events.add(new LedgerEvent.FederationClosed());
    }
  }

  private Address coordinatorNow() {
    return coordinatorDuringRound != null && state.openRound().isPresent()
        ? coordinatorDuringRound
        : state.coordinator();
  }

  private void authorise(Address sender, LedgerAction.Govern a) {
    requireNotClosed();
    long nonce = governanceNonce++;
    if (count(state.verifiers().values()) == 0) {
      requireCoordinator(sender);
      require(a.verifiers().isEmpty(), "WrongSignatureCount", a.verifiers().size(), 0);
      return;
    }
    int threshold = state.created().attestationThreshold();
    require(
        a.verifiers().size() == threshold, "WrongSignatureCount", a.verifiers().size(), threshold);
    Address account = a.change() == RoleChange.CLOSE_FEDERATION ? ZERO : a.account();
    GovernanceChange message =
        new GovernanceChange(state.federation(), a.change().code(), account, nonce);
    Address previous = ZERO;
    for (Signature signature : a.verifiers()) {
      Address signer = signer(message, signature);
      Tenure tenure = state.verifiers().get(signer);
      require(
          tenure != null && tenure.covers(state.nextRound()),
          "NotVerifierOfRound",
          signer,
          state.nextRound());
      require(signer.compareTo(previous) > 0, "SignersNotAscending", previous, signer);
      previous = signer;
    }
  }

  private void open(Address sender, RoundOpening o) {
    requireCoordinator(sender);
    requireNotClosed();
    requireNoOpenRound();
    int members =
        (int)
            state.participants().values().stream()
                .filter(p -> p.tenure().covers(state.nextRound()))
                .count();
    require(
        members >= state.created().quorum(), "TooFewMembers", members, state.created().quorum());
    require(count(state.aggregators().values()) > 0, "NoAggregators");
    require(!o.plan().isZero(), "ZeroDigest");
    require(o.planSize() > 0, "ZeroSize");
    require(
        o.commitDeadline() > time && o.commitDeadline() <= time + MAX_WINDOW,
        "InvalidCommitDeadline",
        o.commitDeadline(),
        time);
    for (int window :
        new int[] {o.revealSeconds(), o.publicationSeconds(), o.attestationSeconds()}) {
      require(window > 0 && window <= MAX_WINDOW, "InvalidWindow", window);
    }
    require(
        o.weightCap() >= 1 && o.weightCap() <= PlanTerms.MAX_WEIGHT,
        "InvalidWeightCap",
        o.weightCap());
    RoundId id =
        new RoundTerms(
                state.federation(),
                state.nextRound(),
                o.plan(),
                state.head().model(),
                o.commitDeadline(),
                o.revealSeconds(),
                o.publicationSeconds(),
                o.attestationSeconds())
            .id();
    knownRounds.add(id);
    events.add(
        new LedgerEvent.RoundOpened(
            state.nextRound(),
            id,
            o,
            state.head().version(),
            state.head().model(),
            state.head().state(),
            members,
            count(state.verifiers().values())));
  }

  private void commit(UpdateCommitment c, Signature signature) {
    Round round = roundIn(c.roundId(), Round.Phase.COMMITTING);
    requireBefore(round.opening().commitDeadline());
    long cap = round.opening().weightCap();
    require(
        c.weight() != 0 && Long.compareUnsigned(c.weight(), cap) <= 0,
        "InvalidWeight",
        unsigned(c.weight()),
        cap);
    require(!c.digest().isZero(), "ZeroDigest");
    require(c.size() != 0, "ZeroSize");
    Participant member = round.members().get(c.participant());
    require(member != null, "NotMemberOfRound", c.participant(), round.number());
    require(
        !round.commitments().containsKey(c.participant()),
        "AlreadyCommitted",
        c.participant(),
        c.roundId());
    requireSigner(c, signature, member.signer());
    long spent = state.participants().get(c.participant()).privacySpent();
    BigInteger after =
        new BigInteger(unsigned(spent)).add(new BigInteger(unsigned(c.privacyCost())));
    require(
        c.privacyCost() == 0
            || after.compareTo(new BigInteger(unsigned(member.privacyBudget()))) <= 0,
        "BudgetExceeded",
        c.participant(),
        unsigned(spent),
        unsigned(c.privacyCost()),
        unsigned(member.privacyBudget()));
    events.add(new LedgerEvent.UpdateCommitted(c, member.index(), signature));
  }

  private void closeCommits(RoundId id) {
    Round round = roundIn(id, Round.Phase.COMMITTING);
    if (!round.complete()) {
      requireAfter(round.opening().commitDeadline());
    }
    int committed = round.commitments().size();
    events.add(
        new LedgerEvent.CommitsClosed(id, committed, time + round.opening().revealSeconds()));
    if (committed < state.created().quorum()) {
      events.add(new LedgerEvent.RoundAborted(round.number(), id, AbortReason.TOO_FEW_COMMITMENTS));
    }
  }

  private void publish(LedgerAction.Publish a) {
    Publication p = a.publication();
    Round round = roundIn(p.roundId(), Round.Phase.PUBLISHING);
    requireBefore(round.publicationDeadline().orElseThrow());
    Address aggregator = signer(p, a.signature());
    require(p.attempt() == round.nextAttempt(), "WrongAttempt", p.attempt(), round.nextAttempt());
    require(
        round.aggregators().contains(aggregator),
        "NotAggregatorOfRound",
        aggregator,
        round.number());
    require(
        publishedIn.getOrDefault(aggregator, 0L) != round.number(),
        "AlreadyPublished",
        aggregator,
        p.roundId());
    publishedIn.put(aggregator, round.number());
    checkDecision(round, p, a.decision());
    Optional<AbortReason> abort = outcome(p, a.decision().acceptedIndexes().size());
    events.add(new LedgerEvent.ModelPublished(p, p.id(), aggregator, a.decision(), a.signature()));
    if (round.verifiers().isEmpty()) {
      end(round, p, abort);
    }
  }

  private void checkDecision(Round round, Publication p, Decision decision) {
    require(
        p.acceptedDigest().equals(decision.digest()),
        "WrongAcceptedDigest",
        p.acceptedDigest(),
        decision.digest());
    int words = Decision.wordsFor(round.indexes());
    require(
        decision.accepted().size() == words, "WrongWordCount", decision.accepted().size(), words);
    for (int word = 0; word < words; word++) {
      BigInteger accepted = decision.accepted().get(word);
      BigInteger rejected = BigInteger.ZERO;
      for (Rejection r : decision.rejections()) {
        require(r.index() < words * 256, "IndexOutOfRange", r.index(), words * 256);
        if (r.index() / 256 == word) {
          rejected = rejected.setBit(r.index() % 256);
        }
      }
      BigInteger committed = BigInteger.ZERO;
      for (LedgerEvent.UpdateCommitted c : round.commitments().values()) {
        if (c.index() / 256 == word) {
          committed = committed.setBit(c.index() % 256);
        }
      }
      require(
          accepted.xor(rejected).equals(committed) && accepted.and(rejected).signum() == 0,
          "DecisionsMismatch",
          word,
          accepted,
          rejected,
          committed);
    }
    for (Rejection r : decision.rejections()) {
      require(
          r.reason() != Reason.MISSING || time > round.revealDeadline().orElseThrow(),
          "MissingBeforeReveal",
          r.index(),
          round.revealDeadline().orElseThrow(),
          time);
    }
  }

  private Optional<AbortReason> outcome(Publication p, int accepted) {
    boolean empty = p.model().isZero();
    require(
        empty == (p.modelSize() == 0)
            && p.state().isZero() == (p.stateSize() == 0)
            && !(empty && !p.state().isZero()),
        "InvalidResult",
        p.model(),
        p.modelSize(),
        p.state(),
        p.stateSize());
    int quorum = state.created().quorum();
    if (accepted >= quorum) {
      return empty ? Optional.of(AbortReason.NONFINITE_RESULT) : Optional.empty();
    }
    require(empty, "TooFewAccepted", accepted, quorum);
    return Optional.of(AbortReason.TOO_FEW_ACCEPTED);
  }

  private void attest(LedgerAction.Attest a) {
    Round round =
        state
            .openRound()
            .filter(r -> r.phase() == Round.Phase.ATTESTING)
            .orElseThrow(() -> new RevertedException("WrongPhase"));
    Candidate candidate = round.pending().orElseThrow();
    Attestation attestation = a.attestation();
    Publication p = candidate.record().publication();
    require(
        attestation.publicationId().equals(candidate.record().publicationId()),
        "UnknownPublication",
        attestation.publicationId(),
        candidate.record().publicationId());
    requireBefore(candidate.attestationDeadline());
    require(
        round.verifiers().contains(a.verifier()),
        "NotVerifierOfRound",
        a.verifier(),
        round.number());
    require(
        !candidate.attestations().containsKey(a.verifier()),
        "AlreadyAttested",
        a.verifier(),
        attestation.publicationId());
    requireSigner(attestation, a.signature(), a.verifier());
    if (attestation.matches()) {
      require(
          attestation.model().equals(p.model()) && attestation.state().equals(p.state()),
          "MatchOfOtherResult",
          attestation.model(),
          attestation.state());
    }
    events.add(new LedgerEvent.Attested(attestation, a.verifier(), a.signature()));
    int threshold = state.created().attestationThreshold();
    if (attestation.matches()) {
      if (candidate.attested(true).size() + 1 == threshold) {
        end(round, p, outcome(p, candidate.record().decision().acceptedIndexes().size()));
      }
    } else if (candidate.attested(false).size() + 1 > round.verifiers().size() - threshold) {
      fail(round, candidate, FailureReason.DISPUTED);
    }
  }

  private void expire(RoundId id) {
    Round round = roundIn(id, Round.Phase.ATTESTING);
    Candidate candidate = round.pending().orElseThrow();
    requireAfter(candidate.attestationDeadline());
    fail(round, candidate, FailureReason.DEADLINE);
  }

  private void fail(Round round, Candidate candidate, FailureReason reason) {
    events.add(
        new LedgerEvent.PublicationFailed(
            round.id(), candidate.attempt(), candidate.record().publicationId(), reason));
  }

  private void end(Round round, Publication p, Optional<AbortReason> abort) {
    if (abort.isPresent()) {
      events.add(new LedgerEvent.RoundAborted(round.number(), round.id(), abort.get()));
    } else {
      events.add(
          new LedgerEvent.VersionFinal(
              state.head().version() + 1,
              p.model(),
              p.state(),
              state.head().model(),
              round.id(),
              p.attempt()));
    }
  }

  private void abort(Address sender, LedgerAction.AbortRound a) {
    Round round = known(a.roundId());
    if (round.phase() == Round.Phase.COMMITTING && a.reason() == AbortReason.COORDINATOR) {
      requireCoordinator(sender);
    } else if (round.phase() == Round.Phase.PUBLISHING && a.reason() == AbortReason.DEADLINE) {
      requireAfter(round.publicationDeadline().orElseThrow());
    } else {
      throw new RevertedException("InvalidAbortReason", a.reason().code(), round.phase());
    }
    events.add(new LedgerEvent.RoundAborted(round.number(), round.id(), a.reason()));
  }

  private Round known(RoundId id) {
    require(knownRounds.contains(id), "UnknownRound", id);
    Round round = state.round().orElseThrow();
    // An earlier round has ended, and no phase of an ended round allows anything.
    require(round.id().equals(id), "WrongPhase", id);
    return round;
  }

  private Round roundIn(RoundId id, Round.Phase needed) {
    Round round = known(id);
    require(round.phase() == needed, "WrongPhase", id, round.phase(), needed);
    return round;
  }

  private static int count(Iterable<Tenure> tenures) {
    int count = 0;
    for (Tenure tenure : tenures) {
      if (tenure.until() == Tenure.OPEN) {
        count++;
      }
    }
    return count;
  }

  private void requireThreshold(int verifiers) {
    int m = state.created().attestationThreshold();
    boolean valid = verifiers == 0 ? m <= 1 : m <= verifiers && 2 * m > verifiers;
    require(valid, "InvalidThreshold", m, verifiers);
  }

  private static void requireInOffice(Tenure tenure, Address account) {
    require(tenure != null && tenure.until() == Tenure.OPEN, "NotInOffice", account);
  }

  private static void requireNotInOffice(Tenure tenure, Address account) {
    require(!account.equals(ZERO), "ZeroAddress");
    require(tenure == null || tenure.until() != Tenure.OPEN, "AlreadyInOffice", account);
  }

  private void requireCoordinator(Address sender) {
    require(sender.equals(coordinatorNow()), "AccessControlUnauthorizedAccount", sender);
  }

  private void requireNotClosed() {
    require(!state.closed(), "FederationIsClosed");
  }

  private void requireNoOpenRound() {
    state
        .openRound()
        .ifPresent(
            round -> {
              throw new RevertedException("RoundIsOpen", round.id());
            });
  }

  private void requireBefore(long deadline) {
    require(time <= deadline, "DeadlinePassed", deadline, time);
  }

  private void requireAfter(long deadline) {
    require(time > deadline, "DeadlineNotPassed", deadline, time);
  }

  private Address signer(SignedMessage message, Signature signature) {
    return domain
        .signer(message, signature)
        .orElseThrow(() -> new RevertedException("ECDSAInvalidSignature"));
  }

  private void requireSigner(SignedMessage message, Signature signature, Address expected) {
    Address signer = signer(message, signature);
    require(signer.equals(expected), "WrongSigner", signer, expected);
  }

  private static String unsigned(long value) {
    return Long.toUnsignedString(value);
  }

  private static void require(boolean holds, String error, Object... values) {
    if (!holds) {
      throw new RevertedException(error, values);
    }
  }
}
