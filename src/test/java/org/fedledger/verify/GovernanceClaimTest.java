package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerEvent.GovernanceApproved;
import org.fedledger.ledger.LedgerEvent.SigningKeyRecovered;
import org.fedledger.ledger.LedgerEvent.ThresholdChanged;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.fedledger.verify.AuditReport.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GovernanceClaimTest {

  private static final List<SigningKey> VERIFIERS =
      List.of(SmallFederation.key(11), SmallFederation.key(12), SmallFederation.key(13));
  private static final List<SigningKey> TWO = VERIFIERS.subList(0, 2);
  private static final Address ANOTHER = SmallFederation.key(9).address();
  private static final BigInteger NOTHING = BigInteger.ZERO;

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder, OptionalDouble.empty(), VERIFIERS);
  }

  @Test
  void takesAChangeThatVerifiersSignedJustBeforeIt() throws IOException {
    federation.govern(GovernanceKind.ADD_AGGREGATOR, ANOTHER, NOTHING, TWO);
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.notes())
        .singleElement()
        .asString()
        .contains(ANOTHER + " is aggregator from round 1 on");
  }

  @Test
  void takesEveryKindOfChangeAsItsApprovalSaysIt() throws IOException {
    Address fourth = SmallFederation.key(14).address();
    Address fifth = SmallFederation.key(15).address();
    federation.govern(GovernanceKind.ADD_VERIFIER, fourth, BigInteger.valueOf(3), TWO);
    federation.govern(GovernanceKind.ADD_AGGREGATOR, ANOTHER, NOTHING, VERIFIERS);
    federation.govern(GovernanceKind.REMOVE_AGGREGATOR, ANOTHER, NOTHING, VERIFIERS);
    federation.govern(
        GovernanceKind.REPLACE_VERIFIER, fourth, new BigInteger(1, fifth.bytes()), VERIFIERS);
    federation.govern(GovernanceKind.REMOVE_VERIFIER, fifth, BigInteger.TWO, VERIFIERS);
    federation.govern(GovernanceKind.CHANGE_THRESHOLD, zero(), BigInteger.valueOf(3), TWO);
    federation.govern(GovernanceKind.CHANGE_COORDINATOR, ANOTHER, NOTHING, VERIFIERS);
    federation.govern(GovernanceKind.CHANGE_SUCCESSOR, zero(), NOTHING, VERIFIERS);
    federation.govern(GovernanceKind.BUILD_ON, zero(), NOTHING, VERIFIERS);
    federation.govern(
        GovernanceKind.RECOVER_KEY,
        federation.participants.get(0).address(),
        new BigInteger(1, SmallFederation.key(21).address().bytes()),
        VERIFIERS);
    federation.govern(GovernanceKind.CLOSE_FEDERATION, zero(), NOTHING, VERIFIERS);
    assertThat(audit(federation.ledger()).problems()).isEmpty();
  }

  @Test
  void findsAChangeWithoutItsApproval() throws IOException {
    federation.govern(GovernanceKind.ADD_AGGREGATOR, ANOTHER, NOTHING, TWO);
    Problem problem =
        onlyProblem(ChangedRecord.without(federation.ledger(), GovernanceApproved.class));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.what()).contains("without its approval just before it");
    assertThat(problem.evidence()).containsEntry("change", "aggregator added: " + ANOTHER);
  }

  @Test
  void findsAnApprovalWhoseChangeWasNotMade() throws IOException {
    federation.govern(GovernanceKind.CHANGE_THRESHOLD, zero(), BigInteger.valueOf(3), TWO);
    federation.submit(federation.coordinator, new LedgerAction.GrantAuditor(ANOTHER));
    Problem problem =
        onlyProblem(ChangedRecord.without(federation.ledger(), ThresholdChanged.class));
    assertThat(problem.what()).contains("approved and not made");
  }

  @Test
  void findsAnApprovalThatStandsInAnotherTransaction() throws IOException {
    federation.govern(GovernanceKind.ADD_AGGREGATOR, ANOTHER, NOTHING, TWO);
    LedgerReader apart =
        ChangedRecord.firstRecorded(
            federation.ledger(),
            GovernanceApproved.class,
            e ->
                Optional.of(
                    new RecordedEvent(
                        e.event(),
                        e.block(),
                        TransactionHash.of("0x" + "99".repeat(32)),
                        e.logIndex())));
    assertThat(audit(apart).problems())
        .anySatisfy(p -> assertThat(p.what()).contains("without its approval"));
  }

  @Test
  void findsAnApprovalOfAnotherKindAccountOrValue() throws IOException {
    federation.govern(GovernanceKind.ADD_AGGREGATOR, ANOTHER, NOTHING, TWO);
    for (GovernanceApproved other :
        List.of(
            approval(GovernanceKind.ADD_VERIFIER, ANOTHER),
            approval(GovernanceKind.ADD_AGGREGATOR, SmallFederation.key(10).address()))) {
      assertThat(
              audit(
                      ChangedRecord.first(
                          federation.ledger(),
                          GovernanceApproved.class,
                          e ->
                              new GovernanceApproved(
                                  e.nonce(),
                                  other.kind(),
                                  other.account(),
                                  other.value(),
                                  e.signatures())))
                  .problems())
          .extracting(Problem::what)
          .anySatisfy(what -> assertThat(what).contains("without its approval"))
          .anySatisfy(what -> assertThat(what).contains("not signed by as many verifiers"));
    }
  }

  @Test
  void findsAChangeThatTooFewVerifiersSigned() throws IOException {
    federation.govern(GovernanceKind.ADD_AGGREGATOR, ANOTHER, NOTHING, TWO);
    Problem problem =
        onlyProblem(
            ChangedRecord.first(
                federation.ledger(),
                GovernanceApproved.class,
                e ->
                    new GovernanceApproved(
                        e.nonce(),
                        e.kind(),
                        e.account(),
                        e.value(),
                        List.of(e.signatures().get(0), e.signatures().get(0)))));
    assertThat(problem.evidence()).containsEntry("signedBy", "1").containsEntry("needed", "2");
  }

  @Test
  void takesAKeyThatWasRecoveredAfterTheTimeForAVetoWhereThereAreNoVerifiers() throws IOException {
    recoverWithoutVerifiers();
    assertThat(audit(federation.ledger()).problems()).isEmpty();
  }

  @Test
  void findsAKeyThatWasRecoveredBeforeTheTimeForAVetoWasOver() throws IOException {
    recoverWithoutVerifiers();
    LedgerReader early =
        ChangedRecord.at(
            federation.ledger(),
            federation.ledger().head().timestamp() - 2,
            SigningKeyRecovered.class);
    assertThat(onlyProblem(early).what()).contains("without its approval");
  }

  @Test
  void findsACoordinatorWhoNeverClaimedTheOffice() throws IOException {
    federation = new SmallFederation(folder.resolve("alone"));
    federation.submit(federation.successor, new LedgerAction.ClaimCoordination());
    federation.passSeconds(SmallFederation.RECOVERY_SECONDS + 1);
    federation.submit(federation.aggregator, new LedgerAction.CompleteClaim());
    assertThat(audit(federation.ledger()).problems()).isEmpty();
    assertThat(
            onlyProblem(
                    ChangedRecord.without(
                        federation.ledger(), LedgerEvent.CoordinationClaimed.class))
                .evidence())
        .containsEntry("change", "coordinator: " + federation.successor.address());
  }

  @Test
  void findsAKeyFromVerifiersWhoCameAfterTheFounding() throws IOException {
    Address participant = federation.participants.get(0).address();
    federation.govern(
        GovernanceKind.RECOVER_KEY, participant, new BigInteger(1, ANOTHER.bytes()), TWO);
    assertThat(audit(federation.ledger()).problems()).isEmpty();
    assertThat(audit(foundedWithoutVerifiers(federation.ledger())).problems())
        .extracting(Problem::what)
        .contains("verifiers who came after the founding gave a key that its owner could not veto");
  }

  private static LedgerReader foundedWithoutVerifiers(LedgerReader ledger) {
    return ChangedRecord.first(
        ledger,
        LedgerEvent.FederationCreated.class,
        e ->
            new LedgerEvent.FederationCreated(
                e.federation(),
                e.spec(),
                e.model(),
                e.modelSize(),
                e.state(),
                e.stateSize(),
                e.quorum(),
                0,
                e.recoverySeconds(),
                e.successor()));
  }

  private void recoverWithoutVerifiers() throws IOException {
    federation = new SmallFederation(folder.resolve("alone"));
    Address participant = federation.participants.get(0).address();
    federation.submit(
        federation.coordinator, new LedgerAction.RequestRecovery(participant, ANOTHER));
    federation.passSeconds(SmallFederation.RECOVERY_SECONDS + 1);
    federation.submit(federation.aggregator, new LedgerAction.CompleteRecovery(participant));
  }

  private static GovernanceApproved approval(GovernanceKind kind, Address account) {
    return new GovernanceApproved(0, kind, account, NOTHING, List.of());
  }

  private static Address zero() {
    return new Address(new byte[Address.LENGTH]);
  }

  private Problem onlyProblem(LedgerReader ledger) throws IOException {
    AuditReport report = audit(ledger);
    assertThat(report.problems()).hasSize(1);
    return report.problems().getFirst();
  }

  private AuditReport audit(LedgerReader ledger) throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    return new Audit(ledger, federation.store, work, _ -> {}).run(0, _ -> true);
  }
}
