package org.fedledger.devnet.demo.tamper;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fedledger.contracts.RefusedTransactions.RefusedTransaction;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.TestKeys;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Draw;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Gap;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.RoundStatus;
import org.junit.jupiter.api.Test;

/** Nothing less than the whole evidence names a culprit. */
class FraudEvidenceTest {

  private static final SigningKey NODE_KEY = TestKeys.key(1);
  private static final Party NODE = new Party("node", NODE_KEY.address());
  private static final Party OTHER = new Party("second", TestKeys.key(2).address());
  private static final Party CITY = new Party("city", TestKeys.key(3).address());
  private static final Party COAST = new Party("coast", TestKeys.key(4).address());
  private static final Party VERIFIER = new Party("verifier", TestKeys.key(5).address());
  private static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "11".repeat(20)));
  private static final RoundId ROUND = new RoundId(digest(9).bytes());
  private static final Digest COMMITTED = digest(1);
  private static final Digest PUBLISHED = digest(2);
  private static final Digest FOUND = digest(3);
  private static final BlockRef BLOCK =
      new BlockRef(
          7, new BlockHash(digest(4).bytes()), new BlockHash(digest(5).bytes()), 1_700_000_000);

  private static Digest digest(int value) {
    return Digest.of("0x" + "%02x".formatted(value).repeat(32));
  }

  @Test
  void shouldTakeARefusalOnlyFromItsSenderAndForItsRule() {
    FraudEvidence evidence =
        new FraudEvidence(
            DOMAIN,
            round(List.of()),
            List.of(refusal(CITY, Optional.of("WrongSigner")), refusal(COAST, Optional.empty())),
            List.of(),
            audit());

    assertThat(evidence.refused(Moment.COMMIT, CITY, "WrongSigner"))
        .hasValueSatisfying(
            caught -> {
              assertThat(caught.layer()).isEqualTo(DefenceLayer.CONTRACT);
              assertThat(caught.evidence())
                  .containsEntry("caller", CITY.address().toString())
                  .containsEntry("rule", "WrongSigner(a, b)")
                  .containsEntry("status", "0");
            });
    assertThat(evidence.refused(Moment.COMMIT, CITY, "WrongPhase")).isEmpty();
    assertThat(evidence.refused(Moment.COMMIT, COAST, "WrongSigner")).isEmpty();
  }

  @Test
  void shouldTakeAFalseRecordOnlyOfThatRoundAndThatPartyWithBothDigests() {
    Map<String, String> both =
        Map.of("publishedDigest", PUBLISHED.toString(), "recomputedDigest", FOUND.toString());
    Map<String, String> same =
        Map.of("publishedDigest", PUBLISHED.toString(), "recomputedDigest", PUBLISHED.toString());
    List<Candidate> decided = List.of(candidate(NODE, Candidate.Status.FINAL));

    assertThat(evidence(decided, audit(problem(2, NODE, both))).wrongModel(NODE)).isPresent();
    assertThat(evidence(decided, audit(problem(1, NODE, both))).wrongModel(NODE)).isEmpty();
    assertThat(evidence(decided, audit(problem(2, OTHER, both))).wrongModel(NODE)).isEmpty();
    assertThat(evidence(decided, audit(problem(2, NODE, same))).wrongModel(NODE)).isEmpty();
    assertThat(evidence(decided, audit(problem(2, NODE, Map.of()))).wrongModel(NODE)).isEmpty();
    assertThat(evidence(decided, audit()).wrongModel(NODE)).isEmpty();
  }

  @Test
  void shouldTellOfADamagedFileOnlyByAGapThatNamesTheStoreAndTheNodesOwnReceipt() {
    AuditReport audit = damaged(COMMITTED);
    UploadReceipt receipt =
        new UploadReceipt(ROUND, 0, CITY.address(), COMMITTED, 8, 7, BLOCK.hash());
    UploadReceipt another = new UploadReceipt(ROUND, 0, CITY.address(), FOUND, 8, 7, BLOCK.hash());

    assertThat(evidence(audit, signed(receipt, NODE_KEY)).damaged(NODE, CITY))
        .hasValueSatisfying(
            caught -> {
              assertThat(caught.layer()).isEqualTo(DefenceLayer.STORE);
              assertThat(caught.evidence())
                  .containsEntry("committedDigest", COMMITTED.toString())
                  .containsEntry("foundDigest", FOUND.toString())
                  .containsEntry("receiptSignedBy", NODE.address().toString());
            });
    assertThat(evidence(audit).damaged(NODE, CITY)).isEmpty();
    assertThat(evidence(audit, signed(receipt, TestKeys.key(2))).damaged(NODE, CITY)).isEmpty();
    assertThat(evidence(audit, signed(another, NODE_KEY)).damaged(NODE, CITY)).isEmpty();
    assertThat(evidence(audit(), signed(receipt, NODE_KEY)).damaged(NODE, CITY)).isEmpty();
    assertThat(evidence(damaged(FOUND), signed(receipt, NODE_KEY)).damaged(NODE, CITY)).isEmpty();
  }

  @Test
  void shouldTellOfADamagedFileOnlyWhereTheAuditAccusesNobody() {
    AuditReport accusing = report(List.of(problem(2, CITY, Map.of())), damaged(COMMITTED).gaps());

    assertThat(evidence(damaged(COMMITTED)).damaged(COMMITTED)).isPresent();
    assertThat(evidence(accusing).damaged(COMMITTED)).isEmpty();
  }

  @Test
  void shouldTakeANoteOnlyFromARecordThatIsVerified() {
    AuditReport noting =
        new AuditReport(
            DOMAIN, Optional.of("test"), List.of(), List.of(), List.of(), List.of("it came late"));

    assertThat(evidence(noting).noted(note -> note.contains("late")))
        .hasValueSatisfying(
            caught -> {
              assertThat(caught.layer()).isEqualTo(DefenceLayer.NOTE);
              assertThat(caught.evidence()).containsEntry("note", "it came late");
            });
    assertThat(evidence(noting).noted(note -> note.contains("early"))).isEmpty();
    assertThat(
            evidence(noting.preceded(List.of(), incomplete().gaps()))
                .noted(note -> note.contains("late")))
        .isEmpty();
  }

  @Test
  void shouldTakeAGapOnlyOfThatRoundAndOnlyWhereTheAuditAccusesNobody() {
    AuditReport lacking = gap(2, List.of());

    assertThat(evidence(lacking).lackedInRound())
        .hasValueSatisfying(
            caught -> {
              assertThat(caught.layer()).isEqualTo(DefenceLayer.STORE);
              assertThat(caught.evidence()).containsEntry("gap", "a file is not in the store");
            });
    assertThat(evidence(gap(1, List.of())).lackedInRound()).isEmpty();
    assertThat(evidence(gap(2, List.of(problem(2, NODE, Map.of())))).lackedInRound()).isEmpty();
    assertThat(evidence(audit()).lackedInRound()).isEmpty();
  }

  private static AuditReport gap(long round, List<Problem> problems) {
    return report(problems, List.of(new Gap(OptionalLong.of(round), "a file is not in the store")));
  }

  @Test
  void shouldTakeAVersionForKeptOnlyIfTheAuditLacksNothingAndRecomputedIt() {
    AuditReport verified = recomputed(RoundStatus.VERIFIED);

    assertThat(evidence(verified).kept(PUBLISHED))
        .hasValueSatisfying(
            caught -> {
              assertThat(caught.layer()).isEqualTo(DefenceLayer.COPY);
              assertThat(caught.evidence())
                  .containsEntry("withheldDigest", PUBLISHED.toString())
                  .containsEntry("verifiedRound", "2");
            });
    assertThat(evidence(verified).kept(FOUND)).isEmpty();
    assertThat(evidence(verified.preceded(List.of(), incomplete().gaps())).kept(PUBLISHED))
        .isEmpty();
    assertThat(evidence(recomputed(RoundStatus.INCOMPLETE)).kept(PUBLISHED)).isEmpty();
  }

  private static AuditReport recomputed(RoundStatus status) {
    return new AuditReport(
        DOMAIN,
        Optional.of("test"),
        List.of(
            new RoundFinding(
                2,
                OptionalLong.of(2),
                status,
                Optional.of(PUBLISHED),
                Optional.of(PUBLISHED),
                List.of())),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void shouldTakeARejectionOnlyForThatGateInARecordThatIsVerified() {
    List<Candidate> decided = List.of(candidate(NODE, Candidate.Status.FINAL));

    assertThat(evidence(decided, audit()).rejected(CITY, Reason.AUTHOR))
        .hasValueSatisfying(
            caught -> assertThat(caught.evidence()).containsEntry("gate", "AUTHOR"));
    assertThat(evidence(decided, audit()).rejected(CITY, Reason.BASE)).isEmpty();
    assertThat(evidence(decided, audit()).rejected(COAST, Reason.AUTHOR)).isEmpty();
    assertThat(evidence(List.of(), audit()).rejected(CITY, Reason.AUTHOR)).isEmpty();
    assertThat(evidence(decided, audit(problem(2, NODE, Map.of()))).rejected(CITY, Reason.AUTHOR))
        .isEmpty();
    assertThat(evidence(decided, incomplete()).rejected(CITY, Reason.AUTHOR)).isEmpty();
  }

  @Test
  void shouldTakeADisputeOnlyIfAnotherAggregatorPrevailed() {
    Candidate failed = candidate(NODE, Candidate.Status.FAILED);
    Candidate others = candidate(OTHER, Candidate.Status.FINAL);

    assertThat(evidence(List.of(failed, others), audit()).disputed(NODE))
        .hasValueSatisfying(
            caught -> {
              assertThat(caught.by()).contains(VERIFIER.address().toString());
              assertThat(caught.evidence())
                  .containsEntry("finalAggregator", OTHER.address().toString());
            });
    assertThat(evidence(List.of(failed), audit()).disputed(NODE)).isEmpty();
    assertThat(evidence(List.of(failed, others), audit()).disputed(OTHER)).isEmpty();
    assertThat(evidence(List.of(candidate(NODE, Candidate.Status.FINAL)), audit()).disputed(NODE))
        .isEmpty();
  }

  private static RefusedTransaction refusal(Party sender, Optional<String> rule) {
    return new RefusedTransaction(
        new TransactionHash(digest(8).bytes()),
        7,
        sender.address(),
        rule.map(error -> new Outcome.Refused(error, List.of("a", "b"), 30_000)));
  }

  private static SignedReceipt signed(UploadReceipt receipt, SigningKey key) {
    return new SignedReceipt(receipt, NODE.address(), DOMAIN.sign(receipt, key));
  }

  private static Candidate candidate(Party aggregator, Candidate.Status status) {
    Decision decision = Decision.of(2, List.of(1), List.of(new Rejection(0, Reason.AUTHOR)));
    Publication publication =
        new Publication(ROUND, 1, PUBLISHED, 8, Digest.NONE, 0, decision.digest());
    Attestation differs = Attestation.differ(publication.id(), FOUND, Digest.NONE);
    boolean failed = status == Candidate.Status.FAILED;
    return new Candidate(
        new LedgerEvent.ModelPublished(
            publication,
            publication.id(),
            aggregator.address(),
            decision,
            DOMAIN.sign(publication, NODE_KEY)),
        BLOCK,
        0,
        failed
            ? Map.of(
                VERIFIER.address(),
                new LedgerEvent.Attested(
                    differs, VERIFIER.address(), DOMAIN.sign(differs, TestKeys.key(5))))
            : Map.of(),
        status,
        failed ? Optional.of(FailureReason.DISPUTED) : Optional.empty());
  }

  private static Round round(List<Candidate> candidates) {
    UpdateCommitment commitment =
        new UpdateCommitment(ROUND, 0, CITY.address(), COMMITTED, 8, 1, 0);
    SortedMap<Address, UpdateCommitted> commitments = new TreeMap<>();
    commitments.put(
        CITY.address(),
        new UpdateCommitted(commitment, 0, DOMAIN.sign(commitment, TestKeys.key(3))));
    return new Round(
        new LedgerEvent.RoundOpened(
            2,
            ROUND,
            new RoundOpening(
                digest(6),
                1,
                1,
                digest(7),
                Digest.NONE,
                1,
                BigInteger.ZERO,
                1,
                1,
                1,
                1,
                Draw.EVERYBODY,
                2,
                1),
            2,
            0,
            0),
        BLOCK,
        2,
        Optional.empty(),
        2,
        Collections.emptySortedMap(),
        Collections.emptySortedSet(),
        List.of(),
        List.of(),
        List.of(commitments),
        1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        candidates,
        Round.Phase.FINAL,
        Optional.empty());
  }

  private static FraudEvidence evidence(List<Candidate> candidates, AuditReport audit) {
    return new FraudEvidence(DOMAIN, round(candidates), List.of(), List.of(), audit);
  }

  private static FraudEvidence evidence(AuditReport audit, SignedReceipt... receipts) {
    return new FraudEvidence(DOMAIN, round(List.of()), List.of(), List.of(receipts), audit);
  }

  private static Problem problem(long round, Party who, Map<String, String> evidence) {
    return new Problem(OptionalLong.of(round), who.address().toString(), "it is wrong", evidence);
  }

  private static AuditReport audit(Problem... problems) {
    return report(List.of(problems), List.of());
  }

  private static AuditReport damaged(Digest committed) {
    return report(
        List.of(),
        List.of(
            new Gap(
                OptionalLong.of(2),
                "the update of city, %s: it is damaged in the store, whose file of that name has the digest %s"
                    .formatted(committed, FOUND))));
  }

  private static AuditReport incomplete() {
    return report(List.of(), List.of(new Gap(OptionalLong.empty(), "a file")));
  }

  private static AuditReport report(List<Problem> problems, List<Gap> gaps) {
    return new AuditReport(DOMAIN, Optional.of("test"), List.of(), problems, gaps, List.of());
  }
}
