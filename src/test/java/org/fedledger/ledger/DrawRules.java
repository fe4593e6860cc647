package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Draw;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** Which members a round is for. */
abstract class DrawRules extends LedgerRules {

  private static final int MEMBERS = 5;

  /** The participants by their draw hashes for the next round, the smallest first. */
  private static List<Integer> order(LedgerStory story) {
    return IntStream.range(0, MEMBERS)
        .boxed()
        .sorted(Comparator.comparing(n -> hash(story, n)))
        .toList();
  }

  private static BigInteger hash(LedgerStory story, int n) {
    FederationState state = story.state();
    return Draw.hash(
        state.federation(),
        story.opening().baseModel(),
        state.head().version() + 1,
        participant(n).address());
  }

  /** Draws those with the smallest hashes, and says that they are so many. */
  private static RoundOpening drawing(LedgerStory story, int drawn, int said) {
    BigInteger threshold = hash(story, order(story).get(drawn));
    return OpeningBuilder.of(story.opening()).draw(new Draw(threshold, said)).build();
  }

  @Test
  void shouldTakeCommitmentsOfDrawnMembersOnly() {
    LedgerStory story = begin(Cast.SMALL).admit(MEMBERS);
    List<Integer> order = order(story);
    RoundId id = story.open(drawing(story, 3, 3));
    assertThat(story.round().drawn())
        .containsExactlyInAnyOrder(
            participant(order.get(0)).address(),
            participant(order.get(1)).address(),
            participant(order.get(2)).address());
    assertThat(story.round().members()).hasSize(MEMBERS);
    for (int n : order.subList(3, MEMBERS)) {
      assertThat(story.round().mayCommit(participant(n).address())).isFalse();
      story.refuses(
          participant(n),
          story.commitment(story.update(n), participant(n)),
          "NotDrawn",
          participant(n).address(),
          id);
    }
    story.commit(order.get(2), order.get(0)).commit(order.get(1));
    assertThat(story.round().complete()).isTrue();
    story.closeCommits().publish(0, "version 1");
    assertThat(story.state().head().version()).isEqualTo(1);
  }

  @Test
  void shouldDrawAnewForEachVersion() {
    LedgerStory story = begin(Cast.SMALL).admit(MEMBERS);
    List<Integer> first = order(story);
    story.open(drawing(story, 2, 2));
    story.commit(first.get(0), first.get(1)).closeCommits().publish(0, "version 1");

    List<Integer> second = order(story);
    assertThat(second).isNotEqualTo(first);
    story.open(drawing(story, 2, 2));
    story.commit(second.get(0), second.get(1)).closeCommits().publish(0, "version 2");
    assertThat(story.state().head().version()).isEqualTo(2);
  }

  @Test
  void shouldDrawTheSameMembersAgainAfterAnAbort() {
    LedgerStory story = begin(Cast.SMALL).admit(MEMBERS);
    RoundOpening opening = drawing(story, 2, 2);
    RoundId id = story.open(opening);
    var drawn = story.round().drawn();
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    story.open(opening);

    assertThat(story.round().drawn()).isEqualTo(drawn);
  }

  /** Otherwise whoever admits members could try addresses until the base draws them. */
  @Test
  void shouldDrawNobodyWhoWasAdmittedWhenTheBaseCouldBeKnown() {
    LedgerStory story = begin(Cast.SMALL).admit(MEMBERS);
    story.open();
    int late = MEMBERS;
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(late).address(), 0));
    story.doAs(COORDINATOR, new LedgerAction.Suspend(participant(4).address()));
    story.commit(0, 1, 2, 3, 4).closeCommits().publish(0, "version 1");
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(4).address(), -1));
    int later = MEMBERS + 1;
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(later).address(), 0));
    Draw nearlyAll = new Draw(Draw.EVERYBODY.subtract(BigInteger.ONE), MEMBERS);
    RoundId id = story.open(OpeningBuilder.of(story.opening()).draw(nearlyAll).build());

    assertThat(story.round().members()).hasSize(MEMBERS + 2);
    assertThat(story.round().drawn()).hasSize(MEMBERS);
    for (int n : List.of(late, later)) {
      story.refuses(
          participant(n),
          story.commitment(story.update(n), participant(n)),
          "NotDrawn",
          participant(n).address(),
          id);
    }
    story.commit(0, 1, 2, 3, 4).closeCommits().publish(0, "version 2");
    story.open(OpeningBuilder.of(story.opening()).draw(nearlyAll).build());
    assertThat(story.round().drawn())
        .contains(participant(late).address(), participant(later).address());
  }

  @Test
  void shouldDrawOnTheLastVersionOnly() {
    LedgerStory story = begin(Cast.SMALL).committedBy(MEMBERS);
    story.publish(0, "version 1");
    story.doAs(COORDINATOR, story.change(GovernanceKind.BUILD_ON, 0));
    refusesDraw(story, new Draw(BigInteger.ONE.shiftLeft(255), 2));
    story.open();
    assertThat(story.round().drawn()).hasSize(MEMBERS);
  }

  /** Nobody counts the drawn on the ledger, so a false number only makes all wait. */
  @Test
  void shouldWaitForTheDeadlineWhereFewerAreDrawnThanWasSaid() {
    LedgerStory story = begin(Cast.SMALL).atStandingTime().admit(MEMBERS);
    List<Integer> order = order(story);
    RoundId id = story.open(drawing(story, 2, 3));
    story.commit(order.get(0), order.get(1));
    long deadline = story.round().commitDeadline();
    assertThat(story.round().complete()).isFalse();
    story.refuses(
        ANYBODY,
        new LedgerAction.CloseCommits(id),
        "DeadlineNotPassed",
        deadline,
        story.world().now());
    story.world().moveTo(deadline + 1);
    story.closeCommits().publish(0, "version 1");
  }

  @Test
  void shouldRefuseDrawsThatCannotBe() {
    LedgerStory story = begin(Cast.SMALL).admit(MEMBERS);
    BigInteger half = BigInteger.ONE.shiftLeft(255);
    refusesDraw(story, new Draw(half, 1));
    refusesDraw(story, new Draw(half, MEMBERS + 1));
    refusesDraw(story, new Draw(Draw.EVERYBODY, MEMBERS - 1));
    story.open(OpeningBuilder.of(story.opening()).draw(new Draw(half, MEMBERS)).build());
  }

  private static void refusesDraw(LedgerStory story, Draw draw) {
    story.refuses(
        COORDINATOR,
        new LedgerAction.OpenRound(OpeningBuilder.of(story.opening()).draw(draw).build()),
        "InvalidDraw",
        draw.threshold(),
        draw.drawn());
  }
}
