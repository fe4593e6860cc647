package org.fedledger.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fedledger.crypto.Keccak256;
import org.fedledger.crypto.Signature;
import org.fedledger.signing.Decision;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.RoundTerms;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;

/**
 * The rules of {@code FederatedLedger.sol} once more, in the same order and under the same names,
 * so that {@link LedgerSuite} holds for both. Everything is checked before anything changes.
 */
final class InMemoryContract {

  private static final int MAX_WINDOW = 30 * 24 * 60 * 60;
  private static final long MAX_WEIGHT = 0xffff_ffffL;
  private static final Address ZERO = new Address(new byte[Address.LENGTH]);
  private static final RoundId NO_ROUND = new RoundId(new byte[RoundId.LENGTH]);
  private static final String COORDINATOR =
      "0x" + HexFormat.of().formatHex(Keccak256.hash("COORDINATOR".getBytes(US_ASCII)));

  private final SigningDomain domain;
  private final LedgerEvent.FederationCreated terms;
  private final List<LedgerEvent> events = new ArrayList<>();

  private Address coordinator;
  private Address nextCoordinator;
  private final Set<Address> auditors = new HashSet<>();
  private final InMemoryOffice aggregators = new InMemoryOffice();
  private final InMemoryOffice verifiers = new InMemoryOffice();
  private final Map<Address, InMemoryParticipant> participants = new HashMap<>();
  private final Map<RoundId, InMemoryRound> rounds = new HashMap<>();
  private InMemoryRound round;
  private long version;
  private Digest model;
  private Digest state;
  private long governanceNonce;
  private boolean closed;
  private long time;

  InMemoryContract(SigningDomain domain, FederationSetup setup) {
    this.domain = domain;
    this.terms =
        new LedgerEvent.FederationCreated(
            setup.federation(),
            setup.spec(),
            setup.model().digest(),
            setup.model().size(),
            setup.state().map(BlobId::digest).orElse(Digest.NONE),
            setup.state().map(BlobId::size).orElse(0L),
            setup.quorum(),
            setup.attestationThreshold());
    requireTerms();
    model = terms.model();
    state = terms.state();
    events.add(terms);
    fillOffices(setup);
  }

  /** What was recorded since the last call. */
  List<LedgerEvent> takeEvents() {
    List<LedgerEvent> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  /**
   * @throws InMemoryRefusal if a rule forbids it; nothing has changed then
   */
  void execute(Address sender, LedgerAction action, long blockTime) {
    time = blockTime;
    switch (action) {
      case LedgerAction.Admit a -> admit(sender, a);
      case LedgerAction.Suspend a -> suspend(sender, a);
      case LedgerAction.RotateSigningKey a -> rotate(sender, a);
      case LedgerAction.RaisePrivacyBudget a -> raise(sender, a);
      case LedgerAction.GrantAuditor a -> grant(sender, a.auditor());
      case LedgerAction.RevokeAuditor a -> revoke(sender, a.auditor());
      case LedgerAction.Govern a -> govern(sender, a);
      case LedgerAction.OpenRound a -> open(sender, a.opening());
      case LedgerAction.Commit a -> commit(a.commitment(), a.signature());
      case LedgerAction.CloseCommits a -> close(a.roundId());
      case LedgerAction.Publish a -> publish(a);
      case LedgerAction.Attest a -> attest(a);
      case LedgerAction.ExpirePublication a -> expire(a.roundId());
      case LedgerAction.AbortRound a -> abort(sender, a);
    }
  }

  // The founding.

  private void requireTerms() {
    if (terms.federation().isZero()) {
      throw refusal("ZeroFederationId");
    }
    if (terms.spec().isZero() || terms.model().isZero()) {
      throw refusal("ZeroDigest");
    }
    if (terms.modelSize() == 0) {
      throw refusal("ZeroSize");
    }
    if (terms.state().isZero() != (terms.stateSize() == 0)) {
      throw refusal("StateSizeMismatch", terms.state(), terms.stateSize());
    }
    if (terms.quorum() == 0 || terms.quorum() > Decision.MAX_MEMBERS) {
      throw refusal("InvalidQuorum", terms.quorum());
    }
  }

  private void fillOffices(FederationSetup setup) {
    if (setup.coordinator().equals(ZERO)) {
      throw refusal("ZeroAddress");
    }
    coordinator = setup.coordinator();
    events.add(new LedgerEvent.CoordinatorChanged(coordinator, nextRound()));
    setup.aggregators().forEach(this::addAggregator);
    setup.verifiers().forEach(this::addVerifier);
    requireThreshold(verifiers.count());
    InMemoryOffice.requireNotTooMany(setup.auditors());
    setup.auditors().forEach(this::addAuditor);
  }

  // Auditors and offices.

  private void grant(Address sender, Address auditor) {
    requireCoordinator(sender);
    requireNotClosed();
    addAuditor(auditor);
  }

  private void addAuditor(Address auditor) {
    if (auditor.equals(ZERO)) {
      throw refusal("ZeroAddress");
    }
    if (!auditors.add(auditor)) {
      throw refusal("AlreadyInOffice", auditor);
    }
    events.add(new LedgerEvent.AuditorGranted(auditor));
  }

  private void revoke(Address sender, Address auditor) {
    requireCoordinator(sender);
    requireNotClosed();
    if (!auditors.remove(auditor)) {
      throw refusal("NotInOffice", auditor);
    }
    events.add(new LedgerEvent.AuditorRevoked(auditor));
  }

  private void govern(Address sender, LedgerAction.Govern a) {
    if (a.change() == RoleChange.CLOSE_FEDERATION) {
      requireCoordinator(sender);
      requireNoOpenRound();
    }
    Address account = a.change() == RoleChange.CLOSE_FEDERATION ? ZERO : a.account();
    List<LedgerEvent> approved = authorize(sender, a.change(), account, a.verifiers());
    int recorded = events.size();
    switch (a.change()) {
      case ADD_VERIFIER -> {
        verifiers.requireEnters(account);
        requireThreshold(verifiers.count() + 1);
        addVerifier(account);
      }
      case REMOVE_VERIFIER -> removeVerifier(account);
      case ADD_AGGREGATOR -> addAggregator(account);
      case REMOVE_AGGREGATOR -> {
        aggregators.requireLeaves(account);
        aggregators.leave(account, nextRound());
        events.add(new LedgerEvent.AggregatorRemoved(account, nextRound()));
      }
      case CHANGE_COORDINATOR -> changeCoordinator(account);
      case CLOSE_FEDERATION -> {
        closed = true;
        events.add(new LedgerEvent.FederationClosed());
      }
    }
    events.addAll(recorded, approved);
    governanceNonce++;
  }

  private List<LedgerEvent> authorize(
      Address sender, RoleChange change, Address account, List<Signature> signatures) {
    requireNotClosed();
    if (verifiers.count() == 0) {
      requireCoordinator(sender);
      requireSignatures(signatures, 0);
      return List.of();
    }
    requireSignatures(signatures, terms.attestationThreshold());
    GovernanceChange signed =
        new GovernanceChange(terms.federation(), change.code(), account, governanceNonce);
    Address previous = ZERO;
    for (Signature signature : signatures) {
      Address signer = signerOf(signed, signature);
      if (!verifiers.countsIn(signer, nextRound())) {
        throw refusal("NotVerifierOfRound", signer, nextRound());
      }
      if (signer.compareTo(previous) <= 0) {
        throw refusal("SignersNotAscending", previous, signer);
      }
      previous = signer;
    }
    return List.of(
        new LedgerEvent.GovernanceApproved(governanceNonce, change, account, signatures));
  }

  private void requireSignatures(List<Signature> given, int needed) {
    if (given.size() != needed) {
      throw refusal("WrongSignatureCount", given.size(), needed);
    }
  }

  private void addAggregator(Address account) {
    aggregators.requireEnters(account);
    aggregators.enter(account, nextRound());
    events.add(new LedgerEvent.AggregatorAdded(account, nextRound()));
  }

  private void addVerifier(Address account) {
    verifiers.requireEnters(account);
    verifiers.enter(account, nextRound());
    events.add(new LedgerEvent.VerifierAdded(account, nextRound()));
  }

  private void removeVerifier(Address account) {
    verifiers.requireLeaves(account);
    int left = verifiers.count() - 1;
    if (left == 0) {
      throw refusal("InvalidThreshold", terms.attestationThreshold(), 0);
    }
    requireThreshold(left);
    verifiers.leave(account, nextRound());
    events.add(new LedgerEvent.VerifierRemoved(account, nextRound()));
  }

  private void changeCoordinator(Address account) {
    if (account.equals(ZERO)) {
      throw refusal("ZeroAddress");
    }
    if (account.equals(nextCoordinator == null ? coordinator : nextCoordinator)) {
      throw refusal("AlreadyInOffice", account);
    }
    events.add(new LedgerEvent.CoordinatorChanged(account, nextRound()));
    nextCoordinator = account;
    if (!roundIsOpen()) {
      seatNextCoordinator();
    }
  }

  private void seatNextCoordinator() {
    if (nextCoordinator != null) {
      coordinator = nextCoordinator;
      nextCoordinator = null;
    }
  }

  private void requireThreshold(int count) {
    int threshold = terms.attestationThreshold();
    boolean valid = count == 0 ? threshold <= 1 : threshold <= count && 2 * threshold > count;
    if (!valid) {
      throw refusal("InvalidThreshold", threshold, count);
    }
  }

  // Participants.

  private void admit(Address sender, LedgerAction.Admit a) {
    requireCoordinator(sender);
    requireNotClosed();
    if (a.participant().equals(ZERO)) {
      throw refusal("ZeroAddress");
    }
    InMemoryParticipant record = participants.get(a.participant());
    if (record == null) {
      record = newParticipant(a);
    } else {
      readmit(record, a.privacyBudget());
    }
    events.add(
        new LedgerEvent.ParticipantAdmitted(
            record.address, record.index, a.privacyBudget(), nextRound()));
  }

  private InMemoryParticipant newParticipant(LedgerAction.Admit a) {
    int index = participants.size();
    if (index >= Decision.MAX_MEMBERS) {
      throw refusal("TooManyAccounts", index + 1, Decision.MAX_MEMBERS);
    }
    InMemoryParticipant record =
        new InMemoryParticipant(a.participant(), index, a.privacyBudget(), nextRound());
    participants.put(a.participant(), record);
    return record;
  }

  private void readmit(InMemoryParticipant record, long budget) {
    if (record.member()) {
      throw refusal("AlreadyMember", record.address);
    }
    if (Long.compareUnsigned(budget, record.budget()) < 0) {
      throw refusal("BudgetNotRaised", unsigned(budget), unsigned(record.budget()));
    }
    record.raise(budget, nextRound());
    record.member(true);
  }

  private void suspend(Address sender, LedgerAction.Suspend a) {
    requireCoordinator(sender);
    requireNotClosed();
    InMemoryParticipant record = participants.get(a.participant());
    if (record == null || !record.member()) {
      throw refusal("NotMember", a.participant());
    }
    record.member(false);
    events.add(new LedgerEvent.ParticipantSuspended(a.participant(), nextRound()));
  }

  private void rotate(Address sender, LedgerAction.RotateSigningKey a) {
    requireNotClosed();
    if (a.signer().equals(ZERO)) {
      throw refusal("ZeroAddress");
    }
    InMemoryParticipant record = admitted(a.participant());
    if (!sender.equals(record.signer()) && !sender.equals(coordinator)) {
      throw refusal("NotAllowedToRotate", sender, a.participant());
    }
    if (a.signer().equals(record.signer())) {
      throw refusal("SameSigner", a.signer());
    }
    record.rotate(a.signer(), nextRound());
    events.add(new LedgerEvent.SigningKeyRotated(a.participant(), a.signer(), nextRound()));
  }

  private void raise(Address sender, LedgerAction.RaisePrivacyBudget a) {
    requireCoordinator(sender);
    requireNotClosed();
    InMemoryParticipant record = admitted(a.participant());
    if (Long.compareUnsigned(a.privacyBudget(), record.budget()) <= 0) {
      throw refusal("BudgetNotRaised", unsigned(a.privacyBudget()), unsigned(record.budget()));
    }
    record.raise(a.privacyBudget(), nextRound());
    events.add(
        new LedgerEvent.PrivacyBudgetRaised(a.participant(), a.privacyBudget(), nextRound()));
  }

  private InMemoryParticipant admitted(Address participant) {
    InMemoryParticipant record = participants.get(participant);
    if (record == null) {
      throw refusal("NotAdmitted", participant);
    }
    return record;
  }

  // Rounds.

  private void open(Address sender, RoundOpening opening) {
    requireCoordinator(sender);
    requireNotClosed();
    requireNoOpenRound();
    BitSet members = new BitSet();
    participants.values().stream()
        .filter(InMemoryParticipant::member)
        .forEach(p -> members.set(p.index));
    requireOpening(opening, members.cardinality());
    long number = nextRound();
    RoundId id =
        new RoundTerms(
                terms.federation(),
                number,
                opening.plan(),
                model,
                opening.commitDeadline(),
                opening.revealSeconds(),
                opening.publicationSeconds(),
                opening.attestationSeconds())
            .id();
    round =
        new InMemoryRound(
            id,
            number,
            opening,
            Decision.wordsFor(participants.size()),
            verifiers.count(),
            members);
    rounds.put(id, round);
    events.add(
        new LedgerEvent.RoundOpened(
            number, id, opening, version, model, state, members.cardinality(), verifiers.count()));
  }

  private void requireOpening(RoundOpening opening, int members) {
    if (members < terms.quorum()) {
      throw refusal("TooFewMembers", members, terms.quorum());
    }
    if (aggregators.count() == 0) {
      throw refusal("NoAggregators");
    }
    if (opening.plan().isZero()) {
      throw refusal("ZeroDigest");
    }
    if (opening.planSize() == 0) {
      throw refusal("ZeroSize");
    }
    if (opening.commitDeadline() <= time || opening.commitDeadline() > time + MAX_WINDOW) {
      throw refusal("InvalidCommitDeadline", opening.commitDeadline(), time);
    }
    for (int window :
        List.of(
            opening.revealSeconds(), opening.publicationSeconds(), opening.attestationSeconds())) {
      if (window == 0 || window > MAX_WINDOW) {
        throw refusal("InvalidWindow", window);
      }
    }
    if (opening.weightCap() == 0 || opening.weightCap() > MAX_WEIGHT) {
      throw refusal("InvalidWeightCap", opening.weightCap());
    }
  }

  private void commit(UpdateCommitment c, Signature signature) {
    InMemoryRound open = roundIn(c.roundId(), InMemoryRound.Phase.COMMITTING);
    requireBefore(open.opening.commitDeadline());
    if (c.weight() == 0 || Long.compareUnsigned(c.weight(), open.opening.weightCap()) > 0) {
      throw refusal("InvalidWeight", unsigned(c.weight()), open.opening.weightCap());
    }
    if (c.digest().isZero()) {
      throw refusal("ZeroDigest");
    }
    if (c.size() == 0) {
      throw refusal("ZeroSize");
    }
    InMemoryParticipant record = participants.get(c.participant());
    if (open.committed.contains(c.participant())) {
      throw refusal("AlreadyCommitted", c.participant(), c.roundId());
    }
    if (record == null || !open.pending.get(record.index)) {
      throw refusal("NotMemberOfRound", c.participant(), open.number);
    }
    requireSigner(c, signature, record.signerIn(open.number));
    requireBudget(record, c.privacyCost(), open.number);
    record.spend(c.privacyCost());
    open.pending.clear(record.index);
    open.committed.add(c.participant());
    events.add(new LedgerEvent.UpdateCommitted(c, record.index, signature));
  }

  private static void requireBudget(InMemoryParticipant record, long cost, long round) {
    BigInteger budget = new BigInteger(unsigned(record.budgetIn(round)));
    BigInteger wanted =
        new BigInteger(unsigned(record.spent())).add(new BigInteger(unsigned(cost)));
    if (cost != 0 && wanted.compareTo(budget) > 0) {
      throw refusal(
          "BudgetExceeded", record.address, unsigned(record.spent()), unsigned(cost), budget);
    }
  }

  private void close(RoundId id) {
    InMemoryRound open = roundIn(id, InMemoryRound.Phase.COMMITTING);
    if (!open.pending.isEmpty()) {
      requireAfter(open.opening.commitDeadline());
    }
    int committed = open.committed.size();
    open.revealDeadline = time + open.opening.revealSeconds();
    events.add(new LedgerEvent.CommitsClosed(id, committed, open.revealDeadline));
    if (committed < terms.quorum()) {
      abort(open, AbortReason.TOO_FEW_COMMITMENTS);
    } else {
      open.phase = InMemoryRound.Phase.PUBLISHING;
      open.publicationDeadline = open.revealDeadline + open.opening.publicationSeconds();
    }
  }

  private void publish(LedgerAction.Publish a) {
    Publication p = a.publication();
    InMemoryRound open = roundIn(p.roundId(), InMemoryRound.Phase.PUBLISHING);
    requireBefore(open.publicationDeadline);
    Address aggregator = signerOf(p, a.signature());
    if (p.attempt() != open.attempts + 1) {
      throw refusal("WrongAttempt", p.attempt(), open.attempts + 1);
    }
    if (!aggregators.countsIn(aggregator, open.number)) {
      throw refusal("NotAggregatorOfRound", aggregator, open.number);
    }
    if (aggregators.actedIn(aggregator, open.number)) {
      throw refusal("AlreadyPublished", aggregator, p.roundId());
    }
    requireDecision(open, p, a.decision());
    AbortReason proposal = proposal(p, a.decision());
    aggregators.act(aggregator, open.number, p.attempt());
    open.attempts = p.attempt();
    open.candidate = p;
    open.proposal = proposal;
    open.matching = 0;
    open.differing = 0;
    events.add(new LedgerEvent.ModelPublished(p, p.id(), aggregator, a.decision(), a.signature()));
    if (open.verifiers == 0) {
      end(open);
    } else {
      open.phase = InMemoryRound.Phase.ATTESTING;
      open.attestationDeadline = time + open.opening.attestationSeconds();
    }
  }

  private void requireDecision(InMemoryRound open, Publication p, Decision decision) {
    if (!p.acceptedDigest().equals(decision.digest())) {
      throw refusal("WrongAcceptedDigest", p.acceptedDigest(), decision.digest());
    }
    if (decision.accepted().size() != open.words) {
      throw refusal("WrongWordCount", decision.accepted().size(), open.words);
    }
    int limit = open.words << 8;
    BitSet rejected = new BitSet();
    for (Rejection rejection : decision.rejections()) {
      if (rejection.index() >= limit) {
        throw refusal("IndexOutOfRange", rejection.index(), limit);
      }
      rejected.set(rejection.index());
    }
    BitSet committed = (BitSet) open.members.clone();
    committed.andNot(open.pending);
    for (int i = 0; i < open.words; i++) {
      requireWord(i, decision.accepted().get(i), word(rejected, i), word(committed, i));
    }
    for (Rejection rejection : decision.rejections()) {
      if (rejection.reason() == Reason.MISSING && time <= open.revealDeadline) {
        throw refusal("MissingBeforeReveal", rejection.index(), open.revealDeadline, time);
      }
    }
  }

  private static void requireWord(
      int word, BigInteger accepted, BigInteger rejected, BigInteger committed) {
    if (!accepted.xor(rejected).equals(committed) || accepted.and(rejected).signum() != 0) {
      throw refusal("DecisionsMismatch", word, accepted, rejected, committed);
    }
  }

  private static BigInteger word(BitSet bits, int word) {
    BigInteger value = BigInteger.ZERO;
    for (int i = bits.nextSetBit(word << 8);
        i >= 0 && i < (word + 1) << 8;
        i = bits.nextSetBit(i + 1)) {
      value = value.setBit(i & 0xff);
    }
    return value;
  }

  /** Why the publication proposes to abort; null if it brings a model. */
  private AbortReason proposal(Publication p, Decision decision) {
    boolean empty = p.model().isZero();
    boolean valid =
        empty == (p.modelSize() == 0)
            && p.state().isZero() == (p.stateSize() == 0)
            && (!empty || p.state().isZero());
    if (!valid) {
      throw refusal(
          "InvalidResult", p.model(), unsigned(p.modelSize()), p.state(), unsigned(p.stateSize()));
    }
    int accepted = decision.acceptedIndexes().size();
    if (accepted >= terms.quorum()) {
      return empty ? AbortReason.NONFINITE_RESULT : null;
    }
    if (!empty) {
      throw refusal("TooFewAccepted", accepted, terms.quorum());
    }
    return AbortReason.TOO_FEW_ACCEPTED;
  }

  private void attest(LedgerAction.Attest a) {
    InMemoryRound open =
        roundIn(round == null ? NO_ROUND : round.id, InMemoryRound.Phase.ATTESTING);
    PublicationId pending = open.candidate.id();
    if (!a.attestation().publicationId().equals(pending)) {
      throw refusal("UnknownPublication", a.attestation().publicationId(), pending);
    }
    requireBefore(open.attestationDeadline);
    if (!verifiers.countsIn(a.verifier(), open.number)) {
      throw refusal("NotVerifierOfRound", a.verifier(), open.number);
    }
    if (verifiers.actedIn(a.verifier(), open.number, open.attempts)) {
      throw refusal("AlreadyAttested", a.verifier(), pending);
    }
    requireSigner(a.attestation(), a.signature(), a.verifier());
    boolean same =
        a.attestation().model().equals(open.candidate.model())
            && a.attestation().state().equals(open.candidate.state());
    if (a.attestation().matches() && !same) {
      throw refusal("MatchOfOtherResult", a.attestation().model(), a.attestation().state());
    }
    verifiers.act(a.verifier(), open.number, open.attempts);
    events.add(new LedgerEvent.Attested(a.attestation(), a.verifier(), a.signature()));
    if (a.attestation().matches()) {
      if (++open.matching == terms.attestationThreshold()) {
        end(open);
      }
    } else if (++open.differing > open.verifiers - terms.attestationThreshold()) {
      fail(open, FailureReason.DISPUTED);
    }
  }

  private void expire(RoundId id) {
    InMemoryRound open = roundIn(id, InMemoryRound.Phase.ATTESTING);
    requireAfter(open.attestationDeadline);
    fail(open, FailureReason.DEADLINE);
  }

  private void fail(InMemoryRound open, FailureReason reason) {
    open.phase = InMemoryRound.Phase.PUBLISHING;
    open.publicationDeadline =
        Math.max(time, open.revealDeadline) + open.opening.publicationSeconds();
    events.add(
        new LedgerEvent.PublicationFailed(open.id, open.attempts, open.candidate.id(), reason));
  }

  private void abort(Address sender, LedgerAction.AbortRound a) {
    InMemoryRound open = rounds.get(a.roundId());
    if (open == null) {
      throw refusal("UnknownRound", a.roundId());
    }
    if (open.phase == InMemoryRound.Phase.COMMITTING && a.reason() == AbortReason.COORDINATOR) {
      requireCoordinator(sender);
    } else if (open.phase == InMemoryRound.Phase.PUBLISHING && a.reason() == AbortReason.DEADLINE) {
      requireAfter(open.publicationDeadline);
    } else {
      throw refusal("InvalidAbortReason", a.reason().code(), open.phase.ordinal());
    }
    abort(open, a.reason());
  }

  private void end(InMemoryRound open) {
    if (open.proposal != null) {
      abort(open, open.proposal);
      return;
    }
    open.phase = InMemoryRound.Phase.FINAL;
    Digest parent = model;
    model = open.candidate.model();
    state = open.candidate.state();
    version++;
    events.add(new LedgerEvent.VersionFinal(version, model, state, parent, open.id, open.attempts));
    seatNextCoordinator();
  }

  private void abort(InMemoryRound open, AbortReason reason) {
    open.phase = InMemoryRound.Phase.ABORTED;
    events.add(new LedgerEvent.RoundAborted(open.number, open.id, reason));
    seatNextCoordinator();
  }

  // Common checks.

  private InMemoryRound roundIn(RoundId id, InMemoryRound.Phase needed) {
    InMemoryRound found = rounds.get(id);
    if (found == null) {
      throw refusal("UnknownRound", id);
    }
    if (found.phase != needed) {
      throw refusal("WrongPhase", id, found.phase.ordinal(), needed.ordinal());
    }
    return found;
  }

  private long nextRound() {
    return round == null ? 1 : round.number + 1;
  }

  private boolean roundIsOpen() {
    return round != null && round.phase.open();
  }

  private void requireNoOpenRound() {
    if (roundIsOpen()) {
      throw refusal("RoundIsOpen", round.id);
    }
  }

  private void requireNotClosed() {
    if (closed) {
      throw refusal("FederationIsClosed");
    }
  }

  private void requireCoordinator(Address sender) {
    if (!sender.equals(coordinator)) {
      throw refusal("AccessControlUnauthorizedAccount", sender, COORDINATOR);
    }
  }

  private void requireBefore(long deadline) {
    if (time > deadline) {
      throw refusal("DeadlinePassed", deadline, time);
    }
  }

  private void requireAfter(long deadline) {
    if (time <= deadline) {
      throw refusal("DeadlineNotPassed", deadline, time);
    }
  }

  private Address signerOf(SignedMessage message, Signature signature) {
    return domain.signer(message, signature).orElseThrow(() -> refusal("ECDSAInvalidSignature"));
  }

  private void requireSigner(SignedMessage message, Signature signature, Address expected) {
    Address signer = signerOf(message, signature);
    if (!signer.equals(expected)) {
      throw refusal("WrongSigner", signer, expected);
    }
  }

  private static String unsigned(long value) {
    return Long.toUnsignedString(value);
  }

  private static InMemoryRefusal refusal(String error, Object... values) {
    return InMemoryRefusal.of(error, values);
  }
}
