package org.fedledger.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/**
 * Folds events, in order, into a {@link FederationState}.
 *
 * <p>It checks what makes the record one story (order, parents, the current round) and trusts the
 * ledger for what the contract enforces. Changes of members and roles count from the next round:
 * the fold holds them as they will count then, and a round keeps what counted when it opened. Not
 * safe for use by several threads.
 */
public final class StateFold {

  private LedgerEvent.FederationCreated created;
  private TransactionHash founding;
  private Address coordinator;
  private Address nextCoordinator;
  private long governanceNonce;
  private final TreeMap<Address, Participant> participants = new TreeMap<>();
  private final TreeMap<Address, Tenure> verifiers = new TreeMap<>();
  private final TreeMap<Address, Tenure> aggregators = new TreeMap<>();
  private final TreeSet<Address> auditors = new TreeSet<>();
  private ModelVersion head;
  private Open round;
  private boolean closed;
  private BlockRef at;

  /** The round being folded; a new object at each opening. */
  private static final class Open {
    LedgerEvent.RoundOpened opened;
    BlockRef openedAt;
    int indexes;
    SortedMap<Address, Participant> members;
    List<Address> verifiers;
    List<Address> aggregators;
    TreeMap<Address, LedgerEvent.UpdateCommitted> commitments = new TreeMap<>();
    Long revealDeadline;
    Long publicationDeadline;
    List<Candidate> candidates = new ArrayList<>();
    Round.Phase phase = Round.Phase.COMMITTING;
    AbortReason abortReason;

    Round snapshot() {
      return new Round(
          opened,
          openedAt,
          indexes,
          members,
          verifiers,
          aggregators,
          Collections.unmodifiableSortedMap(new TreeMap<>(commitments)),
          Optional.ofNullable(revealDeadline),
          Optional.ofNullable(publicationDeadline),
          List.copyOf(candidates),
          phase,
          Optional.ofNullable(abortReason));
    }
  }

  /** A fold that goes on from where another one stood. */
  public static StateFold from(FederationState state) {
    StateFold fold = new StateFold();
    fold.restore(state);
    return fold;
  }

  private void restore(FederationState state) {
    created = state.created();
    coordinator = state.coordinator();
    nextCoordinator = state.nextCoordinator().orElse(null);
    governanceNonce = state.governanceNonce();
    participants.putAll(state.participants());
    verifiers.putAll(state.verifiers());
    aggregators.putAll(state.aggregators());
    auditors.addAll(state.auditors());
    head = state.head();
    closed = state.closed();
    at = state.at();
    state.round().ifPresent(r -> round = reopened(r));
  }

  private static Open reopened(Round r) {
    Open open = new Open();
    open.opened = r.opened();
    open.openedAt = r.openedAt();
    open.indexes = r.indexes();
    open.members = r.members();
    open.verifiers = r.verifiers();
    open.aggregators = r.aggregators();
    open.commitments.putAll(r.commitments());
    open.revealDeadline = r.revealDeadline().orElse(null);
    open.publicationDeadline = r.publicationDeadline().orElse(null);
    open.candidates.addAll(r.candidates());
    open.phase = r.phase();
    open.abortReason = r.abortReason().orElse(null);
    return open;
  }

  /**
   * Takes the next event.
   *
   * @throws IllegalStateException if it does not go on from the events before, as only a foreign or
   *     damaged record would
   */
  public void apply(RecordedEvent recorded) {
    LedgerEvent event = recorded.event();
    if (created == null && !(event instanceof LedgerEvent.FederationCreated)) {
      throw new IllegalStateException(
          "the record starts with %s, not with FederationCreated: these are not all events"
              .formatted(event.getClass().getSimpleName()));
    }
    at = recorded.block();
    if (isRoleChange(event) && !recorded.transaction().equals(founding)) {
      governanceNonce++;
    }
    switch (event) {
      case LedgerEvent.FederationCreated e -> create(e, recorded.transaction());
      case LedgerEvent.CoordinatorChanged e -> succeed(e.coordinator());
      case LedgerEvent.GovernanceApproved e ->
          check(
              e.nonce() == governanceNonce,
              "the change of roles %d was approved as number %d",
              governanceNonce,
              e.nonce());
      case LedgerEvent.ParticipantAdmitted e -> admit(e);
      case LedgerEvent.ParticipantSuspended e ->
          participants.computeIfPresent(
              e.participant(), (_, p) -> p.withTenure(p.tenure().endingAt(e.untilRound())));
      case LedgerEvent.SigningKeyRotated e ->
          participants.computeIfPresent(e.participant(), (_, p) -> p.withSigner(e.signer()));
      case LedgerEvent.PrivacyBudgetRaised e ->
          participants.computeIfPresent(e.participant(), (_, p) -> p.withBudget(e.privacyBudget()));
      case LedgerEvent.VerifierAdded e -> enter(verifiers, e.verifier(), e.fromRound());
      case LedgerEvent.VerifierRemoved e ->
          verifiers.computeIfPresent(e.verifier(), (_, t) -> t.endingAt(e.untilRound()));
      case LedgerEvent.AggregatorAdded e -> enter(aggregators, e.aggregator(), e.fromRound());
      case LedgerEvent.AggregatorRemoved e ->
          aggregators.computeIfPresent(e.aggregator(), (_, t) -> t.endingAt(e.untilRound()));
      case LedgerEvent.AuditorGranted e -> auditors.add(e.auditor());
      case LedgerEvent.AuditorRevoked e -> auditors.remove(e.auditor());
      case LedgerEvent.RoundOpened e -> open(e, recorded.block());
      case LedgerEvent.UpdateCommitted e -> commit(e);
      case LedgerEvent.CommitsClosed e -> close(e);
      case LedgerEvent.ModelPublished e -> publish(e, recorded.block());
      case LedgerEvent.Attested e -> attest(e);
      case LedgerEvent.PublicationFailed e -> fail(e, recorded.block());
      case LedgerEvent.VersionFinal e -> finish(e);
      case LedgerEvent.RoundAborted e -> abort(e);
      case LedgerEvent.FederationClosed _ -> closed = true;
    }
  }

  /** What follows from the events so far, looked at in block {@code seen}. */
  public FederationState snapshot(BlockRef seen) {
    if (created == null) {
      throw new IllegalStateException("no event yet: there is no federation at this address");
    }
    return new FederationState(
        created,
        coordinator,
        Optional.ofNullable(nextCoordinator),
        governanceNonce,
        Collections.unmodifiableSortedMap(new TreeMap<>(participants)),
        Collections.unmodifiableSortedMap(new TreeMap<>(verifiers)),
        Collections.unmodifiableSortedMap(new TreeMap<>(aggregators)),
        Collections.unmodifiableSortedSet(new TreeSet<>(auditors)),
        head,
        Optional.ofNullable(round).map(Open::snapshot),
        closed,
        seen);
  }

  public boolean started() {
    return created != null;
  }

  /** Each of these events, but for those of the founding, takes one number of governance. */
  private static boolean isRoleChange(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.CoordinatorChanged _,
          LedgerEvent.VerifierAdded _,
          LedgerEvent.VerifierRemoved _,
          LedgerEvent.AggregatorAdded _,
          LedgerEvent.AggregatorRemoved _,
          LedgerEvent.FederationClosed _ ->
          true;
      default -> false;
    };
  }

  private void create(LedgerEvent.FederationCreated e, TransactionHash transaction) {
    check(created == null, "a second FederationCreated");
    created = e;
    founding = transaction;
    head =
        new ModelVersion(
            0, e.model(), e.modelSize(), e.state(), e.stateSize(), Digest.NONE, Optional.empty());
  }

  private void succeed(Address next) {
    if (coordinator == null || round == null || round.phase.ended()) {
      coordinator = next;
    } else {
      nextCoordinator = next;
    }
  }

  private void handOver() {
    if (nextCoordinator != null) {
      coordinator = nextCoordinator;
      nextCoordinator = null;
    }
  }

  private static void enter(TreeMap<Address, Tenure> office, Address account, long fromRound) {
    office.merge(account, Tenure.since(fromRound), (before, _) -> before.resumedAt(fromRound));
  }

  private void admit(LedgerEvent.ParticipantAdmitted e) {
    Participant before = participants.get(e.participant());
    check(
        before == null ? e.index() == participants.size() : e.index() == before.index(),
        "%s was admitted under index %d",
        e.participant(),
        e.index());
    participants.put(
        e.participant(),
        before == null
            ? new Participant(
                e.participant(),
                e.index(),
                e.participant(),
                Tenure.since(e.fromRound()),
                e.privacyBudget(),
                0)
            : before
                .withTenure(before.tenure().resumedAt(e.fromRound()))
                .withBudget(e.privacyBudget()));
  }

  private void open(LedgerEvent.RoundOpened e, BlockRef block) {
    check(round == null || round.phase.ended(), "round %d opened in an open one", e.round());
    check(
        e.round() == (round == null ? 1 : round.opened.round() + 1),
        "round %d is out of order",
        e.round());
    check(
        e.baseVersion() == head.version() && e.baseModel().equals(head.model()),
        "round %d builds on version %d, which is not the last final one",
        e.round(),
        e.baseVersion());
    Open open = new Open();
    open.opened = e;
    open.openedAt = block;
    open.indexes = participants.size();
    TreeMap<Address, Participant> members = new TreeMap<>(participants);
    members.values().removeIf(p -> !p.tenure().covers(e.round()));
    open.members = Collections.unmodifiableSortedMap(members);
    open.verifiers = covering(verifiers, e.round());
    check(
        e.members() == members.size() && e.verifiers() == open.verifiers.size(),
        "round %d opened with %d members and %d verifiers",
        e.round(),
        e.members(),
        e.verifiers());
    open.aggregators = covering(aggregators, e.round());
    round = open;
  }

  private static List<Address> covering(SortedMap<Address, Tenure> tenures, long round) {
    return tenures.entrySet().stream()
        .filter(t -> t.getValue().covers(round))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void commit(LedgerEvent.UpdateCommitted e) {
    Address participant = e.commitment().participant();
    Open open = current(e.commitment().roundId(), Round.Phase.COMMITTING);
    check(open.members.containsKey(participant), "%s committed but is no member", participant);
    check(open.commitments.put(participant, e) == null, "%s committed twice", participant);
    participants.computeIfPresent(participant, (_, p) -> p.spending(e.commitment().privacyCost()));
  }

  private void close(LedgerEvent.CommitsClosed e) {
    Open open = current(e.roundId(), Round.Phase.COMMITTING);
    open.revealDeadline = e.revealDeadline();
    open.publicationDeadline = e.revealDeadline() + open.opened.opening().publicationSeconds();
    open.phase = Round.Phase.PUBLISHING;
  }

  private void publish(LedgerEvent.ModelPublished e, BlockRef block) {
    Open open = current(e.publication().roundId(), Round.Phase.PUBLISHING);
    check(
        e.publication().attempt() == open.candidates.size() + 1L,
        "attempt %d is out of order",
        e.publication().attempt());
    open.candidates.add(
        new Candidate(
            e,
            block,
            block.timestamp() + open.opened.opening().attestationSeconds(),
            Map.of(),
            Candidate.Status.PENDING,
            Optional.empty()));
    open.phase = Round.Phase.ATTESTING;
  }

  private void attest(LedgerEvent.Attested e) {
    check(
        round != null && round.phase == Round.Phase.ATTESTING, "an attestation to no publication");
    Candidate c = round.candidates.getLast();
    check(
        c.record().publicationId().equals(e.attestation().publicationId()),
        "an attestation to another publication");
    Map<Address, LedgerEvent.Attested> attestations = new LinkedHashMap<>(c.attestations());
    attestations.put(e.verifier(), e);
    replaceLast(
        new Candidate(
            c.record(),
            c.publishedAt(),
            c.attestationDeadline(),
            Collections.unmodifiableMap(attestations),
            c.status(),
            c.failure()));
  }

  private void fail(LedgerEvent.PublicationFailed e, BlockRef block) {
    Open open = current(e.roundId(), Round.Phase.ATTESTING);
    decide(Candidate.Status.FAILED, Optional.of(e.reason()));
    open.publicationDeadline =
        Math.max(block.timestamp(), open.revealDeadline)
            + open.opened.opening().publicationSeconds();
    open.phase = Round.Phase.PUBLISHING;
  }

  private void finish(LedgerEvent.VersionFinal e) {
    Open open = current(e.roundId(), Round.Phase.ATTESTING);
    check(
        e.version() == head.version() + 1 && e.parent().equals(head.model()),
        "version %d does not follow version %d",
        e.version(),
        head.version());
    decide(Candidate.Status.FINAL, Optional.empty());
    var publication = open.candidates.getLast().record().publication();
    check(
        publication.model().equals(e.model()) && publication.state().equals(e.state()),
        "version %d is not what was published",
        e.version());
    head =
        new ModelVersion(
            e.version(),
            e.model(),
            publication.modelSize(),
            e.state(),
            publication.stateSize(),
            e.parent(),
            Optional.of(e.roundId()));
    open.phase = Round.Phase.FINAL;
    handOver();
  }

  private void abort(LedgerEvent.RoundAborted e) {
    check(
        round != null && round.opened.roundId().equals(e.roundId()) && !round.phase.ended(),
        "an abort of round %d, which is not open",
        e.round());
    if (round.phase == Round.Phase.ATTESTING) {
      check(
          round.candidates.getLast().proposesAbort(),
          "an abort of round %d while a model waits for its attestations",
          e.round());
      decide(Candidate.Status.FINAL, Optional.empty());
    }
    round.abortReason = e.reason();
    round.phase = Round.Phase.ABORTED;
    handOver();
  }

  private void decide(Candidate.Status status, Optional<FailureReason> failure) {
    Candidate c = round.candidates.getLast();
    replaceLast(
        new Candidate(
            c.record(),
            c.publishedAt(),
            c.attestationDeadline(),
            c.attestations(),
            status,
            failure));
  }

  private void replaceLast(Candidate candidate) {
    round.candidates.set(round.candidates.size() - 1, candidate);
  }

  private Open current(RoundId id, Round.Phase phase) {
    check(round != null && round.opened.roundId().equals(id), "an event of another round %s", id);
    check(round.phase == phase, "an event that does not fit a round in phase %s", round.phase);
    return round;
  }

  private void check(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw new IllegalStateException(
          "the record contradicts itself in block %d: %s"
              .formatted(at.number(), otherwise.formatted(values)));
    }
  }
}
