package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.digest;
import static org.fedledger.ledger.LedgerStory.participant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** How federations are founded, and how rounds open, live and are aborted. */
abstract class RoundRules extends LedgerRules {

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
                2,
                LedgerStory.RECOVERY_SECONDS,
                Optional.of(LedgerStory.SUCCESSOR.address())));
    assertThat(state.coordinator()).isEqualTo(COORDINATOR.address());
    assertThat(state.aggregators().keySet())
        .containsExactlyInAnyOrderElementsOf(story.setup().aggregators());
    assertThat(state.verifiers().keySet())
        .containsExactlyInAnyOrderElementsOf(story.setup().verifiers());
    assertThat(state.verifiers().values()).containsOnly(Tenure.since(1));
    assertThat(state.governanceNonce()).isZero();
    assertThat(state.attestationThreshold()).isEqualTo(2);
    assertThat(state.successor()).contains(LedgerStory.SUCCESSOR.address());
    assertThat(state.approvedBase()).isEmpty();
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
                Optional.of(new ModelVersion.Origin(id, 1, story.aggregator(0).address()))));
    assertThat(story.round().phase()).isEqualTo(Round.Phase.FINAL);
    assertThat(story.round().decided()).isPresent();
  }

  @Test
  void shouldRecordWhatWasSignedSoThatAnyoneCanCheckIt() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2);
    Publication p = story.publish(0, "version 1");
    story.attest(p, 2, Finding.MATCH).attest(p, 0, Finding.MATCH);

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
    assertThat(opened.opening().baseVersion()).isEqualTo(1);
    assertThat(opened.opening().baseModel()).isEqualTo(first.model());
    assertThat(opened.opening().baseState()).isEqualTo(first.state());
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
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(1);
    RoundOpening o = story.opening();
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(o), "TooFewMembers", 1, 2);
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(1).address(), 0));

    refusesNonCoordinator(story, ANYBODY, new LedgerAction.OpenRound(o));
    long now = story.world().now();
    o = story.opening();
    refusesOpening(story, with(o).plan(Digest.NONE, 1), "ZeroDigest");
    refusesOpening(story, with(o).plan(o.plan(), 0), "ZeroSize");
    refusesOpening(story, with(o).weightCap(0), "InvalidWeightCap", 0);
    refusesOpening(story, with(o).weightCap(1L << 32), "InvalidWeightCap", 1L << 32);
    refusesOpening(story, with(o).attempts(0), "InvalidAttempts", 0);
    refusesOpening(story, with(o).attempts(65), "InvalidAttempts", 65);
    refusesOpening(story, with(o).commitDeadline(now), "InvalidCommitDeadline", now, now);
    refusesOpening(story, with(o).windows(0, 1, 1), "InvalidWindow", 0);
    refusesOpening(story, with(o).windows(1, 0, 1), "InvalidWindow", 0);
    refusesOpening(story, with(o).windows(1, 1, 0), "InvalidWindow", 0);

    RoundId id = story.open();
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(o), "RoundIsOpen", id);
  }

  @Test
  void shouldBoundTheLifeOfARound() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(2);
    int longest = 30 * 24 * 3600;
    long now = story.world().now();
    OpeningBuilder whole =
        with(story.opening()).commitDeadline(now + 1_000).windows(2_000, 300, 40).attempts(64);
    long rest = longest - 1_000 - 2_000 - 64 * 340;
    refusesOpening(
        story, whole.stages(new StageTerms(rest + 1, 1)), "RoundTooLong", longest + 1, longest);
    refusesOpening(
        story,
        with(story.opening()).commitDeadline(now + longest),
        "RoundTooLong",
        longest + 260,
        longest);
    story.open(whole.stages(new StageTerms(rest, 1)).build());
  }

  @Test
  void shouldEndARoundInItsOpeningsTimeHoweverLateItsStepsAreTaken() {
    LedgerStory story = begin(Cast.VERIFIED).atStandingTime().admit(4);
    int stageSeconds = 20;
    RoundOpening o =
        with(story.opening()).stages(new StageTerms(stageSeconds, 2)).attempts(2).build();
    long stageEnd = o.commitDeadline() + stageSeconds;
    long revealEnd = stageEnd + o.revealSeconds();
    long firstEnd = revealEnd + o.publicationSeconds();
    long secondEnd = firstEnd + o.attestationSeconds() + o.publicationSeconds();
    RoundId id = story.open(o);
    story.commit(0, 1, 2);
    story.world().moveTo(o.commitDeadline() + 15);
    story.closeCommits();
    assertThat(story.round().commitDeadline()).isEqualTo(stageEnd);
    story.commit(0, 1);
    story.world().moveTo(stageEnd + 13);
    story.closeCommits();
    assertThat(story.round().revealDeadline()).contains(revealEnd);
    assertThat(story.round().publicationDeadline()).contains(firstEnd);
    story.world().moveTo(firstEnd);
    story.publish(0, "version 1");
    story.world().moveTo(secondEnd - 1);
    story.doAs(ANYBODY, new LedgerAction.ExpirePublication(id));
    assertThat(story.round().publicationDeadline()).contains(secondEnd);
    LedgerAction abort = new LedgerAction.AbortRound(id, AbortReason.DEADLINE);
    story.world().moveTo(secondEnd);
    story.refuses(ANYBODY, abort, "DeadlineNotPassed", secondEnd, secondEnd);
    story.world().moveTo(secondEnd + 1);
    story.doAs(ANYBODY, abort);
  }

  @Test
  void shouldLetALateStepUseTheTimeThatEarlierOnesLeft() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(2);
    RoundOpening o = with(story.opening()).stages(new StageTerms(20, 1)).build();
    story.open(o);
    story.commit(0, 1).closeCommits();
    long late = story.round().commitDeadline() + 30;
    story.commit(0);
    story.world().moveTo(late);
    story.closeCommits();

    assertThat(story.round().revealDeadline()).contains(late + o.revealSeconds());
  }

  @Test
  void shouldEndAtOnceARoundThatNobodyTended() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(2);
    RoundOpening o = with(story.opening()).stages(new StageTerms(20, 1)).build();
    RoundId id = story.open(o);
    story.commit(0, 1);
    story.world().moveTo(o.commitDeadline() + 1_000);
    story.closeCommits().closeCommits();

    assertThat(story.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
    RoundId next = story.open();
    assertThat(next).isNotEqualTo(id);
    story.commit(0, 1);
    story.world().moveTo(story.round().commitDeadline() + 1_000);
    story.closeCommits();
    story.doAs(ANYBODY, new LedgerAction.AbortRound(next, AbortReason.DEADLINE));
  }

  private static OpeningBuilder with(RoundOpening opening) {
    return OpeningBuilder.of(opening);
  }

  private static void refusesOpening(
      LedgerStory story, OpeningBuilder opening, String error, Object... values) {
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(opening.build()), error, values);
  }

  // Aborts.

  @Test
  void shouldLetTheCoordinatorAbortBeforeCommitsClose() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    RoundId id = story.open();
    story.commit(0);
    LedgerAction abort = new LedgerAction.AbortRound(id, AbortReason.COORDINATOR);
    refusesNonCoordinator(story, ANYBODY, abort);
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
}
