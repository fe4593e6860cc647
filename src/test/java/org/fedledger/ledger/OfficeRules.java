package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.ANYBODY;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.util.List;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerStory.Cast;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** Who may change whose office, and from when that counts. */
abstract class OfficeRules extends LedgerRules {

  @Test
  void shouldLetOnlyTheCoordinatorAdmitAndKeepAuditors() {
    LedgerStory story = begin(Cast.SMALL);
    Address auditor = TestKeys.key(950).address();
    for (LedgerAction action :
        List.of(
            new LedgerAction.Admit(participant(0).address(), 0),
            new LedgerAction.Suspend(participant(0).address()),
            new LedgerAction.RequestRecovery(participant(0).address(), auditor),
            new LedgerAction.GrantAuditor(auditor),
            new LedgerAction.RevokeAuditor(auditor))) {
      refusesNonCoordinator(story, ANYBODY, action);
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
    LedgerAction add = story.change(GovernanceKind.ADD_AGGREGATOR, second.address());
    refusesNonCoordinator(story, ANYBODY, add);
    story.refuses(
        COORDINATOR,
        story.change(GovernanceKind.ADD_AGGREGATOR, second.address(), COORDINATOR),
        "WrongSignatureCount",
        1,
        0);
    story.doAs(COORDINATOR, add);
    story.refuses(COORDINATOR, add, "AlreadyInOffice", second.address());
    story.doAs(
        COORDINATOR, story.change(GovernanceKind.REMOVE_AGGREGATOR, story.aggregator(0).address()));
    story.refuses(
        COORDINATOR,
        story.change(GovernanceKind.REMOVE_AGGREGATOR, story.aggregator(0).address()),
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
        COORDINATOR, story.change(GovernanceKind.REMOVE_AGGREGATOR, story.aggregator(0).address()));
    story.refuses(COORDINATOR, new LedgerAction.OpenRound(story.opening()), "NoAggregators");
  }

  @Test
  void shouldTakeMVerifiersToChangeRoles() {
    LedgerStory story = begin(Cast.VERIFIED);
    SigningKey fourth = TestKeys.key(203);
    Address account = fourth.address();
    story.refuses(
        COORDINATOR,
        story.change(GovernanceKind.ADD_AGGREGATOR, account),
        "WrongSignatureCount",
        0,
        2);
    story.refuses(
        COORDINATOR,
        story.change(GovernanceKind.ADD_AGGREGATOR, account, story.verifier(0)),
        "WrongSignatureCount",
        1,
        2);
    SigningKey same = story.verifier(0);
    story.refuses(
        COORDINATOR,
        story.change(GovernanceKind.ADD_AGGREGATOR, account, same, same),
        "SignersNotAscending",
        same.address(),
        same.address());
    LedgerAction.Govern valid =
        story.change(GovernanceKind.ADD_AGGREGATOR, account, story.verifier(0), story.verifier(2));
    Outcome other =
        story.tryAs(
            COORDINATOR,
            new LedgerAction.Govern(
                GovernanceKind.REMOVE_AGGREGATOR, account, valid.value(), valid.signatures()));
    assertThat(((Outcome.Refused) other).error()).isEqualTo("NotVerifierOfRound");
    story.doAs(ANYBODY, valid);

    LedgerEvent.GovernanceApproved approved =
        story.events(LedgerEvent.GovernanceApproved.class).getFirst();
    assertThat(approved)
        .isEqualTo(
            new LedgerEvent.GovernanceApproved(
                0, GovernanceKind.ADD_AGGREGATOR, account, valid.value(), valid.signatures()));
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
            GovernanceKind.ADD_VERIFIER, third.address(), story.verifier(0), story.verifier(1)));
    Publication p = story.publish(0, "version 1");
    story.refuses(
        third,
        story.attestation(p, third, Finding.MATCH),
        "NotVerifierOfRound",
        third.address(),
        1);
    story.attest(p, 0, Finding.MATCH).attest(p, 1, Finding.MATCH);

    story.open();
    assertThat(story.round().verifiers()).hasSize(3).contains(third.address());
    story.commit(0, 1).closeCommits();
    Publication second = story.publish(0, "version 2");
    story.doAs(third, story.attestation(second, third, Finding.MATCH));
    story.attest(second, 0, Finding.MATCH);
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
        story.change(GovernanceKind.ADD_VERIFIER, TestKeys.key(203).address(), a, b),
        "InvalidThreshold",
        2,
        4);
    story.doAs(ANYBODY, story.change(GovernanceKind.REMOVE_VERIFIER, c.address(), a, b));
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.REMOVE_VERIFIER, b.address(), a, b),
        "InvalidThreshold",
        2,
        1);
    story.refuses(
        ANYBODY,
        story.change(GovernanceKind.REMOVE_VERIFIER, c.address(), a, b),
        "NotInOffice",
        c.address());
    story.committedBy(2);
    assertThat(story.round().verifiers()).containsExactlyInAnyOrder(a.address(), b.address());
  }

  @Test
  void shouldHandOverTheCoordinatorsOfficeAtOnceInAnOpenRound() {
    LedgerStory story = begin(Cast.SMALL).admit(2);
    SigningKey next = TestKeys.key(960);
    RoundId id = story.open();
    story.doAs(COORDINATOR, story.change(GovernanceKind.CHANGE_COORDINATOR, next.address()));

    assertThat(story.state().coordinator()).isEqualTo(next.address());
    LedgerAction abort = new LedgerAction.AbortRound(id, AbortReason.COORDINATOR);
    refusesNonCoordinator(story, COORDINATOR, abort);
    story.refuses(
        next,
        story.change(GovernanceKind.CHANGE_COORDINATOR, next.address()),
        "AlreadyInOffice",
        next.address());
    story.doAs(next, abort);
    refusesNonCoordinator(story, COORDINATOR, new LedgerAction.OpenRound(story.opening()));
    story.doAs(next, new LedgerAction.OpenRound(story.opening()));
  }

  @Test
  void shouldHandOverTheCoordinatorsOfficeAtOnceBetweenRounds() {
    LedgerStory story = begin(Cast.SMALL);
    SigningKey next = TestKeys.key(960);
    story.doAs(COORDINATOR, story.change(GovernanceKind.CHANGE_COORDINATOR, next.address()));

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
        COORDINATOR,
        story.change(GovernanceKind.CLOSE_FEDERATION, LedgerStory.NOBODY, a, b),
        "RoundIsOpen",
        id);
    story.doAs(COORDINATOR, new LedgerAction.AbortRound(id, AbortReason.COORDINATOR));
    story.doAs(ANYBODY, story.change(GovernanceKind.CLOSE_FEDERATION, LedgerStory.NOBODY, a, b));

    assertThat(story.state().closed()).isTrue();
    for (LedgerAction action :
        List.of(
            new LedgerAction.OpenRound(story.opening()),
            new LedgerAction.Admit(participant(5).address(), 0),
            new LedgerAction.Suspend(participant(0).address()),
            new LedgerAction.GrantAuditor(ANYBODY.address()),
            story.change(GovernanceKind.ADD_AGGREGATOR, ANYBODY.address(), a, b))) {
      story.refuses(COORDINATOR, action, "FederationIsClosed");
    }
  }
}
