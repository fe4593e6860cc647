package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerEvent.ParticipantAdmitted;
import org.fedledger.ledger.LedgerEvent.PrivacyBudgetRaised;
import org.fedledger.ledger.LedgerEvent.SigningKeyRotated;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.KeyRotation;
import org.fedledger.verify.AuditReport.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the one concerned changes a key or a budget in silence. */
class ConsentClaimTest {

  private static final SigningKey NEXT = SmallFederation.key(21);

  @TempDir Path folder;
  private SmallFederation federation;
  private SigningKey ward;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
    ward = federation.participants.get(0);
  }

  @Test
  void takesAKeyThatTheKeyBeforeItSignedFor() throws IOException {
    federation.rotateKey(ward, ward, NEXT);
    playRound(NEXT);
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes()).isEmpty();
  }

  @Test
  void findsAKeyThatTheCoordinatorPutInAParticipantsPlace() throws IOException {
    federation.rotateKey(ward, ward, NEXT);
    playRound(NEXT);
    LedgerReader hijacked =
        ChangedRecord.first(
            federation.ledger(),
            SigningKeyRotated.class,
            e ->
                rotated(
                    e,
                    SmallFederation.DOMAIN.sign(
                        new KeyRotation(e.participant(), e.signer(), e.nonce()),
                        federation.coordinator)));
    Problem problem = onlyProblem(hijacked);
    assertThat(problem.what()).contains("without the signature of the key before it");
    assertThat(problem.evidence())
        .containsEntry("participant", ward.address().toString())
        .containsEntry("signedBy", federation.coordinator.address().toString())
        .containsEntry("signingKey", ward.address().toString());
  }

  @Test
  void findsARotationThatWasSignedForAnotherKey() throws IOException {
    federation.rotateKey(ward, ward, NEXT);
    LedgerReader changed =
        ChangedRecord.first(
            federation.ledger(),
            SigningKeyRotated.class,
            e ->
                rotated(
                    e,
                    SmallFederation.DOMAIN.sign(
                        new KeyRotation(
                            e.participant(), SmallFederation.key(22).address(), e.nonce()),
                        ward)));
    assertThat(onlyProblem(changed).what()).contains("signing key was changed without");
  }

  @Test
  void notesEachLaterRoundOfAParticipantWhoseKeyWasRecovered() throws IOException {
    List<SigningKey> verifiers =
        List.of(SmallFederation.key(11), SmallFederation.key(12), SmallFederation.key(13));
    federation = new SmallFederation(folder.resolve("verified"), OptionalDouble.empty(), verifiers);
    federation.govern(
        GovernanceKind.RECOVER_KEY,
        ward.address(),
        new BigInteger(1, NEXT.address().bytes()),
        verifiers.subList(0, 2));
    for (int round = 1; round <= 2; round++) {
      playRound(NEXT);
      var model = federation.round().pending().orElseThrow().record().publication().model();
      federation.attest(verifiers.get(0), model, true);
      federation.attest(verifiers.get(1), model, true);
    }
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    for (String round : List.of("round 1: ", "round 2: ")) {
      assertThat(report.notes())
          .anySatisfy(
              note ->
                  assertThat(note)
                      .startsWith(round + ward.address())
                      .contains("no key of its own had signed for"));
    }
  }

  @Test
  void findsARecoveryThatLeftLessTimeForAVetoThanTheFederationWasFoundedWith() throws IOException {
    federation.playRound();
    federation.submit(
        federation.coordinator, new LedgerAction.RequestRecovery(ward.address(), NEXT.address()));
    LedgerReader hasty =
        ChangedRecord.first(
            federation.ledger(),
            LedgerEvent.RecoveryRequested.class,
            e ->
                new LedgerEvent.RecoveryRequested(
                    e.participant(), e.signer(), e.nonce(), e.readyAt() - 1));
    assertThat(audit(hasty).problems())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.who()).isEqualTo("contract");
              assertThat(p.what()).contains("a veto may come until another time");
            });
  }

  @Test
  void findsAClaimThatLeftLessTimeForAVetoThanTheFederationWasFoundedWith() throws IOException {
    federation.playRound();
    federation.submit(federation.successor, new LedgerAction.ClaimCoordination());
    LedgerReader hasty =
        ChangedRecord.first(
            federation.ledger(),
            LedgerEvent.CoordinationClaimed.class,
            e -> new LedgerEvent.CoordinationClaimed(e.successor(), e.readyAt() - 1));
    assertThat(audit(hasty).problems())
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("a veto may come until another time"));
  }

  @Test
  void notesARecoveryThatWasAskedForAndVetoed() throws IOException {
    federation.submit(
        federation.coordinator, new LedgerAction.RequestRecovery(ward.address(), NEXT.address()));
    var veto = new org.fedledger.signing.RecoveryVeto(ward.address(), NEXT.address(), 0);
    federation.submit(
        federation.aggregator,
        new LedgerAction.VetoRecovery(veto, SmallFederation.DOMAIN.sign(veto, ward)));
    playRound(ward);
    AuditReport report = audit(federation.ledger());
    assertThat(report.verified()).isTrue();
    assertThat(report.notes())
        .anySatisfy(note -> assertThat(note).contains("asked for the key"))
        .anySatisfy(note -> assertThat(note).contains("vetoed"));
  }

  @Test
  void findsABudgetThatSomebodyElseRaised() throws IOException {
    federation = new SmallFederation(folder.resolve("budgets"));
    SigningKey poor = SmallFederation.key(9);
    federation.submit(federation.coordinator, new LedgerAction.Admit(poor.address(), 5));
    BudgetRaise raise = new BudgetRaise(poor.address(), 50);
    federation.submit(
        federation.aggregator,
        new LedgerAction.RaiseBudget(raise, SmallFederation.DOMAIN.sign(raise, poor)));
    assertThat(audit(federation.ledger()).problems()).isEmpty();
    LedgerReader forged =
        ChangedRecord.first(
            federation.ledger(),
            PrivacyBudgetRaised.class,
            e ->
                new PrivacyBudgetRaised(
                    e.participant(),
                    e.previousBudget(),
                    e.budget(),
                    e.fromRound(),
                    SmallFederation.DOMAIN.sign(raise, federation.coordinator)));
    assertThat(onlyProblem(forged).what()).contains("budget was raised without");
  }

  @Test
  void findsABudgetThatChangedByASuspension() throws IOException {
    SigningKey poor = SmallFederation.key(9);
    federation.submit(federation.coordinator, new LedgerAction.Admit(poor.address(), 5));
    federation.submit(federation.coordinator, new LedgerAction.Suspend(poor.address()));
    federation.submit(federation.coordinator, new LedgerAction.Admit(poor.address(), 5));
    assertThat(audit(federation.ledger()).problems()).isEmpty();
    long last = federation.ledger().head().number();
    LedgerReader generous =
        new org.fedledger.ledger.ForwardingReader(federation.ledger()) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            return super.events(from, to).stream()
                .map(e -> e.block().number() == last ? richer(e) : e)
                .toList();
          }
        };
    assertThat(onlyProblem(generous).evidence())
        .containsEntry("recorded", "5")
        .containsEntry("admittedWith", "500");
  }

  @Test
  void notesOneKeyThatSignsForSeveralParticipants() throws IOException {
    federation.rotateKey(ward, ward, NEXT);
    SigningKey other = federation.participants.get(1);
    federation.rotateKey(other, other, NEXT);
    federation.openRound();
    assertThat(audit(federation.ledger()).notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .contains("the key " + NEXT.address() + " signs for several participants")
                    .contains(ward.address().toString())
                    .contains(other.address().toString()));
  }

  @Test
  void notesOneAccountInSeveralOffices() throws IOException {
    federation.submit(
        federation.coordinator, new LedgerAction.GrantAuditor(federation.aggregator.address()));
    federation.submit(
        federation.coordinator, new LedgerAction.Admit(federation.coordinator.address(), -1));
    federation.openRound();
    assertThat(audit(federation.ledger()).notes())
        .anySatisfy(note -> assertThat(note).contains("aggregator, auditor"))
        .anySatisfy(note -> assertThat(note).contains("coordinator, key of participant"));
  }

  private void playRound(SigningKey key) throws IOException {
    federation.openRound();
    List<Path> updates =
        List.of(
            federation.commit(ward, key, 10, 0.1f),
            federation.commit(federation.participants.get(1), 20, 0.2f),
            federation.commit(federation.participants.get(2), 30, 0.3f));
    federation.closeCommits();
    for (Path update : updates) {
      federation.store(update);
    }
    Path out = folder.resolve("model-" + federation.round().number());
    federation.publish(out, federation.compute(out).decision());
  }

  private static SigningKeyRotated rotated(SigningKeyRotated e, Signature signature) {
    return new SigningKeyRotated(
        e.participant(), e.signer(), e.previousSigner(), e.fromRound(), e.nonce(), signature);
  }

  private static RecordedEvent richer(RecordedEvent e) {
    ParticipantAdmitted admitted = (ParticipantAdmitted) e.event();
    return new RecordedEvent(
        new ParticipantAdmitted(
            admitted.participant(), admitted.index(), 500, admitted.fromRound()),
        e.block(),
        e.transaction(),
        e.logIndex());
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
