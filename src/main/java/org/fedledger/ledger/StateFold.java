package org.fedledger.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.signing.Draw;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * Folds events, in order, into a {@link FederationState}.
 *
 * <p>It checks what makes the record one story (order, parents, keys, the current round) and trusts
 * the ledger for what the contract enforces. Changes of members and roles count from the next
 * round: the fold holds them as they will count then, and a round keeps what counted when it
 * opened. Not safe for use by several threads.
 */
public final class StateFold {

  private LedgerEvent.FederationCreated created;
  private Address coordinator;
  private Address successor;
  private Long claimReadyAt;
  private long governanceNonce;
  private int attestationThreshold;
  private SharedMap<ParticipantRecord> participants = new SharedMap<>();
  private SharedMap<Tenure> verifiers = new SharedMap<>();
  private SharedMap<Tenure> aggregators = new SharedMap<>();
  private SortedSet<Address> auditors = Collections.emptySortedSet();
  private ModelVersion head;
  private ApprovedBase approvedBase;
  private Open round;
  private boolean closed;
  private BlockRef at;

  /** The round being folded; a new object at each opening. */
  private static final class Open {
    LedgerEvent.RoundOpened opened;
    BlockRef openedAt;
    long version;
    Optional<ModelVersion.Origin> headOrigin;
    int indexes;
    SortedMap<Address, ParticipantRecord> members;
    SortedSet<Address> drawn;
    List<Address> verifiers;
    List<Address> aggregators;
    List<SortedMap<Address, UpdateCommitted>> earlier = List.of();
    SharedMap<UpdateCommitted> commitments = new SharedMap<>();
    long commitDeadline;
    BlockRef closedAt;
    Long revealDeadline;
    Long publicationDeadline;
    List<Candidate> candidates = new ArrayList<>();
    Round.Phase phase = Round.Phase.COMMITTING;
    AbortReason abortReason;

    int stage() {
      return earlier.size();
    }

    boolean mayCommit(Address participant) {
      return stage() == 0
          ? drawn.contains(participant)
          : earlier.getLast().containsKey(participant);
    }

    void beginStage(long deadline) {
      earlier = with(earlier, commitments.view());
      commitments = new SharedMap<>();
      commitDeadline = deadline;
    }

    void awaitPublication(BlockRef block, long reveal) {
      closedAt = block;
      revealDeadline = reveal;
      publicationDeadline = reveal + opened.opening().publicationSeconds();
      phase = Round.Phase.PUBLISHING;
    }

    Round snapshot() {
      return new Round(
          opened,
          openedAt,
          version,
          headOrigin,
          indexes,
          members,
          drawn,
          verifiers,
          aggregators,
          with(earlier, commitments.view()),
          commitDeadline,
          Optional.ofNullable(closedAt),
          Optional.ofNullable(revealDeadline),
          Optional.ofNullable(publicationDeadline),
          List.copyOf(candidates),
          phase,
          Optional.ofNullable(abortReason));
    }

    private static <T> List<T> with(List<T> list, T last) {
      List<T> longer = new ArrayList<>(list);
      longer.add(last);
      return List.copyOf(longer);
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
    successor = state.successor().orElse(null);
    claimReadyAt = state.claimReadyAt().orElse(null);
    governanceNonce = state.governanceNonce();
    attestationThreshold = state.attestationThreshold();
    participants = SharedMap.of(state.participants());
    verifiers = SharedMap.of(state.verifiers());
    aggregators = SharedMap.of(state.aggregators());
    auditors = state.auditors();
    head = state.head();
    approvedBase = state.approvedBase().orElse(null);
    closed = state.closed();
    at = state.at();
    state.round().ifPresent(r -> round = reopened(r));
  }

  private static Open reopened(Round r) {
    Open open = new Open();
    open.opened = r.opened();
    open.openedAt = r.openedAt();
    open.version = r.version();
    open.headOrigin = r.headOrigin();
    open.indexes = r.indexes();
    open.members = r.members();
    open.drawn = r.drawn();
    open.verifiers = r.verifiers();
    open.aggregators = r.aggregators();
    open.earlier = r.stages().subList(0, r.stage());
    open.commitments = SharedMap.of(r.commitments());
    open.commitDeadline = r.commitDeadline();
    open.closedAt = r.closedAt().orElse(null);
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
    switch (event) {
      case LedgerEvent.FederationCreated e -> create(e);
      case LedgerEvent.CoordinatorChanged e -> succeed(e);
      case LedgerEvent.SuccessorChanged e -> changeSuccessor(e.successor());
      case LedgerEvent.CoordinationClaimed e -> claim(e);
      case LedgerEvent.CoordinationClaimVetoed _ -> claimReadyAt = null;
      case LedgerEvent.GovernanceApproved e -> approve(e);
      case LedgerEvent.ThresholdChanged e -> attestationThreshold = e.threshold();
      case LedgerEvent.BaseApproved e -> approveBase(e.version());
      case LedgerEvent.ParticipantAdmitted e -> admit(e);
      case LedgerEvent.ParticipantSuspended e ->
          change(e.participant(), p -> p.withTenure(p.tenure().endingAt(e.untilRound())));
      case LedgerEvent.SigningKeyRotated e -> rotate(e);
      case LedgerEvent.RecoveryRequested e ->
          change(
              e.participant(),
              p -> p.withRecovery(Optional.of(new Recovery(e.signer(), e.readyAt()))));
      case LedgerEvent.RecoveryVetoed e ->
          change(e.participant(), p -> p.withRecovery(Optional.empty()));
      case LedgerEvent.SigningKeyRecovered e -> recover(e);
      case LedgerEvent.PrivacyBudgetRaised e ->
          change(e.participant(), p -> p.withBudget(e.budget()));
      case LedgerEvent.VerifierAdded e -> {
        enter(verifiers, e.verifier(), e.fromRound());
        claimReadyAt = null;
      }
      case LedgerEvent.VerifierRemoved e -> leave(verifiers, e.verifier(), e.untilRound());
      case LedgerEvent.AggregatorAdded e -> enter(aggregators, e.aggregator(), e.fromRound());
      case LedgerEvent.AggregatorRemoved e -> leave(aggregators, e.aggregator(), e.untilRound());
      case LedgerEvent.AuditorGranted e -> changeAuditors(set -> set.add(e.auditor()));
      case LedgerEvent.AuditorRevoked e -> changeAuditors(set -> set.remove(e.auditor()));
      case LedgerEvent.RoundOpened e -> open(e, recorded.block());
      case LedgerEvent.UpdateCommitted e -> commit(e);
      case LedgerEvent.CommitsClosed e -> close(e, recorded.block());
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
        Optional.ofNullable(successor),
        Optional.ofNullable(claimReadyAt),
        governanceNonce,
        attestationThreshold,
        participants.view(),
        verifiers.view(),
        aggregators.view(),
        auditors,
        head,
        Optional.ofNullable(approvedBase),
        Optional.ofNullable(round).map(Open::snapshot),
        closed,
        seen);
  }

  public boolean started() {
    return created != null;
  }

  private void create(LedgerEvent.FederationCreated e) {
    check(created == null, "a second FederationCreated");
    created = e;
    successor = e.successor().orElse(null);
    attestationThreshold = e.attestationThreshold();
    head =
        new ModelVersion(
            0, e.model(), e.modelSize(), e.state(), e.stateSize(), Digest.NONE, Optional.empty());
  }

  // Governance and offices.

  private void approve(LedgerEvent.GovernanceApproved e) {
    check(
        e.nonce() == governanceNonce,
        "the change of governance %d was approved as number %d",
        governanceNonce,
        e.nonce());
    governanceNonce++;
  }

  private void approveBase(long version) {
    check(
        version >= 0 && version <= head.version(),
        "rounds shall build on version %d, which is not final",
        version);
    approvedBase = new ApprovedBase(version, round == null ? 1 : round.opened.round() + 1);
  }

  private void succeed(LedgerEvent.CoordinatorChanged e) {
    check(
        e.previous().equals(Optional.ofNullable(coordinator)),
        "the coordinator %s follows %s, who was not in office",
        e.coordinator(),
        e.previous().map(Address::toString).orElse("nobody"));
    claimReadyAt = null;
    coordinator = e.coordinator();
  }

  private void changeSuccessor(Optional<Address> next) {
    successor = next.orElse(null);
    claimReadyAt = null;
  }

  private void claim(LedgerEvent.CoordinationClaimed e) {
    check(e.successor().equals(successor), "%s claims, who is not the successor", e.successor());
    claimReadyAt = e.readyAt();
  }

  private void changeAuditors(Consumer<SortedSet<Address>> change) {
    TreeSet<Address> changed = new TreeSet<>(auditors);
    change.accept(changed);
    auditors = Collections.unmodifiableSortedSet(changed);
  }

  private static void enter(SharedMap<Tenure> office, Address account, long fromRound) {
    office
        .open()
        .merge(account, Tenure.since(fromRound), (before, _) -> before.resumedAt(fromRound));
  }

  private static void leave(SharedMap<Tenure> office, Address account, long untilRound) {
    office.open().computeIfPresent(account, (_, t) -> t.endingAt(untilRound));
  }

  private static List<Address> covering(SharedMap<Tenure> office, long round) {
    return office.view().entrySet().stream()
        .filter(t -> t.getValue().covers(round))
        .map(Map.Entry::getKey)
        .toList();
  }

  // Participants.

  private void admit(LedgerEvent.ParticipantAdmitted e) {
    ParticipantRecord before = participants.get(e.participant());
    check(
        before == null ? e.index() == participants.size() : e.index() == before.index(),
        "%s was admitted under index %d",
        e.participant(),
        e.index());
    participants
        .open()
        .put(
            e.participant(),
            before == null
                ? ParticipantRecord.admitted(
                    e.participant(), e.index(), e.fromRound(), e.privacyBudget())
                : before
                    .withTenure(before.tenure().resumedAt(e.fromRound()))
                    .withBudget(e.privacyBudget())
                    .havingMissed(0));
  }

  private void rotate(LedgerEvent.SigningKeyRotated e) {
    ParticipantRecord before = known(e.participant());
    check(
        e.nonce() == before.keyChanges() && e.previousSigner().equals(before.signer()),
        "%s changed a key that it did not have",
        e.participant());
    change(e.participant(), p -> p.rotatedTo(e.signer()));
  }

  private void recover(LedgerEvent.SigningKeyRecovered e) {
    check(
        e.previousSigner().equals(known(e.participant()).signer()),
        "%s got a key in place of one that it did not have",
        e.participant());
    change(e.participant(), p -> p.recoveredTo(e.signer(), e.fromRound()));
  }

  private void change(Address participant, UnaryOperator<ParticipantRecord> change) {
    ParticipantRecord before = known(participant);
    participants.open().put(participant, change.apply(before));
  }

  private ParticipantRecord known(Address participant) {
    ParticipantRecord known = participants.get(participant);
    check(known != null, "%s was not admitted", participant);
    return known;
  }

  // Rounds.

  private void open(LedgerEvent.RoundOpened e, BlockRef block) {
    check(round == null || round.phase.ended(), "round %d opened in an open one", e.round());
    check(
        e.round() == (round == null ? 1 : round.opened.round() + 1),
        "round %d is out of order",
        e.round());
    checkBase(e);
    TreeMap<Address, ParticipantRecord> members = new TreeMap<>(participants.view());
    members.values().removeIf(p -> !p.tenure().covers(e.round()));
    Open open = new Open();
    open.opened = e;
    open.openedAt = block;
    open.version = head.version() + 1;
    open.headOrigin = head.origin();
    open.indexes = participants.size();
    open.members = Collections.unmodifiableSortedMap(members);
    open.drawn = drawn(e, open);
    open.verifiers = covering(verifiers, e.round());
    open.aggregators = covering(aggregators, e.round());
    open.commitDeadline = e.opening().commitDeadline();
    check(
        e.members() == members.size()
            && e.verifiers() == open.verifiers.size()
            && e.attestationThreshold() == attestationThreshold,
        "round %d opened with %d members and %d verifiers, of whom %d decide",
        e.round(),
        e.members(),
        e.verifiers(),
        e.attestationThreshold());
    round = open;
  }

  /** Earlier versions than the last are not kept, so that of them only the number is compared. */
  private void checkBase(LedgerEvent.RoundOpened e) {
    RoundOpening o = e.opening();
    long expected = approvedBase == null ? head.version() : approvedBase.version();
    boolean isHead = o.baseModel().equals(head.model()) && o.baseState().equals(head.state());
    check(
        o.baseVersion() == expected && (expected != head.version() || isHead),
        "round %d builds on version %d with model %s, and not on version %d",
        e.round(),
        o.baseVersion(),
        o.baseModel(),
        expected);
  }

  private SortedSet<Address> drawn(LedgerEvent.RoundOpened e, Open open) {
    FederationId federation = created.federation();
    Digest base = e.opening().baseModel();
    Draw draw;
    try {
      draw = e.opening().draw();
      e.opening().later();
    } catch (IllegalArgumentException broken) {
      throw contradiction("round %d opened with terms that no ledger of ours takes", e.round());
    }
    TreeSet<Address> drawn = new TreeSet<>(open.members.keySet());
    if (!draw.everybody()) {
      check(
          e.opening().baseVersion() == head.version(),
          "round %d draws on version %d, which is not the last",
          e.round(),
          e.opening().baseVersion());
      drawn.removeIf(
          address ->
              !open.members.get(address).mayBeDrawn(head.madeInRound())
                  || !draw.includes(federation, base, open.version, address));
    }
    return Collections.unmodifiableSortedSet(drawn);
  }

  private void commit(UpdateCommitted e) {
    Address participant = e.commitment().participant();
    Open open = current(e.commitment().roundId(), Round.Phase.COMMITTING);
    check(
        e.commitment().stage() == open.stage(),
        "a commitment of stage %d in stage %d",
        e.commitment().stage(),
        open.stage());
    check(
        open.mayCommit(participant),
        "%s committed in stage %d but takes no part in it",
        participant,
        open.stage());
    check(
        open.commitments.open().put(participant, e) == null,
        "%s committed twice in stage %d",
        participant,
        open.stage());
    if (e.commitment().privacyCost() != 0) {
      change(participant, p -> p.spending(e.commitment().privacyCost()));
    }
  }

  /** Where too few committed, the abort that follows ends the round in this stage. */
  private void close(LedgerEvent.CommitsClosed e, BlockRef block) {
    Open open = current(e.roundId(), Round.Phase.COMMITTING);
    check(e.stage() == open.stage(), "stage %d closed in stage %d", e.stage(), open.stage());
    if (e.stage() == 0) {
      countMissed(open);
    }
    List<StageTerms> later = open.opened.opening().later();
    int threshold = e.stage() == 0 ? created.quorum() : later.get(e.stage() - 1).threshold();
    if (open.commitments.size() < threshold) {
      return;
    }
    if (e.stage() < later.size()) {
      open.beginStage(e.deadline());
    } else {
      open.awaitPublication(block, e.deadline());
    }
  }

  /** What kept everybody away, as a node that nobody reaches, is held against nobody. */
  private void countMissed(Open open) {
    if (open.commitments.size() == 0) {
      return;
    }
    for (Address drawn : open.drawn) {
      ParticipantRecord before = participants.get(drawn);
      long missed = open.commitments.get(drawn) == null ? before.missed() + 1 : 0;
      if (missed != before.missed()) {
        participants.open().put(drawn, before.havingMissed(missed));
      }
    }
  }

  private void publish(LedgerEvent.ModelPublished e, BlockRef block) {
    Open open = current(e.publication().roundId(), Round.Phase.PUBLISHING);
    check(
        e.publication().attempt() == open.candidates.size() + 1L
            && e.publication().attempt() <= open.opened.opening().attempts(),
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
    LedgerEvent.Attested before = attestations.put(e.verifier(), e);
    check(
        before == null
            || before.attestation().finding() == Finding.LACK
                && e.attestation().finding() != Finding.LACK,
        "%s attested twice to one publication",
        e.verifier());
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
    RoundOpening opening = open.opened.opening();
    open.publicationDeadline =
        Math.min(
            Math.max(block.timestamp(), open.revealDeadline) + opening.publicationSeconds(),
            opening.latestPublication(open.candidates.size() + 1L));
    open.phase = Round.Phase.PUBLISHING;
  }

  private void finish(LedgerEvent.VersionFinal e) {
    Open open = current(e.roundId(), Round.Phase.ATTESTING);
    check(
        e.version() == open.version && e.parent().equals(open.opened.opening().baseModel()),
        "version %d, made from %s, is not what round %d makes",
        e.version(),
        e.parent(),
        open.opened.round());
    decide(Candidate.Status.FINAL, Optional.empty());
    LedgerEvent.ModelPublished published = open.candidates.getLast().record();
    Publication publication = published.publication();
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
            Optional.of(
                new ModelVersion.Origin(e.roundId(), open.opened.round(), published.aggregator())));
    if (approvedBase != null && approvedBase.isUsedUpBy(open.opened.round())) {
      approvedBase = null;
    }
    open.phase = Round.Phase.FINAL;
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
      throw contradiction(otherwise, values);
    }
  }

  private IllegalStateException contradiction(String what, Object... values) {
    return new IllegalStateException(
        "the record contradicts itself in block %d: %s"
            .formatted(at.number(), what.formatted(values)));
  }
}
