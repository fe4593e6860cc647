package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.digest;

import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** On which version a round builds. */
abstract class BaseRules extends LedgerRules {

  /** A federation with versions 1 and 2. */
  private LedgerStory grown() {
    LedgerStory story = begin(Cast.SMALL).committedBy(2);
    story.publish(0, "version 1");
    next(story, "version 2");
    return story;
  }

  private static void next(LedgerStory story, String content) {
    story.open();
    story.commit(0, 1).closeCommits().publish(0, content);
  }

  @Test
  void shouldBuildOnTheLastVersionOnly() {
    LedgerStory story = grown();
    RoundOpening o = story.opening();
    refusesBase(story, OpeningBuilder.of(o).base(1, digest("version 1"), o.baseState()), 2);
    refusesBase(story, OpeningBuilder.of(o).base(2, digest("version 1"), o.baseState()), 2);
    refusesBase(story, OpeningBuilder.of(o).base(2, o.baseModel(), digest("other")), 2);
    refusesBase(story, OpeningBuilder.of(o).base(3, o.baseModel(), o.baseState()), 2);
    story.open(o);
  }

  private static void refusesBase(LedgerStory story, OpeningBuilder opening, long expected) {
    RoundOpening o = opening.build();
    story.refuses(
        COORDINATOR,
        new LedgerAction.OpenRound(o),
        "WrongBase",
        o.baseVersion(),
        o.baseModel(),
        o.baseState(),
        expected);
  }

  @Test
  void shouldBuildOnAnEarlierVersionThatGovernanceApproved() {
    LedgerStory story = grown();
    RoundOpening onHead = story.opening();
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 1));
    assertThat(story.events().getLast()).isEqualTo(new LedgerEvent.BaseApproved(1));
    assertThat(story.state().baseVersion()).isEqualTo(1);
    refusesBase(story, OpeningBuilder.of(onHead), 1);
    RoundId aborted = story.open();
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(aborted, AbortReason.COORDINATOR));
    next(story, "version 3");

    ModelVersion head = story.state().head();
    assertThat(head.version()).isEqualTo(3);
    assertThat(head.parent()).isEqualTo(digest("version 1"));
    assertThat(story.round().opening().baseVersion()).isEqualTo(1);
    assertThat(story.round().version()).isEqualTo(3);
    assertThat(story.state().approvedBase()).isEmpty();
    next(story, "version 4");
    assertThat(story.state().head().parent()).isEqualTo(digest("version 3"));
  }

  @Test
  void shouldLetAnApprovalBeReplacedByAnother() {
    LedgerStory story = grown();
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 0));
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 2));
    story.refuses(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 3), "UnknownVersion", 3);
    next(story, "version 3");
    assertThat(story.state().head().parent()).isEqualTo(digest("version 2"));
  }

  @Test
  void shouldLeaveAnApprovalToTheRoundsThatOpenAfterIt() {
    LedgerStory story = grown();
    story.open();
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 2));
    story.commit(0, 1).closeCommits().publish(0, "version 3");

    assertThat(story.state().head().parent()).isEqualTo(digest("version 2"));
    assertThat(story.state().approvedBase()).contains(new ApprovedBase(2, 4));
    refusesBase(
        story,
        OpeningBuilder.of(story.opening()).base(3, digest("version 3"), digest("version 3 state")),
        2);
    next(story, "version 4");
    assertThat(story.state().head().parent()).isEqualTo(digest("version 2"));
    assertThat(story.state().approvedBase()).isEmpty();
  }

  @Test
  void shouldTakeWhatWasApprovedLastInARoundThatAnotherApprovalOpened() {
    LedgerStory story = grown();
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 1));
    story.open();
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 0));
    story.commit(0, 1).closeCommits().publish(0, "version 3");
    next(story, "version 4");

    assertThat(story.state().head().parent()).isEqualTo(digest("version 0"));
    next(story, "version 5");
    assertThat(story.state().head().parent()).isEqualTo(digest("version 4"));
  }

  @Test
  void shouldKeepAnApprovalWhileRoundsAreAborted() {
    LedgerStory story = grown();
    RoundId open = story.open();
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 0));
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(open, AbortReason.COORDINATOR));
    RoundId next = story.open();
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(next, AbortReason.COORDINATOR));
    next(story, "version 3");

    assertThat(story.state().head().parent()).isEqualTo(digest("version 0"));
    assertThat(story.state().approvedBase()).isEmpty();
  }

  @Test
  void shouldTakeMVerifiersToBuildOnAnEarlierVersion() {
    LedgerStory story = begin(Cast.VERIFIED).committedBy(2).finish(0, "version 1");
    story.refuses(
        COORDINATOR, story.change(GovernanceKind.BUILD_ON, 0), "WrongSignatureCount", 0, 2);
    story.doAs(
        ANYBODY, story.change(GovernanceKind.BUILD_ON, 0, story.verifier(1), story.verifier(2)));
    story.open();
    story.commit(0, 1).closeCommits().finish(0, "version 2");

    assertThat(story.state().head().parent()).isEqualTo(digest("version 0"));
  }
}
