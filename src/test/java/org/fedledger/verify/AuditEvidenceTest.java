package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.RoundStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What proves a lie, and what is told of it. */
class AuditEvidenceTest {

  private static final SigningKey STRANGER = SmallFederation.key(20);

  @TempDir Path folder;
  private SmallFederation federation;
  private List<Path> updates;
  private long closedAt;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
  }

  @Test
  void namesTheAggregatorWhoseRejectionAsMissingAReceiptDisproves() throws IOException {
    callOneMissing();
    AuditReport report = audit(receipt(federation.aggregator, 2, closedAt));
    Problem problem = onlyProblem(report);
    assertThat(problem.round()).hasValue(1);
    assertThat(problem.who()).isEqualTo(federation.aggregator.address().toString());
    assertThat(problem.what()).contains("MISSING").contains("own signed receipt");
    assertThat(problem.evidence())
        .containsEntry("participant", federation.participants.get(2).address().toString())
        .containsEntry("receiptSignedBy", federation.aggregator.address().toString())
        .containsEntry("receiptBlockHash", hash(closedAt).toString())
        .containsKey("receiptSignature");
    assertThat(report.rounds().getFirst().status()).isEqualTo(RoundStatus.MISMATCH);
  }

  @Test
  void convictsNobodyWithAnothersReceiptAndNamesBoth() throws IOException {
    SigningKey verifier = SmallFederation.key(11);
    federation =
        new SmallFederation(folder.resolve("verified"), OptionalDouble.empty(), List.of(verifier));
    callOneMissing();
    federation.attest(
        verifier, federation.round().pending().orElseThrow().record().publication().model(), true);
    AuditReport report = audit(receipt(verifier, 2, closedAt));
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .contains(federation.aggregator.address() + " called the update of")
                    .contains(verifier.address() + " signed in time that it had come")
                    .contains("attested to the publication all the same"));
  }

  @Test
  void convictsAnAggregatorWhoseAttemptFailedByItsOwnReceipt() throws IOException {
    SigningKey verifier = SmallFederation.key(11);
    federation =
        new SmallFederation(folder.resolve("verified"), OptionalDouble.empty(), List.of(verifier));
    callOneMissing();
    federation.attest(verifier, Digest.NONE, false);
    federation.passSeconds(51);
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(federation.round().id(), AbortReason.DEADLINE));
    assertThat(onlyProblem(audit(receipt(federation.aggregator, 2, closedAt))).what())
        .contains("own signed receipt");
  }

  @Test
  void takesAReceiptFromBeforeCommitsClosedForNoProof() throws IOException {
    callOneMissing();
    noteWithoutProblem(
        receipt(federation.aggregator, 2, closedAt - 1), "its block came before commits closed");
  }

  @Test
  void takesAReceiptThatNamesABlockOfAnotherChainForNoProof() throws IOException {
    callOneMissing();
    UploadReceipt honest = receipt(federation.aggregator, 2, closedAt).receipt();
    noteWithoutProblem(
        signed(
            new UploadReceipt(
                honest.roundId(),
                honest.stage(),
                honest.author(),
                honest.digest(),
                honest.size(),
                honest.blockNumber(),
                BlockHash.of("0x" + "77".repeat(32))),
            federation.aggregator),
        "the ledger has another block of that number");
  }

  @Test
  void takesAReceiptOfABlockThatNoLedgerCouldHaveForNoProof() throws IOException {
    callOneMissing();
    UploadReceipt honest = receipt(federation.aggregator, 2, closedAt).receipt();
    noteWithoutProblem(
        signed(
            new UploadReceipt(
                honest.roundId(),
                honest.stage(),
                honest.author(),
                honest.digest(),
                honest.size(),
                -1,
                honest.blockHash()),
            federation.aggregator),
        "the ledger at hand does not have its block");
  }

  @Test
  void takesAReceiptOfAnotherStageForNoProof() throws IOException {
    callOneMissing();
    UploadReceipt honest = receipt(federation.aggregator, 2, closedAt).receipt();
    noteWithoutProblem(
        signed(
            new UploadReceipt(
                honest.roundId(),
                1,
                honest.author(),
                honest.digest(),
                honest.size(),
                honest.blockNumber(),
                honest.blockHash()),
            federation.aggregator),
        "another file than the one committed");
  }

  @Test
  void convictsAnAggregatorWhoRejectsForAReasonThatNobodyCanProve() throws IOException {
    commitAndStoreAll();
    publishRejecting(new Rejection(2, Reason.SIZE));
    AuditReport report = audit();
    assertThat(report.failed()).isTrue();
    assertThat(report.problems())
        .allSatisfy(p -> assertThat(p.who()).isEqualTo(federation.aggregator.address().toString()))
        .anySatisfy(p -> assertThat(p.what()).contains("passes every gate"));
  }

  @Test
  void convictsAnAggregatorWhoRejectsForASizeThatIsRightThoughTheFileIsGone() throws IOException {
    commitAll();
    federation.store(updates.get(0));
    federation.store(updates.get(1));
    publishRejecting(new Rejection(2, Reason.SIZE));
    assertThat(onlyProblem(audit()).what()).contains("rejected for its size");
  }

  @Test
  void leavesOpenWhetherARejectionWasRightWhoseFileIsGone() throws IOException {
    commitAll();
    federation.store(updates.get(0));
    federation.store(updates.get(1));
    publishRejecting(new Rejection(2, Reason.NORM));
    AuditReport report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.gaps()).hasSize(1);
  }

  /** By the digest there is one file, so that no other can have the committed size. */
  @Test
  void convictsAnAggregatorWhoAcceptsAFileOfAnotherSizeThanTheCommitted() throws IOException {
    commitOneOfAnotherSize();
    Path out = folder.resolve("accepting");
    aggregate(List.of(weighted(0, 10), weighted(1, 20)), out);
    federation.publish(out, Decision.of(3, List.of(0, 1, 2), List.of()));
    Problem problem = onlyProblem(audit());
    assertThat(problem.who()).isEqualTo(federation.aggregator.address().toString());
    assertThat(problem.what()).contains("accepted that fails a gate");
    assertThat(problem.evidence()).containsEntry("gate", Reason.MISSING.name());
  }

  @Test
  void findsNothingWrongWhereSuchAFileIsCalledMissing() throws IOException {
    commitOneOfAnotherSize();
    federation.passSeconds(51);
    publishRejecting(new Rejection(2, Reason.MISSING));
    assertThat(audit().verified()).isTrue();
  }

  @Test
  void takesAFileThatIsThereAfterAllForNoProof() throws IOException {
    callOneMissing();
    federation.store(updates.get(2));
    AuditReport report = audit();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes()).anySatisfy(n -> assertThat(n).contains("it may have come late"));
  }

  @Test
  void takesAReceiptFromAfterTheRevealDeadlineForNoProof() throws IOException {
    callOneMissing();
    noteWithoutProblem(
        receipt(federation.aggregator, 2, federation.ledger().head().number()),
        "its block came after the reveal deadline");
  }

  @Test
  void takesAReceiptFromABlockThatNobodyHasForNoProof() throws IOException {
    callOneMissing();
    noteWithoutProblem(receipt(federation.aggregator, 2, 1_000), "does not have its block");
  }

  @Test
  void tellsOfAForgedReceipt() throws IOException {
    callOneMissing();
    SignedReceipt honest = receipt(STRANGER, 2, closedAt);
    noteWithoutProblem(
        new SignedReceipt(honest.receipt(), federation.aggregator.address(), honest.signature()),
        "its signature is forged");
  }

  @Test
  void tellsOfAReceiptSignedBySomebodyWithoutOffice() throws IOException {
    callOneMissing();
    noteWithoutProblem(receipt(STRANGER, 2, closedAt), "neither aggregator nor verifier");
  }

  @Test
  void tellsOfAReceiptForAnotherFile() throws IOException {
    callOneMissing();
    UploadReceipt other =
        new UploadReceipt(
            federation.round().id(),
            0,
            federation.participants.get(2).address(),
            Blobs.id(updates.get(0)).digest(),
            Files.size(updates.get(0)),
            closedAt,
            hash(closedAt));
    noteWithoutProblem(signed(other, federation.aggregator), "another file than the one committed");
  }

  @Test
  void tellsOfAReceiptForARoundThatIsNotOnTheRecord() throws IOException {
    callOneMissing();
    UploadReceipt elsewhere =
        new UploadReceipt(
            new org.fedledger.types.RoundId(new byte[32]),
            0,
            federation.participants.get(2).address(),
            Blobs.id(updates.get(2)).digest(),
            Files.size(updates.get(2)),
            closedAt,
            hash(closedAt));
    noteWithoutProblem(signed(elsewhere, federation.aggregator), "not among the rounds checked");
  }

  @Test
  void findsReceiptsInFoldersAmongOtherFiles() throws IOException {
    callOneMissing();
    SignedReceipt receipt = receipt(federation.aggregator, 2, closedAt);
    Path place = Files.createDirectories(folder.resolve("hospital/round-1"));
    Files.write(place.resolve("receipt-a.json"), receipt.toJson());
    Files.write(place.resolve("receipt-b.json"), receipt.toJson());
    Files.writeString(place.resolve("notes.txt"), "{}");
    Files.write(place.resolve("update.safetensors"), new byte[100_000]);
    assertThat(Receipts.in(folder.resolve("hospital")).size()).isEqualTo(1);
    assertThat(Receipts.in(place.resolve("receipt-a.json")).size()).isEqualTo(1);
    assertThat(audit(Receipts.in(folder.resolve("hospital"))).failed()).isTrue();
  }

  @Test
  void tellsThatAParticipantWasLeftOutOfTheAggregate() throws IOException {
    commitAndStoreAll();
    assertThat(explained(List.of(weighted(0, 10), weighted(2, 30))))
        .isEqualTo(
            "the update of %s was left out, though it was accepted"
                .formatted(federation.participants.get(1).address()));
  }

  @Test
  void tellsWhichWeightWasFaked() throws IOException {
    commitAndStoreAll();
    assertThat(explained(List.of(weighted(0, 10), weighted(1, 777), weighted(2, 30))))
        .isEqualTo(
            "the update of %s was taken with weight 777, not with the signed 20"
                .formatted(federation.participants.get(1).address()));
  }

  @Test
  void tellsThatTwoWeightsWereExchanged() throws IOException {
    commitAndStoreAll();
    assertThat(explained(List.of(weighted(0, 30), weighted(1, 20), weighted(2, 10))))
        .contains("were exchanged");
  }

  @Test
  void tellsThatWeightsWereNotLookedAt() throws IOException {
    commitAndStoreAll();
    assertThat(explained(List.of(weighted(0, 1), weighted(1, 1), weighted(2, 1))))
        .isEqualTo("the updates were averaged without their weights");
  }

  @Test
  void tellsThatARejectedUpdateWasTakenIn() throws IOException {
    federation = new SmallFederation(folder.resolve("bounded"), OptionalDouble.of(0.4));
    commitAndStoreAll();
    assertThat(
            explained(
                List.of(weighted(0, 10), weighted(1, 20), weighted(2, 30)),
                Decision.of(3, List.of(0, 1), List.of(new Rejection(2, Reason.NORM)))))
        .isEqualTo(
            "the update of %s was taken in, though it was rejected"
                .formatted(federation.participants.get(2).address()));
  }

  @Test
  void explainsNothingThatNoSingleChangeMakes() throws IOException {
    commitAndStoreAll();
    Problem problem =
        published(
            List.of(weighted(0, 11), weighted(1, 23), weighted(2, 577)),
            Decision.of(3, List.of(0, 1, 2), List.of()));
    assertThat(problem.evidence()).doesNotContainKey("explainedBy").containsKey("tensor");
    assertThat(problem.evidence()).containsEntry("differingElements", "3 of 3");
  }

  @Test
  void tellsThatTheBaseWasPublishedAgain() throws IOException {
    commitAndStoreAll();
    Path base = federation.stored(federation.state().head().model());
    federation.publish(base, Decision.of(3, List.of(0, 1, 2), List.of()));
    assertThat(onlyProblem(audit()).evidence())
        .containsEntry("explainedBy", "the base version was published again");
  }

  private String explained(List<WeightedUpdate> used) throws IOException {
    return explained(used, Decision.of(3, List.of(0, 1, 2), List.of()));
  }

  private String explained(List<WeightedUpdate> used, Decision decision) throws IOException {
    return published(used, decision).evidence().get("explainedBy");
  }

  /** The problem that is found when another aggregate is published. */
  private Problem published(List<WeightedUpdate> used, Decision decision) throws IOException {
    Path out = folder.resolve("dishonest");
    aggregate(used, out);
    federation.publish(out, decision);
    return onlyProblem(audit());
  }

  private void aggregate(List<WeightedUpdate> used, Path out) throws IOException {
    Round round = federation.round();
    RuleApplication.run(
        federation.spec.plan().rule(),
        new RuleApplication.Source(federation.base().model(), federation.base().state(), used),
        new RuleApplication.NewVersion(
            federation.state().federation(),
            1,
            round.opening().baseModel(),
            round.opening().baseState()),
        new RuleApplication.Target(out, SmallFederation.stateBeside(out)),
        2);
  }

  private WeightedUpdate weighted(int participant, long weight) {
    return new WeightedUpdate(
        federation.participants.get(participant).address(), weight, updates.get(participant));
  }

  private void commitAll() throws IOException {
    federation.openRound();
    updates = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      updates.add(
          federation.commit(
              federation.participants.get(i), 10 * (i + 1), 0.1f * (i + 1), 0.3f - 0.05f * i * i));
    }
    federation.closeCommits();
    closedAt = federation.ledger().head().number();
  }

  /** The third participant's is one byte short of what it says. */
  private void commitOneOfAnotherSize() throws IOException {
    federation.openRound();
    updates = new ArrayList<>();
    updates.add(federation.commit(federation.participants.get(0), 10, 0.1f));
    updates.add(federation.commit(federation.participants.get(1), 20, 0.2f));
    for (Path update : updates) {
      federation.store(update);
    }
    int size = (int) Files.size(updates.getFirst());
    SigningKey strange = federation.participants.get(2);
    UpdateCommitment commitment =
        new UpdateCommitment(
            federation.round().id(),
            0,
            strange.address(),
            federation.put(new byte[size - 1]),
            size,
            30,
            0);
    federation.submit(
        strange,
        new LedgerAction.Commit(commitment, SmallFederation.DOMAIN.sign(commitment, strange)));
    federation.closeCommits();
  }

  private void commitAndStoreAll() throws IOException {
    commitAll();
    for (Path update : updates) {
      federation.store(update);
    }
  }

  /** Publishes the aggregate of the first two updates. */
  private void publishRejecting(Rejection rejection) throws IOException {
    Round round = federation.round();
    Path out = folder.resolve("rejecting");
    aggregate(List.of(weighted(0, 10), weighted(1, 20)), out);
    federation.publish(out, Decision.of(3, List.of(0, 1), List.of(rejection)));
  }

  private void callOneMissing() throws IOException {
    commitAll();
    federation.store(updates.get(0));
    federation.store(updates.get(1));
    federation.passSeconds(51);
    Path out = folder.resolve("model");
    var honest = (RoundComputation.Result.Aggregated) federation.compute(out);
    federation.publish(out, honest.decision());
  }

  private SignedReceipt receipt(SigningKey node, int participant, long block) throws IOException {
    Path file = updates.get(participant);
    return signed(
        new UploadReceipt(
            federation.round().id(),
            0,
            federation.participants.get(participant).address(),
            Blobs.id(file).digest(),
            Files.size(file),
            block,
            hash(block)),
        node);
  }

  /** That of the ledger's block, or of none. */
  private BlockHash hash(long block) {
    return federation
        .ledger()
        .block(block)
        .map(BlockRef::hash)
        .orElse(new BlockHash(new byte[BlockHash.LENGTH]));
  }

  private static SignedReceipt signed(UploadReceipt receipt, SigningKey node) {
    return new SignedReceipt(receipt, node.address(), SmallFederation.DOMAIN.sign(receipt, node));
  }

  private void noteWithoutProblem(SignedReceipt receipt, String words) throws IOException {
    AuditReport report = audit(receipt);
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes()).anySatisfy(n -> assertThat(n).contains(words));
  }

  private static Problem onlyProblem(AuditReport report) {
    assertThat(report.problems()).hasSize(1);
    return report.problems().getFirst();
  }

  private AuditReport audit(SignedReceipt... receipts) throws IOException {
    return audit(Receipts.of(List.of(receipts)));
  }

  private AuditReport audit(Receipts receipts) throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    AuditReport report =
        new Audit(
                federation.ledger(),
                federation.store,
                work,
                _ -> {},
                new AuditOptions(2, receipts, Optional.empty()))
            .run(0, _ -> true);
    assertThat(work).isEmptyDirectory();
    return report;
  }
}
