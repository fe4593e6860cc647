package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.rule.FedAvg;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.spec.Training;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.RoundStatus;
import org.fedledger.verify.AuditReport.UpdateStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
  }

  @Test
  void verifiesAnHonestFederation() throws IOException {
    federation.playRound();
    federation.playRound();
    AuditReport report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    assertThat(report.rounds()).hasSize(2).allMatch(r -> r.status() == RoundStatus.VERIFIED);
    assertThat(report.rounds()).allMatch(r -> r.published().equals(r.recomputed()));
    assertThat(report.updates()).isEqualTo(6);
  }

  @Test
  void namesTheStoreAndNobodyElseForAChangedByte() throws IOException {
    Map<SigningKey, Path> updates = federation.playRound();
    SigningKey author = federation.participants.get(1);
    Digest committed = Digest.ofContent(Files.readAllBytes(updates.get(author)));
    Digest found = flipLastBit(committed);
    AuditReport report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isFalse();
    assertThat(report.gaps())
        .singleElement()
        .satisfies(
            gap ->
                assertThat(gap.what())
                    .contains(committed.toString())
                    .contains("damaged in the store")
                    .contains(found.toString()));
  }

  @Test
  void namesTheAggregatorAndTheElementThatIsOneUlpOff() throws IOException {
    federation.openRound();
    commitAndStoreAll();
    Path out = folder.resolve("model");
    var honest = (RoundComputation.Result.Aggregated) federation.compute(out);
    byte[] content = Files.readAllBytes(out);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int last = content.length - Float.BYTES;
    float value = bytes.getFloat(last);
    bytes.putFloat(last, Math.nextUp(value));
    Path dishonest = folder.resolve("dishonest");
    Files.write(dishonest, content);
    federation.publish(dishonest, honest.decision());
    Problem problem = onlyProblem(audit());
    assertThat(problem.round()).hasValue(1);
    assertThat(problem.who()).isEqualTo(federation.aggregator.address().toString());
    assertThat(problem.evidence())
        .containsEntry("publishedDigest", Digest.ofContent(content).toString())
        .containsEntry("recomputedDigest", honest.model().toString())
        .containsEntry("tensor", "layer0.weight")
        .containsEntry("element", "1")
        .containsEntry("rule", "fedavg/1");
    assertThat(problem.evidence().get("publishedValue"))
        .isNotEqualTo(problem.evidence().get("recomputedValue"));
  }

  @Test
  void saysIncompleteWhenAnUpdateIsGone() throws IOException {
    Map<SigningKey, Path> updates = federation.playRound();
    Digest gone = Digest.ofContent(Files.readAllBytes(updates.get(federation.participants.get(0))));
    Files.delete(federation.stored(gone));
    AuditReport report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isFalse();
    assertThat(report.rounds().getFirst().status()).isEqualTo(RoundStatus.INCOMPLETE);
    assertThat(report.gaps()).hasSize(1);
  }

  @Test
  void findsAnUpdateThatWasRejectedForNothing() throws IOException {
    federation.openRound();
    commitAndStoreAll();
    Decision unfair = Decision.of(3, List.of(0, 2), List.of(new Rejection(1, Reason.NORM)));
    publishAggregateOf(unfair);
    assertThat(audit().problems())
        .anySatisfy(
            p -> {
              assertThat(p.who()).isEqualTo(federation.aggregator.address().toString());
              assertThat(p.what()).contains("passes every gate");
            });
  }

  @Test
  void findsAnUpdateThatWasAcceptedAgainstAGate() throws IOException {
    federation = new SmallFederation(folder.resolve("bounded"), OptionalDouble.of(0.4));
    federation.openRound();
    commitAndStoreAll();
    publishAggregateOf(Decision.of(3, List.of(0, 1, 2), List.of()));
    assertThat(audit().problems())
        .anySatisfy(p -> assertThat(p.what()).contains("accepted that fails a gate"));
  }

  @Test
  void verifiesARoundWithARejectedUpdate() throws IOException {
    federation = new SmallFederation(folder.resolve("bounded"), OptionalDouble.of(0.4));
    federation.openRound();
    commitAndStoreAll();
    Path out = folder.resolve("model");
    var result = (RoundComputation.Result.Aggregated) federation.compute(out);
    assertThat(result.decision().rejections()).containsExactly(new Rejection(2, Reason.NORM));
    federation.publish(out, result.decision());
    AuditReport report = audit();
    assertThat(report.verified()).isTrue();
    assertThat(report.rounds().getFirst().updates())
        .extracting(AuditReport.UpdateFinding::status)
        .containsExactlyInAnyOrder(
            UpdateStatus.VERIFIED, UpdateStatus.VERIFIED, UpdateStatus.REJECTED);
  }

  @Test
  void verifiesARoundInWhichOneUpdateNeverCame() throws IOException {
    federation.openRound();
    List<Path> updates = commitAll();
    federation.closeCommits();
    federation.store(updates.get(0));
    federation.store(updates.get(1));
    federation.passSeconds(51);
    Path out = folder.resolve("model");
    var result = (RoundComputation.Result.Aggregated) federation.compute(out);
    assertThat(result.decision().rejections()).containsExactly(new Rejection(2, Reason.MISSING));
    federation.publish(out, result.decision());
    assertThat(audit().verified()).isTrue();
  }

  @Test
  void verifiesARoundThatWasGivenUpForTooFewUpdates() throws IOException {
    federation.openRound();
    List<Path> updates = commitAll();
    federation.closeCommits();
    federation.store(updates.get(0));
    federation.passSeconds(51);
    var result =
        (RoundComputation.Result.TooFewAccepted) federation.compute(folder.resolve("none"));
    federation.publish(Digest.NONE, 0, result.decision());
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.ABORTED);
    AuditReport report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    federation.playRound();
    assertThat(audit().verified()).isTrue();
  }

  @Test
  void findsAVersion0ThatWasSuppliedAndIsNoModel() throws IOException {
    federation = SmallFederation.supplied(folder.resolve("supplied"), new byte[] {1, 2, 3});
    AuditReport report = audit();
    assertThat(report.problems()).hasSize(1);
    Problem problem = report.problems().getFirst();
    assertThat(problem.who()).isEqualTo("coordinator");
    assertThat(problem.what()).contains("is no model of this federation");
  }

  @Test
  void notesARoundOfWhichThePlanHasOtherTermsThatItMayHave() throws IOException {
    playRoundBy(
        new PlanTerms(
            federation.spec.plan().rule(),
            federation.spec.plan().training(),
            500,
            OptionalDouble.of(100)));
    AuditReport report = audit();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes())
        .singleElement()
        .asString()
        .contains("other terms than the spec's")
        .contains("weightCap, normBound");
  }

  @Test
  void namesTheCoordinatorOfARoundWhosePlanWidensWhatTheSpecFixed() throws IOException {
    playRoundBy(
        new PlanTerms(
            new FedAvg(1),
            new Training(5, 0, 4, 100, Training.Unit.EPOCHS),
            1_000,
            OptionalDouble.empty()));
    Problem problem = onlyProblem(audit());
    assertThat(problem.who()).isEqualTo("coordinator");
    assertThat(problem.what()).contains("asks for more than the spec lets plans change");
    assertThat(problem.evidence()).containsEntry("changed", "training");
  }

  @Test
  void notesARoundThatNobodyCouldJudgeAndNobodyPlayed() throws IOException {
    federation.playRound();
    byte[] plan = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    federation.put(plan);
    federation.openRound(Digest.ofContent(plan), plan.length, 1_000);
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(federation.round().id(), AbortReason.COORDINATOR));
    AuditReport report = audit();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes())
        .anySatisfy(note -> assertThat(note).contains("round 2 cannot be judged"));
  }

  /** A round that everybody plays, whatever its plan. */
  private void playRoundBy(PlanTerms terms) throws IOException {
    byte[] plan = SpecJson.write(new RoundPlan(federation.state().created().spec(), terms));
    federation.put(plan);
    federation.openRound(Digest.ofContent(plan), plan.length, terms.weightCap());
    commitAndStoreAll();
    Path out = folder.resolve("model");
    federation.publish(out, federation.compute(out).decision());
  }

  @Test
  void verifiesNothingWhereNoRoundHasEnded() throws IOException {
    AuditReport report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.notes()).isEmpty();
    assertThat(report.verified()).isFalse();
    assertThat(onlyGap(report)).contains("no round was checked");
  }

  @Test
  void findsAGapInAVersionWhoseFileNobodyCanServe() throws IOException {
    federation.playRound();
    Files.delete(federation.stored(federation.state().head().model()));
    AuditReport report = audit();
    assertThat(onlyGap(report)).contains("the file of version 1").contains("not in the store");
    assertThat(report.rounds().getFirst().status()).isEqualTo(RoundStatus.INCOMPLETE);
  }

  @Test
  void noticesASpecThatWasReplacedInTheStore() throws IOException {
    federation.playRound();
    flipLastBit(federation.state().created().spec());
    assertThat(onlyGap(audit())).contains("the federation's spec").contains("damaged in the store");
  }

  @Test
  void noticesABaseVersionThatWasReplacedInTheStore() throws IOException {
    federation.playRound();
    federation.playRound();
    flipLastBit(federation.state().created().model());
    assertThat(onlyGap(audit()))
        .contains("the base version's file")
        .contains("damaged in the store");
  }

  private static String onlyGap(AuditReport report) {
    assertThat(report.problems()).isEmpty();
    assertThat(report.gaps()).hasSize(1);
    return report.gaps().getFirst().what();
  }

  private List<Path> commitAll() throws IOException {
    return List.of(
        federation.commit(federation.participants.get(0), 10, 0.1f),
        federation.commit(federation.participants.get(1), 20, 0.2f),
        federation.commit(federation.participants.get(2), 30, 0.3f));
  }

  private void commitAndStoreAll() throws IOException {
    List<Path> updates = commitAll();
    federation.closeCommits();
    for (Path update : updates) {
      federation.store(update);
    }
  }

  /** Publishes the honest bytes of another decision than the gates would take. */
  private void publishAggregateOf(Decision decision) throws IOException {
    Path out = folder.resolve("model");
    federation.compute(out);
    federation.publish(out, decision);
  }

  private Digest flipLastBit(Digest digest) throws IOException {
    Path file = federation.stored(digest);
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    return Digest.ofContent(content);
  }

  private static Problem onlyProblem(AuditReport report) {
    assertThat(report.problems()).hasSize(1);
    assertThat(report.verified()).isFalse();
    return report.problems().getFirst();
  }

  private AuditReport audit() throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    AuditReport report =
        new Audit(federation.ledger(), federation.store, work, _ -> {}).run(0, _ -> true);
    assertThat(work).isEmptyDirectory();
    return report;
  }
}
