package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.digest;
import static org.fedledger.ledger.LedgerStory.participant;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.BlockHash;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link LedgerSuite} does not tell of the fold: where it can begin, and what it refuses. */
class StateFoldTest {

  private LedgerStory story;

  @BeforeEach
  void begin() {
    story = LedgerStory.begin(InMemoryWorld::new, LedgerStory.Cast.VERIFIED);
  }

  /** A story in which everything happens at least once. */
  private List<RecordedEvent> eventful() {
    story.admit(4);
    story.doAs(COORDINATOR, story.rotation(3, participant(3), TestKeys.key(900)));
    story.doAs(
        COORDINATOR,
        story.change(
            GovernanceKind.RECOVER_KEY,
            participant(3).address(),
            LedgerStory.valueOf(TestKeys.key(901).address()),
            story.verifier(0),
            story.verifier(1)));
    story.open(OpeningBuilder.of(story.opening()).stages(new StageTerms(20, 2)).build());
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(4).address(), 5));
    story.doAs(COORDINATOR, story.raise(4, -1, participant(4)));
    story.doAs(
        COORDINATOR,
        story.change(
            GovernanceKind.CHANGE_COORDINATOR,
            TestKeys.key(960).address(),
            story.verifier(0),
            story.verifier(1)));
    story.commit(0, 1, 2);
    story.world().moveTo(story.world().now() + LedgerStory.COMMIT_SECONDS + 1);
    story.closeCommits().commit(2, 0, 1).closeCommits();
    Publication failed = story.publish(0, "a false version 1");
    story.attest(failed, 0, Finding.LACK).attest(failed, 0, Finding.DIFFER);
    story.attest(failed, 1, Finding.DIFFER);
    story.finish(1, "version 1");
    story.doAs(
        COORDINATOR,
        story.change(GovernanceKind.BUILD_ON, 0, story.verifier(0), story.verifier(1)));
    story.doAs(TestKeys.key(960), new LedgerAction.Suspend(participant(0).address()));
    story.doAs(TestKeys.key(960), new LedgerAction.OpenRound(story.opening()));
    story.commit(1);
    return story.recorded();
  }

  @Test
  void shouldGoOnFromAnyBlockAsIfFromTheFirst() {
    List<RecordedEvent> events = eventful();
    BlockRef head = story.reader().head();
    FederationState whole = folded(new StateFold(), events).snapshot(head);

    for (int i = 0; i < events.size(); i++) {
      if (i + 1 < events.size() && events.get(i).block().equals(events.get(i + 1).block())) {
        continue;
      }
      FederationState part =
          folded(new StateFold(), events.subList(0, i + 1)).snapshot(events.get(i).block());
      StateFold on = folded(StateFold.from(part), events.subList(i + 1, events.size()));
      assertThat(on.snapshot(head)).as("from event %d", i).isEqualTo(whole);
    }
  }

  @Test
  void shouldNotChangeWhatItGaveOut() {
    List<RecordedEvent> events = eventful();
    StateFold fold = new StateFold();
    List<FederationState> given = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (RecordedEvent event : events) {
      fold.apply(event);
      given.add(fold.snapshot(event.block()));
      told.add(given.getLast().toString());
    }

    assertThat(given.stream().map(FederationState::toString)).containsExactlyElementsOf(told);
    assertThatThrownBy(() -> given.getLast().participants().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> given.getLast().round().orElseThrow().commitments().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void shouldRefuseARecordWithAnyEventMissing() {
    List<RecordedEvent> events = eventful();
    for (int i = 0; i < events.size() - 1; i++) {
      if (!neededLater(events.get(i).event())) {
        continue;
      }
      List<RecordedEvent> damaged = new ArrayList<>(events);
      RecordedEvent missing = damaged.remove(i);
      assertThatThrownBy(() -> folded(new StateFold(), damaged))
          .as("without %s", missing.event())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** Those whose absence shows later, and not only in the auditor's view of signatures. */
  private static boolean neededLater(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.FederationCreated _,
          LedgerEvent.RoundOpened _,
          LedgerEvent.CommitsClosed _,
          LedgerEvent.ModelPublished _,
          LedgerEvent.PublicationFailed _,
          LedgerEvent.VersionFinal _,
          LedgerEvent.VerifierAdded _,
          LedgerEvent.ParticipantSuspended _,
          LedgerEvent.SigningKeyRotated _,
          LedgerEvent.BaseApproved _ ->
          true;
      case LedgerEvent.GovernanceApproved e -> e.nonce() == 0;
      default -> false;
    };
  }

  @Test
  void shouldRefuseEventsTwiceThatHappenOnce() {
    List<RecordedEvent> events = eventful();
    for (int i = 0; i < events.size(); i++) {
      if (repeatable(events.get(i).event())) {
        continue;
      }
      List<RecordedEvent> damaged = new ArrayList<>(events);
      damaged.add(i, events.get(i));
      assertThatThrownBy(() -> folded(new StateFold(), damaged))
          .as("twice %s", events.get(i).event())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static boolean repeatable(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.RoundOpened _,
          LedgerEvent.UpdateCommitted _,
          LedgerEvent.CommitsClosed _,
          LedgerEvent.ModelPublished _,
          LedgerEvent.PublicationFailed _,
          LedgerEvent.VersionFinal _,
          LedgerEvent.FederationCreated _,
          LedgerEvent.GovernanceApproved _,
          LedgerEvent.CoordinatorChanged _,
          LedgerEvent.SigningKeyRotated _,
          LedgerEvent.SigningKeyRecovered _,
          LedgerEvent.Attested _ ->
          false;
      default -> true;
    };
  }

  @Test
  void shouldRefuseARoundOnAnotherBase() {
    story.admit(2);
    story.open();
    LedgerEvent.RoundOpened real = story.events(LedgerEvent.RoundOpened.class).getFirst();
    RoundOpening o = real.opening();
    assertRefused(
        on(real, OpeningBuilder.of(o).base(1, o.baseModel(), o.baseState())),
        "builds on version 1");
    assertRefused(
        on(real, OpeningBuilder.of(o).base(0, digest("another"), o.baseState())),
        "builds on version 0 with model " + digest("another"));
    assertRefused(
        on(real, OpeningBuilder.of(o).base(0, o.baseModel(), digest("another"))),
        "and not on version 0");
    assertRefused(
        on(real, OpeningBuilder.of(o).packedStages(BigInteger.ONE)), "terms that no ledger");
    assertRefused(opened(real, 2, 2, 3, 2), "out of order");
    assertRefused(opened(real, 1, 3, 3, 2), "3 members");
    assertRefused(opened(real, 1, 2, 2, 2), "2 verifiers");
    assertRefused(opened(real, 1, 2, 3, 3), "of whom 3 decide");
    assertThat(replaced(real, opened(real, 1, 2, 3, 2)).started()).isTrue();
  }

  private static LedgerEvent.RoundOpened on(LedgerEvent.RoundOpened e, OpeningBuilder opening) {
    return new LedgerEvent.RoundOpened(
        e.round(),
        e.roundId(),
        opening.build(),
        e.members(),
        e.verifiers(),
        e.attestationThreshold());
  }

  private static LedgerEvent.RoundOpened opened(
      LedgerEvent.RoundOpened e, long round, int members, int verifiers, int threshold) {
    return new LedgerEvent.RoundOpened(
        round, e.roundId(), e.opening(), members, verifiers, threshold);
  }

  @Test
  void shouldRefuseKeysThatFollowNoOther() {
    story.admit(2);
    story.doAs(COORDINATOR, story.rotation(0, participant(0), TestKeys.key(900)));
    LedgerEvent.SigningKeyRotated e = story.events(LedgerEvent.SigningKeyRotated.class).getFirst();
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.SigningKeyRotated(
            e.participant(), e.signer(), e.signer(), e.fromRound(), e.nonce(), e.signature()),
        "a key that it did not have");
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.SigningKeyRotated(
            e.participant(), e.signer(), e.previousSigner(), e.fromRound(), 1, e.signature()),
        "a key that it did not have");
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.SigningKeyRecovered(e.participant(), e.signer(), e.signer(), e.fromRound()),
        "in place of one that it did not have");
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.RecoveryVetoed(participant(7).address(), e.signer(), 0),
        "was not admitted");
  }

  @Test
  void shouldRefuseWhatBelongsToAnotherStage() {
    story.admit(2);
    story.open(OpeningBuilder.of(story.opening()).stages(new StageTerms(20, 2)).build());
    story.commit(0, 1).closeCommits().commit(0, 1).closeCommits();
    LedgerEvent.UpdateCommitted e = story.events(LedgerEvent.UpdateCommitted.class).getLast();
    var c = e.commitment();
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.UpdateCommitted(
            new UpdateCommitment(
                c.roundId(), 0, c.participant(), c.digest(), c.size(), c.weight(), 0),
            e.index(),
            e.signature()),
        "a commitment of stage 0 in stage 1");
    LedgerEvent.CommitsClosed closed = story.events(LedgerEvent.CommitsClosed.class).getLast();
    assertRefusedInPlaceOf(
        closed,
        new LedgerEvent.CommitsClosed(closed.roundId(), 0, 2, closed.deadline()),
        "stage 0 closed in stage 1");
  }

  @Test
  void shouldRefuseAVersionThatWasNotPublished() {
    story.committedBy(2).finish(0, "version 1");
    LedgerEvent.VersionFinal e = story.events(LedgerEvent.VersionFinal.class).getFirst();
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.VersionFinal(
            1, digest("another"), e.state(), e.parent(), e.roundId(), e.attempt()),
        "not what was published");
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.VersionFinal(2, e.model(), e.state(), e.parent(), e.roundId(), e.attempt()),
        "is not what round 1 makes");
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.VersionFinal(
            1, e.model(), e.state(), digest("another"), e.roundId(), e.attempt()),
        "is not what round 1 makes");
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.VersionFinal(
            1, e.model(), e.state(), e.parent(), new RoundId(e.model().bytes()), e.attempt()),
        "another round");
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.RoundAborted(1, e.roundId(), AbortReason.NO_AGGREGATE),
        "waits for its attestations");
  }

  @Test
  void shouldRefuseCommitmentsOfStrangers() {
    story.admit(2);
    story.open();
    story.commit(0);
    LedgerEvent.UpdateCommitted e = story.events(LedgerEvent.UpdateCommitted.class).getFirst();
    assertRefusedInPlaceOf(
        e, new LedgerEvent.UpdateCommitted(story.update(7), 7, e.signature()), "takes no part");
  }

  @Test
  void shouldRefuseAnApprovalOfAnotherNumber() {
    story.doAs(
        COORDINATOR,
        story.change(
            GovernanceKind.ADD_AGGREGATOR,
            TestKeys.key(970).address(),
            story.verifier(0),
            story.verifier(1)));
    LedgerEvent.GovernanceApproved e =
        story.events(LedgerEvent.GovernanceApproved.class).getFirst();
    assertRefusedInPlaceOf(
        e,
        new LedgerEvent.GovernanceApproved(1, e.kind(), e.account(), e.value(), e.signatures()),
        "approved as number 1");
  }

  @Test
  void shouldKnowNoFederationBeforeItsFirstEvent() {
    StateFold fold = new StateFold();
    assertThat(fold.started()).isFalse();
    BlockHash hash = new BlockHash(new byte[BlockHash.LENGTH]);
    assertThatThrownBy(() -> fold.snapshot(new BlockRef(0, hash, hash, 0)))
        .hasMessageContaining("no federation");
  }

  private void assertRefused(LedgerEvent.RoundOpened changed, String why) {
    assertRefusedInPlaceOf(story.events(LedgerEvent.RoundOpened.class).getFirst(), changed, why);
  }

  private void assertRefusedInPlaceOf(LedgerEvent real, LedgerEvent changed, String why) {
    assertThatThrownBy(() -> replaced(real, changed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(why);
  }

  private StateFold replaced(LedgerEvent real, LedgerEvent changed) {
    List<RecordedEvent> damaged =
        story.recorded().stream()
            .map(
                e ->
                    e.event().equals(real)
                        ? new RecordedEvent(changed, e.block(), e.transaction(), e.logIndex())
                        : e)
            .toList();
    return folded(new StateFold(), damaged);
  }

  private static StateFold folded(StateFold fold, List<RecordedEvent> events) {
    events.forEach(fold::apply);
    return fold;
  }
}
