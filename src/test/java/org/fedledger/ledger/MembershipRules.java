package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** Who takes part in which round and with what budget. */
abstract class MembershipRules extends LedgerRules {

  // Membership.

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
    story.refuses(COORDINATOR, new LedgerAction.Admit(LedgerStory.NOBODY, 0), "ZeroAddress");

    ParticipantRecord again = story.state().participants().get(participant(0).address());
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
    story.refuses(
        COORDINATOR,
        story.raise(0, 20, COORDINATOR),
        "WrongSigner",
        COORDINATOR.address(),
        participant);
    story.doAs(ANYBODY, story.raise(0, 20, participant(0)));
    story.refuses(ANYBODY, story.raise(0, 20, participant(0)), "BudgetNotRaised", 20, 20);
    LedgerEvent.PrivacyBudgetRaised raised =
        story.events(LedgerEvent.PrivacyBudgetRaised.class).getFirst();
    assertThat(raised.previousBudget()).isEqualTo(10);
    assertThat(raised.budget()).isEqualTo(20);
    assertThat(raised.fromRound()).isEqualTo(2);
    assertThat(
            story
                .reader()
                .domain()
                .signer(new BudgetRaise(participant, raised.budget()), raised.signature()))
        .contains(participant);
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
  void shouldChangeNoBudgetByReadmission() {
    LedgerStory story = begin(Cast.SMALL);
    Address participant = participant(0).address();
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant, 10));
    story.doAs(COORDINATOR, new LedgerAction.Suspend(participant));
    story.refuses(COORDINATOR, new LedgerAction.Admit(participant, 9), "BudgetDiffers", 9, 10);
    story.refuses(
        COORDINATOR,
        new LedgerAction.Admit(participant, -1),
        "BudgetDiffers",
        "18446744073709551615",
        10);
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant, 10));
  }

  @Test
  void shouldRaiseTheBudgetOfNobodyElse() {
    LedgerStory story = begin(Cast.SMALL);
    LedgerAction.RaiseBudget raise = story.raise(0, 20, participant(0));
    story.refuses(participant(0), raise, "NotAdmitted", participant(0).address());
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(0).address(), 10));
    BudgetRaise more = new BudgetRaise(participant(0).address(), 30);
    Outcome outcome = story.tryAs(ANYBODY, new LedgerAction.RaiseBudget(more, raise.signature()));
    assertThat(((Outcome.Refused) outcome).error()).isEqualTo("WrongSigner");
  }
}
