package org.fedledger.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.ATTESTATION_SECONDS;
import static org.fedledger.ledger.LedgerStory.COMMIT_SECONDS;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.PUBLICATION_SECONDS;
import static org.fedledger.ledger.LedgerStory.REVEAL_SECONDS;
import static org.fedledger.ledger.LedgerStory.WEIGHT_CAP;
import static org.fedledger.ledger.LedgerStory.digest;
import static org.fedledger.ledger.LedgerStory.participant;
import static org.fedledger.ledger.LedgerStory.rejection;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fedledger.crypto.Keccak256;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every ledger does, whether it is in this process or on a chain. A deadline is the last
 * second at which its step may be done.
 */
public abstract class LedgerSuite {

  private static final Address NOBODY = new Address(new byte[Address.LENGTH]);
  private static final String COORDINATOR_ROLE = new Digest(role("COORDINATOR")).toString();
  private static final int COMMITTING = 1;
  private static final int PUBLISHING = 2;
  private static final int ATTESTING = 3;
  private static final int FINAL = 4;
  private static final int ABORTED = 5;

  private final List<LedgerStory> begun = new ArrayList<>();

  /** Founds a federation on the ledger that is tested. */
  protected abstract LedgerStory.World found(FederationSetup setup) throws Exception;

  private static byte[] role(String name) {
    return Keccak256.hash(name.getBytes(US_ASCII));
  }

  protected final LedgerStory begin(Cast cast) {
    LedgerStory story =
        LedgerStory.begin(
            setup -> {
              try {
                return found(setup);
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            cast);
    begun.add(story);
    return story;
  }

  @AfterEach
  void closeWorlds() {
    begun.forEach(story -> story.world().close());
  }

  // The founding.

  @Test
  void shouldRecordTheFounding() {
    LedgerStory story = begin(Cast.VERIFIED);
    FederationState state = story.state();

    FederationSetup setup = story.setup();
    assertThat(story.events().getFirst())
        .isEqualTo(
            new LedgerEvent.FederationCreated(
                setup.federation(),
                setup.spec(),
                setup.model().digest(),
                setup.model().size(),
                setup.state().orElseThrow().digest(),
                setup.state().orElseThrow().size(),
                2,
                2));
    assertThat(state.coordinator()).isEqualTo(COORDINATOR.address());
    assertThat(state.aggregators().keySet())
        .containsExactlyInAnyOrderElementsOf(story.setup().aggregators());
    assertThat(state.verifiers().keySet())
        .containsExactlyInAnyOrderElementsOf(story.setup().verifiers());
    assertThat(state.verifiers().values()).containsOnly(Tenure.since(1));
    assertThat(state.governanceNonce()).isZero();
    assertThat(state.round()).isEmpty();
    assertThat(state.nextRound()).isEqualTo(1);
    assertThat(state.closed()).isFalse();
    assertThat(state.head().version()).isZero();
    assertThat(state.head().model()).isEqualTo(story.setup().model().digest());
    assertThat(state.head().parent()).isEqualTo(Digest.NONE);
  }

  @Test
  void shouldRefuseImpossibleFoundings() {
    assertThatThrownBy(() -> begin(Cast.SMALL.withQuorum(0))).hasMessageContaining("InvalidQuorum");
    assertThatThrownBy(() -> begin(new Cast(1, 4, 2, 1))).hasMessageContaining("InvalidThreshold");
    assertThatThrownBy(() -> begin(new Cast(1, 0, 2, 1))).hasMessageContaining("InvalidThreshold");
    assertThatThrownBy(() -> begin(new Cast(65, 0, 0, 1))).hasMessageContaining("TooManyAccounts");
  }

  // A round's life.

  @Test
  void shouldMakeAVersionOnPublicationWithoutVerifiers() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    RoundId id = story.open();
    story.commit(1, 0).closeCommits();
    Publication p = story.publish(0, "version 1");

    assertThat(story.events().subList(4, story.events().size()))
        .extracting(e -> e.getClass().getSimpleName())
        .containsExactly(
            "ParticipantAdmitted",
            "RoundOpened",
            "UpdateCommitted",
            "UpdateCommitted",
            "CommitsClosed",
            "ModelPublished",
            "VersionFinal");
    FederationState state = story.state();
    assertThat(state.openRound()).isEmpty();
    assertThat(state.head())
        .isEqualTo(
            new ModelVersion(
                1,
                p.model(),
                p.modelSize(),
                p.state(),
                p.stateSize(),
                story.setup().model().digest(),
                Optional.of(id)));
    assertThat(story.round().phase()).isEqualTo(Round.Phase.FINAL);
    assertThat(story.round().decided()).isPresent();
  }

  @Test
  void shouldRecordWhatWasSignedSoThatAnyoneCanCheckIt() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 2, true).attest(p, 0, true);

    Ledger ledger = story.reader();
    for (LedgerEvent.UpdateCommitted e : story.events(LedgerEvent.UpdateCommitted.class)) {
      assertThat(ledger.domain().signer(e.commitment(), e.signature()))
          .contains(e.commitment().participant());
    }
    LedgerEvent.ModelPublished published =
        story.events(LedgerEvent.ModelPublished.class).getFirst();
    assertThat(published.publication()).isEqualTo(p);
    assertThat(published.publicationId()).isEqualTo(p.id());
    assertThat(published.decision()).isEqualTo(Decision.of(2, List.of(0, 1), List.of()));
    assertThat(ledger.domain().signer(p, published.signature()))
        .contains(story.aggregator(0).address());
    List<LedgerEvent.Attested> attested = story.events(LedgerEvent.Attested.class);
    assertThat(attested).hasSize(2);
    for (LedgerEvent.Attested e : attested) {
      assertThat(ledger.domain().signer(e.attestation(), e.signature())).contains(e.verifier());
    }
  }

  @Test
  void shouldBuildEachVersionOnTheOneBefore() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    Publication first = story.publish(0, "version 1");
    story.open();
    story.commit(0, 1).closeCommits();
    Publication second = story.publish(0, "version 2");

    LedgerEvent.RoundOpened opened = story.events(LedgerEvent.RoundOpened.class).getLast();
    assertThat(opened.round()).isEqualTo(2);
    assertThat(opened.baseVersion()).isEqualTo(1);
    assertThat(opened.baseModel()).isEqualTo(first.model());
    assertThat(opened.baseState()).isEqualTo(first.state());
    assertThat(story.state().head().parent()).isEqualTo(first.model());
    assertThat(story.state().head().model()).isEqualTo(second.model());
    assertThat(story.state().head().version()).isEqualTo(2);
  }

  @Test
  void shouldTellWhereEachEventStands() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    Outcome.Mined mined = story.doAs(COORDINATOR, new LedgerAction.OpenRound(story.opening()));

    Ledger ledger = story.reader();
    RecordedEvent last = story.recorded().getLast();
    assertThat(last.transaction()).isEqualTo(mined.transaction());
    assertThat(last.block()).isEqualTo(mined.block());
    assertThat(ledger.block(mined.block().number())).contains(mined.block());
    assertThat(ledger.block(mined.block().number() - 1).orElseThrow().hash())
        .isEqualTo(mined.block().parent());
    assertThat(ledger.block(ledger.head().number() + 1_000_000)).isEmpty();
    assertThat(ledger.events(mined.block().number(), mined.block().number())).contains(last);
    assertThat(ledger.events(0, mined.block().number() - 1)).doesNotContain(last);
    assertThat(story.recorded())
        .isSortedAccordingTo(
            Comparator.comparingLong((RecordedEvent e) -> e.block().number())
                .thenComparingInt(RecordedEvent::logIndex));
    assertThatThrownBy(() -> ledger.events(0, LedgerReader.MAX_SPAN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldTakeWhatManySendAtOnce() throws Exception {
    int count = 12;
    LedgerStory story = begin(Cast.SMALL).admit(count);
    story.open();
    List<LedgerAction.Commit> commits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      commits.add(story.commitment(story.update(i), participant(i)));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        SigningKey sender = i % 2 == 0 ? participant(i) : ANYBODY;
        LedgerAction commit = commits.get(i);
        outcomes.add(threads.submit(() -> story.tryAs(sender, commit)));
      }
      for (Future<Outcome> outcome : outcomes) {
        assertThat(outcome.get()).isInstanceOf(Outcome.Mined.class);
      }
    }
    assertThat(story.round().complete()).isTrue();
  }

  // Opening.

  @Test
  void shouldOpenOnlyPossibleRounds() {
    LedgerStory story = begin(Cast.SMALL).admit(1);
    RoundOpening o = story.opening();
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(o), "TooFewMembers", 1, 2);
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(1).address(), 0));

    story.refuses(
        ANYBODY,
        new LedgerAction.OpenRound(o),
        "AccessControlUnauthorizedAccount",
        ANYBODY.address(),
        COORDINATOR_ROLE);
    long now = story.world().now();
    refusesOpening(story, with(o, Digest.NONE, 1, now + 1, 1, 1), "ZeroDigest");
    refusesOpening(story, with(o, o.plan(), 0, now + 1, 1, 1), "ZeroSize");
    refusesOpening(story, with(o, o.plan(), 1, now, 1, 1), "InvalidCommitDeadline", now, now);
    long far = now + 30 * 24 * 3600 + 1;
    refusesOpening(story, with(o, o.plan(), 1, far, 1, 1), "InvalidCommitDeadline", far, now);
    refusesOpening(story, with(o, o.plan(), 1, now + 1, 0, 1), "InvalidWindow", 0);
    refusesOpening(
        story, with(o, o.plan(), 1, now + 1, 30 * 24 * 3600 + 1, 1), "InvalidWindow", 2592001);
    refusesOpening(story, with(o, o.plan(), 1, now + 1, 1, 0), "InvalidWeightCap", 0);
    refusesOpening(story, with(o, o.plan(), 1, now + 1, 1, 1L << 32), "InvalidWeightCap", 1L << 32);

    RoundId id = story.open();
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(o), "RoundIsOpen", id);
  }

  private static RoundOpening with(
      RoundOpening o, Digest plan, long size, long deadline, int reveal, long cap) {
    return new RoundOpening(
        plan, size, deadline, reveal, o.publicationSeconds(), o.attestationSeconds(), cap);
  }

  private static void refusesOpening(
      LedgerStory story, RoundOpening opening, String error, Object... values) {
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(opening), error, values);
  }

  // Commitments.

  @Test
  void shouldTakeACommitmentFromWhoeverSendsIt() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    story.doAs(ANYBODY, story.commitment(story.update(0), participant(0)));

    assertThat(story.round().commitments()).containsOnlyKeys(participant(0).address());
  }

  @Test
  void shouldTakeOneCommitmentOfEachMemberOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    RoundId id = story.open();
    UpdateCommitment update = story.update(0);
    story.commit(0);

    story.refuses(
        participant(0),
        story.commitment(update, participant(0)),
        "AlreadyCommitted",
        participant(0).address(),
        id);
    UpdateCommitment foreign = story.update(7);
    story.refuses(
        participant(7),
        story.commitment(foreign, participant(7)),
        "NotMemberOfRound",
        participant(7).address(),
        1);
  }

  @Test
  void shouldTakeProperCommitmentsOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    UpdateCommitment u = story.update(0);
    refusesUpdate(story, of(u, u.roundId(), u.digest(), 1, 0), "InvalidWeight", 0, WEIGHT_CAP);
    refusesUpdate(
        story,
        of(u, u.roundId(), u.digest(), 1, WEIGHT_CAP + 1),
        "InvalidWeight",
        WEIGHT_CAP + 1,
        WEIGHT_CAP);
    refusesUpdate(
        story,
        of(u, u.roundId(), u.digest(), 1, -1),
        "InvalidWeight",
        "18446744073709551615",
        WEIGHT_CAP);
    refusesUpdate(story, of(u, u.roundId(), Digest.NONE, 1, 1), "ZeroDigest");
    refusesUpdate(story, of(u, u.roundId(), u.digest(), 0, 1), "ZeroSize");
    RoundId other = new RoundId(digest("no round").bytes());
    refusesUpdate(story, of(u, other, u.digest(), 1, 1), "UnknownRound", other);
    story.doAs(
        participant(0),
        story.commitment(of(u, u.roundId(), u.digest(), 1, WEIGHT_CAP), participant(0)));
  }

  private static UpdateCommitment of(
      UpdateCommitment u, RoundId round, Digest digest, long size, long weight) {
    return new UpdateCommitment(round, u.participant(), digest, size, weight, 0);
  }

  private static void refusesUpdate(
      LedgerStory story, UpdateCommitment update, String error, Object... values) {
    story.refuses(participant(0), story.commitment(update, participant(0)), error, values);
  }

  @Test
  void shouldRefuseASignatureOfAnotherKeyOrForAnotherCommitment() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    UpdateCommitment update = story.update(0);
    story.refuses(
        participant(0),
        story.commitment(update, participant(1)),
        "WrongSigner",
        participant(1).address(),
        participant(0).address());

    LedgerAction.Commit mine = story.commitment(update, participant(0));
    UpdateCommitment changed =
        of(update, update.roundId(), digest("changed"), update.size(), update.weight());
    Outcome outcome =
        story.tryAs(participant(0), new LedgerAction.Commit(changed, mine.signature()));
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(((Outcome.Refused) outcome).error()).isEqualTo("WrongSigner");
  }

  @Test
  void shouldTakeCommitmentsUntilTheirDeadlineAndNoLonger() {
    LedgerStory story = begin(Cast.SMALL).admit(3);
    RoundId id = story.open();
    long deadline = story.world().now() + COMMIT_SECONDS;
    assertThat(story.round().opening().commitDeadline()).isEqualTo(deadline);
    story.world().moveTo(deadline);
    story.commit(0, 1);
    story.refuses(
        ANYBODY, new LedgerAction.CloseCommits(id), "DeadlineNotPassed", deadline, deadline);
    LedgerAction late = story.commitment(story.update(2), participant(2));
    story.world().moveTo(deadline + 1);
    story.refuses(participant(2), late, "DeadlinePassed", deadline, deadline + 1);
    story.closeCommits();
    story.refuses(participant(2), late, "WrongPhase", id, PUBLISHING, COMMITTING);
  }

  @Test
  void shouldCloseCommitsOnceAllHaveCommitted() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);

    LedgerEvent.CommitsClosed closed = story.events(LedgerEvent.CommitsClosed.class).getFirst();
    assertThat(closed.committed()).isEqualTo(2);
    assertThat(closed.revealDeadline()).isEqualTo(story.world().now() + REVEAL_SECONDS);
    assertThat(story.round().publicationDeadline())
        .contains(closed.revealDeadline() + PUBLICATION_SECONDS);
    story.refuses(
        ANYBODY,
        new LedgerAction.CloseCommits(closed.roundId()),
        "WrongPhase",
        closed.roundId(),
        PUBLISHING,
        COMMITTING);
  }

  @Test
  void shouldAbortARoundWithTooFewCommitments() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    story.commit(0);
    story.world().moveTo(story.world().now() + COMMIT_SECONDS + 1);
    story.closeCommits();

    assertThat(story.round().phase()).isEqualTo(Round.Phase.ABORTED);
    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
    story.open();
    assertThat(story.round().opened().baseVersion()).isZero();
  }

  // Publications.

  @Test
  void shouldNameEveryCommittedUpdateAcceptedOrRejected() {
    LedgerStory story = begin(Cast.SMALL).committedBy(4);
    assertMismatch(story, List.of(0, 1, 2), List.of(), 7, 0);
    assertMismatch(story, List.of(0, 1, 2, 3), List.of(rejection(3, Reason.NORM)), 15, 8);
    Decision decision =
        Decision.of(
            4, List.of(0, 3), List.of(rejection(1, Reason.NORM), rejection(2, Reason.NONFINITE)));
    Publication p = story.model("version 1", decision);
    story.doAs(story.aggregator(0), story.publication(p, decision, story.aggregator(0)));

    assertThat(story.round().decided().orElseThrow().record().decision()).isEqualTo(decision);
  }

  private static void assertMismatch(
      LedgerStory story,
      List<Integer> accepted,
      List<Rejection> rejected,
      long acceptedWord,
      long rejectedWord) {
    refusesModel(
        story,
        Decision.of(4, accepted, rejected),
        "DecisionsMismatch",
        0,
        acceptedWord,
        rejectedWord,
        15);
  }

  private static void refusesModel(
      LedgerStory story, Decision decision, String error, Object... values) {
    Publication p = story.model("version 1", decision);
    story.refuses(
        story.aggregator(0), story.publication(p, decision, story.aggregator(0)), error, values);
  }

  @Test
  void shouldRefuseDecisionsOfAnotherForm() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    refusesModel(story, Decision.of(257, List.of(0, 1), List.of()), "WrongWordCount", 2, 1);
    refusesModel(story, new Decision(List.of(), List.of()), "WrongWordCount", 0, 1);
    refusesModel(
        story,
        Decision.of(300, List.of(0, 1), List.of(rejection(256, Reason.NORM))),
        "WrongWordCount",
        2,
        1);
    refusesModel(
        story,
        new Decision(List.of(BigInteger.valueOf(3)), List.of(rejection(256, Reason.NORM))),
        "IndexOutOfRange",
        256,
        256);
    refusesModel(
        story,
        new Decision(List.of(BigInteger.valueOf(7)), List.of()),
        "DecisionsMismatch",
        0,
        7,
        0,
        3);

    Decision decision = story.decision();
    Publication p = story.model("version 1", Decision.of(2, List.of(0), List.of()));
    story.refuses(
        story.aggregator(0),
        story.publication(p, decision, story.aggregator(0)),
        "WrongAcceptedDigest",
        p.acceptedDigest(),
        decision.digest());
  }

  @Test
  void shouldCallNoUpdateMissingBeforeTheRevealDeadline() {
    LedgerStory story = begin(Cast.SMALL).committedBy(3);
    long reveal = story.round().revealDeadline().orElseThrow();
    Decision decision = story.decision(rejection(1, Reason.MISSING));
    story.world().moveTo(reveal);
    refusesModel(story, decision, "MissingBeforeReveal", 1, reveal, reveal);
    story.world().moveTo(reveal + 1);
    story.publish(0, "version 1", rejection(1, Reason.MISSING));

    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldPublishUntilTheDeadlineAndNoLonger() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    RoundId id = story.round().id();
    long deadline = story.round().publicationDeadline().orElseThrow();
    story.world().moveTo(deadline);
    story.refuses(
        ANYBODY,
        new LedgerAction.AbortRound(id, AbortReason.DEADLINE),
        "DeadlineNotPassed",
        deadline,
        deadline);
    story.world().moveTo(deadline + 1);
    refusesModel(story, story.decision(), "DeadlinePassed", deadline, deadline + 1);
    story.doAs(ANYBODY, new LedgerAction.AbortRound(id, AbortReason.DEADLINE));

    assertThat(story.round().abortReason()).contains(AbortReason.DEADLINE);
    assertThat(story.state().openRound()).isEmpty();
  }

  @Test
  void shouldTakePublicationsOfAggregatorsOnly() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    Decision decision = story.decision();
    Publication p = story.model("version 1", decision);
    story.refuses(
        story.aggregator(0),
        story.publication(p, decision, ANYBODY),
        "NotAggregatorOfRound",
        ANYBODY.address(),
        1);
    Publication second =
        new Publication(p.roundId(), 2, p.model(), 1, p.state(), 1, p.acceptedDigest());
    story.refuses(
        story.aggregator(0),
        story.publication(second, decision, story.aggregator(0)),
        "WrongAttempt",
        2,
        1);
  }

  @Test
  void shouldRefuseResultsThatAreNone() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    Digest model = digest("model");
    Digest state = digest("state");
    assertInvalidResult(story, model, 0, state, 1);
    assertInvalidResult(story, model, 1, state, 0);
    assertInvalidResult(story, model, 1, Digest.NONE, 1);
    assertInvalidResult(story, Digest.NONE, 1, Digest.NONE, 0);
    assertInvalidResult(story, Digest.NONE, 0, state, 1);
  }

  private static void assertInvalidResult(
      LedgerStory story, Digest model, long modelSize, Digest state, long stateSize) {
    Decision decision = story.decision();
    Publication p =
        new Publication(
            story.round().id(), 1, model, modelSize, state, stateSize, decision.digest());
    story.refuses(
        story.aggregator(0),
        story.publication(p, decision, story.aggregator(0)),
        "InvalidResult",
        model,
        modelSize,
        state,
        stateSize);
  }

  @Test
  void shouldMakeNoVersionOfTooFewUpdates() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    refusesModel(story, story.decision(rejection(0, Reason.NORM)), "TooFewAccepted", 1, 2);
  }

  @Test
  void shouldAbortByAProposalWithTooFewAccepted() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    story.propose(0, rejection(0, Reason.NORM));

    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_ACCEPTED);
    assertThat(story.round().decided().orElseThrow().proposesAbort()).isTrue();
    assertThat(story.state().head().version()).isZero();
  }

  @Test
  void shouldAbortByAProposalWithEnoughAcceptedAsNotFinite() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    story.propose(0);

    assertThat(story.round().abortReason()).contains(AbortReason.NONFINITE_RESULT);
  }

  @Test
  void shouldAbortByAProposalOnlyOnceItIsAttested() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.propose(0, rejection(1, Reason.ENCODING));
    story.attest(p, 0, true);
    assertThat(story.round().phase()).isEqualTo(Round.Phase.ATTESTING);
    story.attest(p, 1, true);

    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_ACCEPTED);
    assertThat(story.round().decided()).isPresent();
  }

  // Attestations and attempts.

  @Test
  void shouldBeFinalAtTheThresholdDespiteALoneDifferingVerifier() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 0, false).attest(p, 1, true);
    assertThat(story.state().head().version()).isZero();
    assertThat(story.round().pending().orElseThrow().attested(true))
        .containsExactly(story.verifier(1).address());
    story.attest(p, 2, true);

    assertThat(story.state().head().version()).isEqualTo(1);
    Candidate decided = story.round().decided().orElseThrow();
    assertThat(decided.attested(false)).containsExactly(story.verifier(0).address());
    assertThat(decided.attested(true))
        .containsExactly(story.verifier(1).address(), story.verifier(2).address());
  }

  @Test
  void shouldFailWhenTooManyDifferAndGoOnWithAnotherAggregator() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    story.world().moveTo(story.round().revealDeadline().orElseThrow() + 5);
    Publication first = story.publish(0, "a false version 1");
    story.world().moveTo(story.world().now() + 7);
    story.attest(first, 0, false).attest(first, 1, false);

    Candidate failed = story.round().candidates().getFirst();
    assertThat(failed.status()).isEqualTo(Candidate.Status.FAILED);
    assertThat(failed.failure()).contains(FailureReason.DISPUTED);
    assertThat(story.round().publicationDeadline())
        .contains(story.world().now() + PUBLICATION_SECONDS);

    Decision decision = story.decision();
    Publication again = story.model("version 1", decision);
    story.refuses(
        story.aggregator(0),
        story.publication(again, decision, story.aggregator(0)),
        "AlreadyPublished",
        story.aggregator(0).address(),
        story.round().id());
    story.finish(1, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
    assertThat(story.state().head().model()).isEqualTo(digest("version 1"));
    assertThat(story.round().candidates()).hasSize(2);
    assertThat(story.events(LedgerEvent.VersionFinal.class).getFirst().attempt()).isEqualTo(2);
  }

  @Test
  void shouldCountAFailureBeforeTheRevealDeadlineFromThatDeadline() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    long reveal = story.round().revealDeadline().orElseThrow();
    Publication p = story.publish(0, "a false version 1");
    story.attest(p, 0, false).attest(p, 1, false);

    assertThat(story.round().publicationDeadline()).contains(reveal + PUBLICATION_SECONDS);
    story.world().moveTo(reveal + PUBLICATION_SECONDS);
    story.publish(1, "version 1");
  }

  @Test
  void shouldFailAPublicationThatTooFewAttestedInTime() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    RoundId id = story.round().id();
    Publication p = story.publish(0, "version 1");
    long deadline = story.world().now() + ATTESTATION_SECONDS;
    assertThat(story.round().pending().orElseThrow().attestationDeadline()).isEqualTo(deadline);
    story.world().moveTo(deadline);
    story.attest(p, 0, true);
    story.refuses(
        ANYBODY, new LedgerAction.ExpirePublication(id), "DeadlineNotPassed", deadline, deadline);
    LedgerAction late = story.attestation(p, story.verifier(1), true);
    story.world().moveTo(deadline + 1);
    story.refuses(story.verifier(1), late, "DeadlinePassed", deadline, deadline + 1);
    story.doAs(ANYBODY, new LedgerAction.ExpirePublication(id));

    assertThat(story.round().candidates().getFirst().failure()).contains(FailureReason.DEADLINE);
    story.refuses(story.verifier(1), late, "WrongPhase", id, PUBLISHING, ATTESTING);
    story.finish(2, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldEndARoundWhoseAttemptsAllFailed() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    for (int i = 0; i < 3; i++) {
      Publication p = story.publish(i, "false " + i);
      story.attest(p, 0, false).attest(p, 1, false);
    }
    long deadline = story.round().publicationDeadline().orElseThrow();
    story.world().moveTo(deadline + 1);
    story.doAs(ANYBODY, new LedgerAction.AbortRound(story.round().id(), AbortReason.DEADLINE));

    assertThat(story.round().phase()).isEqualTo(Round.Phase.ABORTED);
    assertThat(story.state().head().version()).isZero();
    story.open();
    story.commit(0, 1).closeCommits().finish(0, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldTakeOneAttestationOfEachVerifierOnly() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 0, true);

    story.refuses(
        ANYBODY,
        story.attestation(p, story.verifier(0), false),
        "AlreadyAttested",
        story.verifier(0).address(),
        p.id());
    story.refuses(
        ANYBODY, story.attestation(p, ANYBODY, true), "NotVerifierOfRound", ANYBODY.address(), 1);
    LedgerAction.Attest foreign = story.attestation(p, story.verifier(1), true);
    story.refuses(
        ANYBODY,
        new LedgerAction.Attest(
            foreign.attestation(), story.verifier(2).address(), foreign.signature()),
        "WrongSigner",
        story.verifier(1).address(),
        story.verifier(2).address());
  }

  @Test
  void shouldTakeAttestationsToThePendingPublicationOnly() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    Publication other =
        new Publication(p.roundId(), 1, digest("other"), 1, p.state(), 1, p.acceptedDigest());
    story.refuses(
        story.verifier(0),
        story.attestation(other, story.verifier(0), true),
        "UnknownPublication",
        other.id(),
        p.id());
    var claim = new Attestation(p.id(), digest("other"), p.state(), true);
    story.refuses(
        story.verifier(0),
        new LedgerAction.Attest(
            claim,
            story.verifier(0).address(),
            story.reader().domain().sign(claim, story.verifier(0))),
        "MatchOfOtherResult",
        claim.model(),
        claim.state());
    story.attest(p, 0, true).attest(p, 1, true);
    story.refuses(
        story.verifier(2),
        story.attestation(p, story.verifier(2), true),
        "WrongPhase",
        p.roundId(),
        FINAL,
        ATTESTING);
  }

  @Test
  void shouldTakeNoAttestationBeforeTheFirstRound() {
    LedgerStory story = begin(Cast.VERIFIED);
    var claim =
        new Attestation(new PublicationId(digest("none").bytes()), digest("m"), digest("s"), true);
    story.refuses(
        story.verifier(0),
        new LedgerAction.Attest(
            claim,
            story.verifier(0).address(),
            story.reader().domain().sign(claim, story.verifier(0))),
        "UnknownRound",
        new RoundId(new byte[RoundId.LENGTH]));
  }

  // Aborts.

  @Test
  void shouldLetTheCoordinatorAbortBeforeCommitsClose() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    RoundId id = story.open();
    story.commit(0);
    LedgerAction abort = new LedgerAction.AbortRound(id, AbortReason.COORDINATOR);
    story.refuses(
        ANYBODY, abort, "AccessControlUnauthorizedAccount", ANYBODY.address(), COORDINATOR_ROLE);
    story.doAs(COORDINATOR, abort);

    assertThat(story.round().abortReason()).contains(AbortReason.COORDINATOR);
    story.refuses(
        COORDINATOR, abort, "InvalidAbortReason", AbortReason.COORDINATOR.code(), ABORTED);
  }

  @Test
  void shouldLetNobodyAbortForNoReason() {
    LedgerStory story = begin(Cast.VERIFIED).admit(2);
    RoundId id = story.open();
    story.refuses(
        ANYBODY,
        new LedgerAction.AbortRound(id, AbortReason.DEADLINE),
        "InvalidAbortReason",
        AbortReason.DEADLINE.code(),
        COMMITTING);
    story.commit(0, 1).closeCommits();
    story.refuses(
        COORDINATOR,
        new LedgerAction.AbortRound(id, AbortReason.COORDINATOR),
        "InvalidAbortReason",
        AbortReason.COORDINATOR.code(),
        PUBLISHING);
    story.publish(0, "version 1");
    story.refuses(
        ANYBODY,
        new LedgerAction.AbortRound(id, AbortReason.DEADLINE),
        "InvalidAbortReason",
        AbortReason.DEADLINE.code(),
        ATTESTING);
    RoundId unknown = new RoundId(digest("no round").bytes());
    story.refuses(
        COORDINATOR,
        new LedgerAction.AbortRound(unknown, AbortReason.COORDINATOR),
        "UnknownRound",
        unknown);
  }

  // Membership and keys.

  @Test
  void shouldCountAdmissionsAndSuspensionsFromTheNextRound() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(2).address(), 0));
    story.doAs(COORDINATOR, new LedgerAction.Suspend(participant(0).address()));
    story.refuses(
        participant(2),
        story.commitment(story.update(2), participant(2)),
        "NotMemberOfRound",
        participant(2).address(),
        1);
    story.commit(0, 1).closeCommits();
    story.publish(0, "version 1");

    story.open();
    assertThat(story.round().members())
        .containsOnlyKeys(participant(1).address(), participant(2).address());
    assertThat(story.round().indexes()).isEqualTo(3);
    story.refuses(
        participant(0),
        story.commitment(story.update(0), participant(0)),
        "NotMemberOfRound",
        participant(0).address(),
        2);
    story.commit(2, 1).closeCommits();
    story.publish(0, "version 2");
    assertThat(story.state().head().version()).isEqualTo(2);
  }

  @Test
  void shouldKeepIndexAndHistoryOnReadmission() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.doAs(COORDINATOR, new LedgerAction.Suspend(participant(0).address()));
    story.refuses(
        COORDINATOR,
        new LedgerAction.Suspend(participant(0).address()),
        "NotMember",
        participant(0).address());
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(0).address(), -1));
    story.refuses(
        COORDINATOR,
        new LedgerAction.Admit(participant(0).address(), -1),
        "AlreadyMember",
        participant(0).address());
    story.refuses(COORDINATOR, new LedgerAction.Admit(NOBODY, 0), "ZeroAddress");

    Participant again = story.state().participants().get(participant(0).address());
    assertThat(again.index()).isZero();
    assertThat(again.tenure()).isEqualTo(Tenure.since(1));
    story.open();
    story.commit(0, 1);
  }

  @Test
  void shouldLeaveAGapInAMembershipThatWasSuspendedForARound() {
    LedgerStory story = begin(Cast.SMALL).admit(3);
    story.doAs(COORDINATOR, new LedgerAction.Suspend(participant(0).address()));
    RoundId id = story.open();
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(0).address(), -1));
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    story.open();

    assertThat(story.state().participants().get(participant(0).address()).tenure())
        .isEqualTo(Tenure.since(2));
    story.commit(0);
  }

  @Test
  void shouldCountANewSigningKeyFromTheNextRound() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    SigningKey second = TestKeys.key(900);
    SigningKey third = TestKeys.key(901);
    Address participant = participant(0).address();
    story.open();
    story.refuses(
        ANYBODY,
        new LedgerAction.RotateSigningKey(participant, second.address()),
        "NotAllowedToRotate",
        ANYBODY.address(),
        participant);
    story.doAs(participant(0), new LedgerAction.RotateSigningKey(participant, second.address()));
    story.refuses(
        second,
        new LedgerAction.RotateSigningKey(participant, second.address()),
        "SameSigner",
        second.address());
    story.doAs(second, new LedgerAction.RotateSigningKey(participant, third.address()));
    story.refuses(
        participant(0),
        story.commitment(story.update(0), third),
        "WrongSigner",
        third.address(),
        participant);
    story.commit(0, 1).closeCommits();
    story.publish(0, "version 1");

    story.open();
    story.refuses(
        participant(0),
        story.commitment(story.update(0), participant(0)),
        "WrongSigner",
        participant,
        third.address());
    story.doAs(ANYBODY, story.commitment(story.update(0), third));
    assertThat(story.round().members().get(participant).signer()).isEqualTo(third.address());
    assertThat(story.round().commitments()).containsOnlyKeys(participant);
  }

  @Test
  void shouldLetTheCoordinatorRotateALostKey() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    SigningKey second = TestKeys.key(900);
    story.doAs(
        COORDINATOR, new LedgerAction.RotateSigningKey(participant(0).address(), second.address()));
    story.refuses(
        COORDINATOR,
        new LedgerAction.RotateSigningKey(participant(5).address(), second.address()),
        "NotAdmitted",
        participant(5).address());
    story.open();
    story.doAs(ANYBODY, story.commitment(story.update(0), second));
  }

  // Privacy.

  @Test
  void shouldNeverLetAParticipantSpendMoreThanItsBudget() {
    LedgerStory story = begin(Cast.SMALL);
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(0).address(), 100));
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(1).address(), -1));
    story.open();
    Address participant = participant(0).address();
    story.refuses(
        participant(0),
        story.commitment(story.update(0, 101), participant(0)),
        "BudgetExceeded",
        participant,
        0,
        101,
        100);
    story.refuses(
        participant(0),
        story.commitment(story.update(0, -1), participant(0)),
        "BudgetExceeded",
        participant,
        0,
        "18446744073709551615",
        100);
    story.doAs(participant(0), story.commitment(story.update(0, 70), participant(0)));
    story.doAs(participant(1), story.commitment(story.update(1, -1), participant(1)));
    story.closeCommits().publish(0, "version 1");

    story.open();
    story.refuses(
        participant(0),
        story.commitment(story.update(0, 31), participant(0)),
        "BudgetExceeded",
        participant,
        70,
        31,
        100);
    story.refuses(
        participant(1),
        story.commitment(story.update(1, 1), participant(1)),
        "BudgetExceeded",
        participant(1).address(),
        "18446744073709551615",
        1,
        "18446744073709551615");
    story.doAs(participant(0), story.commitment(story.update(0, 30), participant(0)));
    assertThat(story.state().participants().get(participant).privacySpent()).isEqualTo(100);
  }

  @Test
  void shouldCountARaisedBudgetFromTheNextRound() {
    LedgerStory story = begin(Cast.SMALL);
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(0).address(), 10));
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(1).address(), 0));
    Address participant = participant(0).address();
    RoundId id = story.open();
    story.doAs(COORDINATOR, new LedgerAction.RaisePrivacyBudget(participant, 20));
    story.refuses(
        COORDINATOR,
        new LedgerAction.RaisePrivacyBudget(participant, 20),
        "BudgetNotRaised",
        20,
        20);
    story.refuses(
        participant(0),
        story.commitment(story.update(0, 11), participant(0)),
        "BudgetExceeded",
        participant,
        0,
        11,
        10);
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    story.open();
    story.doAs(participant(0), story.commitment(story.update(0, 20), participant(0)));
    story.commit(1);
    assertThat(story.round().members().get(participant).privacyBudget()).isEqualTo(20);
  }

  @Test
  void shouldNotLowerABudgetByReadmission() {
    LedgerStory story = begin(Cast.SMALL);
    Address participant = participant(0).address();
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant, 10));
    story.doAs(COORDINATOR, new LedgerAction.Suspend(participant));
    story.refuses(COORDINATOR, new LedgerAction.Admit(participant, 9), "BudgetNotRaised", 9, 10);
  }

  // Offices.

  @Test
  void shouldLetOnlyTheCoordinatorAdmitAndKeepAuditors() {
    LedgerStory story = begin(Cast.SMALL);
    Address auditor = TestKeys.key(950).address();
    for (LedgerAction action :
        List.of(
            new LedgerAction.Admit(participant(0).address(), 0),
            new LedgerAction.Suspend(participant(0).address()),
            new LedgerAction.RaisePrivacyBudget(participant(0).address(), 1),
            new LedgerAction.GrantAuditor(auditor),
            new LedgerAction.RevokeAuditor(auditor))) {
      story.refuses(
          ANYBODY, action, "AccessControlUnauthorizedAccount", ANYBODY.address(), COORDINATOR_ROLE);
    }
    story.doAs(COORDINATOR, new LedgerAction.GrantAuditor(auditor));
    story.refuses(COORDINATOR, new LedgerAction.GrantAuditor(auditor), "AlreadyInOffice", auditor);
    assertThat(story.state().auditors()).containsExactly(auditor);
    story.doAs(COORDINATOR, new LedgerAction.RevokeAuditor(auditor));
    story.refuses(COORDINATOR, new LedgerAction.RevokeAuditor(auditor), "NotInOffice", auditor);
    assertThat(story.state().auditors()).isEmpty();
  }

  @Test
  void shouldLetTheCoordinatorAloneChangeRolesWithoutVerifiers() {
    LedgerStory story = begin(Cast.SMALL);
    SigningKey second = TestKeys.key(101);
    LedgerAction add = story.change(RoleChange.ADD_AGGREGATOR, second.address());
    story.refuses(
        ANYBODY, add, "AccessControlUnauthorizedAccount", ANYBODY.address(), COORDINATOR_ROLE);
    story.refuses(
        COORDINATOR,
        story.change(RoleChange.ADD_AGGREGATOR, second.address(), COORDINATOR),
        "WrongSignatureCount",
        1,
        0);
    story.doAs(COORDINATOR, add);
    story.refuses(COORDINATOR, add, "AlreadyInOffice", second.address());
    story.doAs(
        COORDINATOR, story.change(RoleChange.REMOVE_AGGREGATOR, story.aggregator(0).address()));
    story.refuses(
        COORDINATOR,
        story.change(RoleChange.REMOVE_AGGREGATOR, story.aggregator(0).address()),
        "NotInOffice",
        story.aggregator(0).address());

    assertThat(story.state().governanceNonce()).isEqualTo(2);
    story.committedBy(2);
    refusesModel(story, story.decision(), "NotAggregatorOfRound", story.aggregator(0).address(), 1);
    Decision decision = story.decision();
    Publication p = story.model("version 1", decision);
    story.doAs(second, story.publication(p, decision, second));
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldOpenNoRoundWithoutAggregators() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.doAs(
        COORDINATOR, story.change(RoleChange.REMOVE_AGGREGATOR, story.aggregator(0).address()));
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(story.opening()), "NoAggregators");
  }

  @Test
  void shouldTakeMVerifiersToChangeRoles() {
    LedgerStory story = begin(Cast.VERIFIED);
    SigningKey fourth = TestKeys.key(203);
    Address account = fourth.address();
    story.refuses(
        COORDINATOR, story.change(RoleChange.ADD_AGGREGATOR, account), "WrongSignatureCount", 0, 2);
    story.refuses(
        COORDINATOR,
        story.change(RoleChange.ADD_AGGREGATOR, account, story.verifier(0)),
        "WrongSignatureCount",
        1,
        2);
    SigningKey same = story.verifier(0);
    story.refuses(
        COORDINATOR,
        story.change(RoleChange.ADD_AGGREGATOR, account, same, same),
        "SignersNotAscending",
        same.address(),
        same.address());
    LedgerAction.Govern valid =
        story.change(RoleChange.ADD_AGGREGATOR, account, story.verifier(0), story.verifier(2));
    Outcome other =
        story.tryAs(
            COORDINATOR,
            new LedgerAction.Govern(RoleChange.REMOVE_AGGREGATOR, account, valid.verifiers()));
    assertThat(((Outcome.Refused) other).error()).isEqualTo("NotVerifierOfRound");
    story.doAs(ANYBODY, valid);

    LedgerEvent.GovernanceApproved approved =
        story.events(LedgerEvent.GovernanceApproved.class).getFirst();
    assertThat(approved)
        .isEqualTo(
            new LedgerEvent.GovernanceApproved(
                0, RoleChange.ADD_AGGREGATOR, account, valid.verifiers()));
    assertThat(story.state().aggregators()).containsKey(account);
    assertThat(story.state().governanceNonce()).isEqualTo(1);
    assertThat(((Outcome.Refused) story.tryAs(ANYBODY, valid)).error())
        .isEqualTo("NotVerifierOfRound");
  }

  @Test
  void shouldCountVerifiersFromTheNextRound() {
    LedgerStory story = begin(new Cast(1, 2, 2, 2)).committedBy(2);
    SigningKey third = TestKeys.key(202);
    story.doAs(
        ANYBODY,
        story.change(
            RoleChange.ADD_VERIFIER, third.address(), story.verifier(0), story.verifier(1)));
    Publication p = story.publish(0, "version 1");
    story.refuses(
        third, story.attestation(p, third, true), "NotVerifierOfRound", third.address(), 1);
    story.attest(p, 0, true).attest(p, 1, true);

    story.open();
    assertThat(story.round().verifiers()).hasSize(3).contains(third.address());
    story.commit(0, 1).closeCommits();
    Publication second = story.publish(0, "version 2");
    story.doAs(third, story.attestation(second, third, true));
    story.attest(second, 0, true);
    assertThat(story.state().head().version()).isEqualTo(2);
  }

  @Test
  void shouldKeepTheThresholdPossible() {
    LedgerStory story = begin(Cast.VERIFIED);
    SigningKey a = story.verifier(0);
    SigningKey b = story.verifier(1);
    SigningKey c = story.verifier(2);
    story.refuses(
        ANYBODY,
        story.change(RoleChange.ADD_VERIFIER, TestKeys.key(203).address(), a, b),
        "InvalidThreshold",
        2,
        4);
    story.doAs(ANYBODY, story.change(RoleChange.REMOVE_VERIFIER, c.address(), a, b));
    story.refuses(
        ANYBODY,
        story.change(RoleChange.REMOVE_VERIFIER, b.address(), a, b),
        "InvalidThreshold",
        2,
        1);
    story.refuses(
        ANYBODY,
        story.change(RoleChange.REMOVE_VERIFIER, c.address(), a, b),
        "NotInOffice",
        c.address());
    story.committedBy(2);
    assertThat(story.round().verifiers()).containsExactlyInAnyOrder(a.address(), b.address());
  }

  @Test
  void shouldHandOverTheCoordinatorsOfficeWhenTheRoundEnds() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    SigningKey next = TestKeys.key(960);
    RoundId id = story.open();
    story.doAs(COORDINATOR, story.change(RoleChange.CHANGE_COORDINATOR, next.address()));

    assertThat(story.state().coordinator()).isEqualTo(COORDINATOR.address());
    assertThat(story.state().nextCoordinator()).contains(next.address());
    story.refuses(
        COORDINATOR,
        story.change(RoleChange.CHANGE_COORDINATOR, next.address()),
        "AlreadyInOffice",
        next.address());
    story.refuses(
        next,
        new LedgerAction.AbortRound(id, AbortReason.COORDINATOR),
        "AccessControlUnauthorizedAccount",
        next.address(),
        COORDINATOR_ROLE);
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));

    assertThat(story.state().coordinator()).isEqualTo(next.address());
    assertThat(story.state().nextCoordinator()).isEmpty();
    story.refuses(
        COORDINATOR,
        new LedgerAction.OpenRound(story.opening()),
        "AccessControlUnauthorizedAccount",
        COORDINATOR.address(),
        COORDINATOR_ROLE);
    story.doAs(next, new LedgerAction.OpenRound(story.opening()));
  }

  @Test
  void shouldHandOverTheCoordinatorsOfficeAtOnceBetweenRounds() {
    LedgerStory story = begin(Cast.SMALL);
    SigningKey next = TestKeys.key(960);
    story.doAs(COORDINATOR, story.change(RoleChange.CHANGE_COORDINATOR, next.address()));

    assertThat(story.state().coordinator()).isEqualTo(next.address());
    story.doAs(next, new LedgerAction.Admit(participant(0).address(), 0));
  }

  @Test
  void shouldDoNothingMoreOnceClosed() {
    LedgerStory story = begin(Cast.VERIFIED).admit(2);
    SigningKey a = story.verifier(0);
    SigningKey b = story.verifier(1);
    RoundId id = story.open();
    story.refuses(
        COORDINATOR, story.change(RoleChange.CLOSE_FEDERATION, NOBODY, a, b), "RoundIsOpen", id);
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    LedgerAction close = story.change(RoleChange.CLOSE_FEDERATION, NOBODY, a, b);
    story.refuses(
        ANYBODY, close, "AccessControlUnauthorizedAccount", ANYBODY.address(), COORDINATOR_ROLE);
    story.doAs(COORDINATOR, close);

    assertThat(story.state().closed()).isTrue();
    for (LedgerAction action :
        List.of(
            new LedgerAction.OpenRound(story.opening()),
            new LedgerAction.Admit(participant(5).address(), 0),
            new LedgerAction.Suspend(participant(0).address()),
            new LedgerAction.GrantAuditor(ANYBODY.address()),
            story.change(RoleChange.ADD_AGGREGATOR, ANYBODY.address(), a, b))) {
      story.refuses(COORDINATOR, action, "FederationIsClosed");
    }
  }

  // Signatures of another place.

  @Test
  void shouldRefuseWhatWasSignedForAnotherContract() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    story.open();
    UpdateCommitment update = story.update(0);
    var elsewhere = new SigningDomain(story.reader().domain().chainId(), ANYBODY.address());
    Outcome outcome =
        story.tryAs(
            participant(0),
            new LedgerAction.Commit(update, elsewhere.sign(update, participant(0))));

    assertThat(((Outcome.Refused) outcome).error()).isEqualTo("WrongSigner");
  }
}
