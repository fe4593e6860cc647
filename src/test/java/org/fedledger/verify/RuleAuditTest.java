package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.Round;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.FedAvgM;
import org.fedledger.rule.Krum;
import org.fedledger.rule.Median;
import org.fedledger.rule.Rule;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.Rules;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.SpecJson;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an audit says of rounds under rules with a state, or that leave updates out. */
class RuleAuditTest {

  private static final Decision ALL = Decision.of(3, List.of(0, 1, 2), List.of());
  private static final FedAvgM MOMENTUM = new FedAvgM(1, 0.5);

  @TempDir Path folder;
  private Path work;
  private SmallFederation federation;
  private List<WeightedUpdate> updates;

  @BeforeEach
  void makeRoom() throws IOException {
    work = Files.createDirectory(folder.resolve("work"));
  }

  static List<Rule> rules() {
    return Rules.KNOWN.stream().map(kind -> kind.usual().apply(3)).toList();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void verifiesHonestRounds(Rule rule) throws IOException {
    federation = new SmallFederation(folder, rule);
    for (int i = 0; i < 3; i++) {
      federation.playRound();
    }

    AuditReport report = audit();

    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    assertThat(federation.state().head().state().isZero())
        .isEqualTo(rule.stateForm(federation.spec.architecture().schema()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void explainsAnUpdateThatWasReplacedByItsNeighbours(Rule rule) throws IOException {
    begin(rule);
    List<WeightedUpdate> used =
        rule instanceof Krum ? List.of(updates.get(2)) : updates.subList(0, 2);

    publish(rule, used, federation.base().state());

    Problem problem = onlyProblem();
    assertThat(problem.what()).contains("published model is not the aggregate");
    assertThat(problem.who()).isEqualTo(federation.aggregator.address().toString());
    assertThat(problem.evidence()).containsEntry("rule", rule.id());
    assertThat(problem.evidence().get("explainedBy"))
        .contains(updates.get(2).participant().toString())
        .contains(rule instanceof Krum ? "was taken, though" : "was left out");
  }

  @Test
  void explainsAMeanInPlaceOfAMedianOrAChoice() throws IOException {
    for (Rule rule : List.of(new Median(), new Krum(0))) {
      folder = Files.createDirectories(folder.resolve(rule.kind().name()));
      begin(rule);
      publish(new FedAvg(1), updates, Optional.empty());
      assertThat(onlyProblem().evidence())
          .containsEntry("explainedBy", "the updates were averaged, as fedavg/1 does");
    }
  }

  @Test
  void explainsAMomentumThatWasForgotten() throws IOException {
    federation = new SmallFederation(folder, MOMENTUM);
    Path zeros = folder.resolve("zeros");
    InitialModels.writeState(federation.spec, federation.state().federation(), zeros);
    federation.playRound();
    beginNext();

    publish(MOMENTUM, updates, Optional.of(zeros));

    assertThat(onlyProblem().evidence())
        .containsEntry("explainedBy", "the momentum of the rounds before was forgotten");
  }

  @Test
  void namesTheElementOfAChangedState() throws IOException {
    begin(MOMENTUM);
    Path model = folder.resolve("model");
    federation.compute(model);
    changeLastOf(SmallFederation.stateBeside(model));

    federation.publish(model, ALL);

    Problem problem = onlyProblem();
    assertThat(problem.what()).isEqualTo("the published rule state is not the rule's");
    assertThat(problem.who()).isEqualTo(federation.aggregator.address().toString());
    assertThat(problem.evidence())
        .containsEntry("tensor", "layer0.weight")
        .containsEntry("element", "1")
        .containsEntry("differingElements", "1 of 3")
        .containsEntry("rule", "fedavgm/1");
  }

  @Test
  void seesThatTheOldStateWasPublishedAgain() throws IOException {
    begin(MOMENTUM);
    Path model = folder.resolve("model");
    federation.compute(model);
    Files.copy(
        federation.base().state().orElseThrow(),
        SmallFederation.stateBeside(model),
        StandardCopyOption.REPLACE_EXISTING);

    federation.publish(model, ALL);

    assertThat(onlyProblem().evidence())
        .containsEntry("explainedBy", "the base version's state was published again");
  }

  @Test
  void saysIncompleteWhenTheBaseStateIsGone() throws IOException {
    federation = new SmallFederation(folder, MOMENTUM);
    federation.playRound();
    Files.delete(stored(federation.state().created().state()));

    AuditReport report = audit();

    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isFalse();
    assertThat(report.gaps()).singleElement().asString().contains("rule state");
  }

  @Test
  void seesAStateOfVersionZeroThatTheRuleDoesNotBeginWith() throws IOException {
    BlobId other = new BlobId(Digest.ofContent(new byte[] {1}), 1);
    federation = new SmallFederation(folder, MOMENTUM, Optional.of(other));

    Problem problem = onlyProblem();

    assertThat(problem.who()).isEqualTo("coordinator");
    assertThat(problem.what()).contains("rule state of version 0");
  }

  @Test
  void notesWhoWasLeftOut() throws IOException {
    begin(new Krum(0));
    Path model = folder.resolve("model");
    var result = (RoundComputation.Result.Aggregated) federation.compute(model);
    federation.publish(model, result.decision());

    assertThat(result.decision()).isEqualTo(ALL);
    assertThat(result.leftOut()).hasSize(2);
    assertThat(audit().notes())
        .contains(
            "round 1: of the accepted updates, krum/1 did not choose those of " + result.leftOut());
  }

  @Test
  void givesARoundUpThatHasTooFewUpdatesForItsRule() throws IOException {
    callOneMissing();
    var few = (RoundComputation.Result.TooFewForRule) federation.compute(folder.resolve("none"));
    assertThat(few.accepted()).isEqualTo(2);
    assertThat(few.fewest()).isEqualTo(3);

    federation.publish(Digest.NONE, 0, few.decision());

    assertThat(audit().problems()).isEmpty();
    assertThat(audit().verified()).isTrue();
    federation.playRound();
    assertThat(audit().verified()).isTrue();
  }

  @Test
  void seesAVersionOfTooFewUpdatesForItsRule() throws IOException {
    callOneMissing();
    Decision two = Decision.of(3, List.of(0, 1), List.of(new Rejection(2, Reason.MISSING)));

    publish(new Krum(0), updates.subList(0, 2), Optional.empty(), two);

    Problem problem = onlyProblem();
    assertThat(problem.what()).contains("fewer updates than the rule takes");
    assertThat(problem.evidence()).containsEntry("fewest", "3").containsEntry("accepted", "2");
  }

  @Test
  void cannotJudgeAPlanWithARuleThatItDoesNotHave() throws IOException {
    federation = new SmallFederation(folder, new FedAvg(1));
    String plan = new String(SpecJson.write(federation.plan()), StandardCharsets.UTF_8);

    publishBy(plan.replace("\"name\":\"fedavg\"", "\"name\":\"fedprox\""));

    AuditReport report = audit();
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isFalse();
    assertThat(report.gaps())
        .singleElement()
        .asString()
        .contains("cannot judge: the round's plan: plan.terms.rule.name: the rule fedprox/1");
  }

  @Test
  void namesTheCoordinatorWhoPlannedAnotherRuleThanTheSpecs() throws IOException {
    federation = new SmallFederation(folder, new FedAvg(1));
    String plan = new String(SpecJson.write(federation.plan()), StandardCharsets.UTF_8);

    publishBy(plan.replace("\"name\":\"fedavg\"", "\"momentum\":0.5,\"name\":\"fedavgm\""));

    Problem problem = onlyProblem();
    assertThat(problem.who()).isEqualTo("coordinator");
    assertThat(problem.evidence()).containsEntry("changed", "rule");
  }

  private void publishBy(String plan) throws IOException {
    federation.openRoundBy(plan);
    commitAndStore();
    publish(new FedAvg(1), updates, Optional.empty());
  }

  private void begin(Rule rule) throws IOException {
    federation = new SmallFederation(folder, rule);
    beginNext();
  }

  private void beginNext() throws IOException {
    federation.openRound();
    commitAndStore();
  }

  private void commitAndStore() throws IOException {
    commit();
    for (WeightedUpdate update : updates) {
      federation.store(update.file());
    }
  }

  private void commit() throws IOException {
    updates = new ArrayList<>();
    float[] values = {0.1f, 0.2f, 0.9f};
    for (int i = 0; i < 3; i++) {
      var participant = federation.participants.get(i);
      long weight = 10L * (i + 1);
      Path file = federation.commit(participant, weight, values[i], 0.3f - values[i]);
      updates.add(new WeightedUpdate(participant.address(), weight, file));
    }
    federation.closeCommits();
  }

  private void callOneMissing() throws IOException {
    federation = new SmallFederation(folder, new Krum(0));
    federation.openRound();
    commit();
    federation.store(updates.get(0).file());
    federation.store(updates.get(1).file());
    federation.passSeconds(51);
  }

  private void publish(Rule rule, List<WeightedUpdate> used, Optional<Path> state)
      throws IOException {
    publish(rule, used, state, ALL);
  }

  private void publish(
      Rule rule, List<WeightedUpdate> used, Optional<Path> state, Decision decision)
      throws IOException {
    Round round = federation.round();
    Path out = folder.resolve("dishonest");
    RuleApplication.run(
        rule,
        new RuleApplication.Source(federation.base().model(), state, used),
        new RuleApplication.NewVersion(
            federation.state().federation(),
            round.version(),
            round.opening().baseModel(),
            round.opening().baseState()),
        new RuleApplication.Target(out, SmallFederation.stateBeside(out)),
        2);
    federation.publish(out, decision);
  }

  private static void changeLastOf(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int last = content.length - Double.BYTES;
    bytes.putDouble(last, Math.nextUp(bytes.getDouble(last)));
    Files.write(file, content);
  }

  private Path stored(Digest digest) {
    return folder.resolve("blobs").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  private Problem onlyProblem() throws IOException {
    List<Problem> problems = audit().problems();
    assertThat(problems).hasSize(1);
    return problems.getFirst();
  }

  private AuditReport audit() throws IOException {
    AuditReport report =
        new Audit(federation.ledger(), federation.store, work, _ -> {}).run(0, _ -> true);
    assertThat(work).isEmptyDirectory();
    return report;
  }
}
