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
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.CommitsClosed;
import org.fedledger.ledger.LedgerEvent.RoundOpened;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.OpeningBuilder;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.StageTerms;
import org.fedledger.round.PlannedDraw;
import org.fedledger.rule.FedAvg;
import org.fedledger.signing.Draw;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.Sampling;
import org.fedledger.spec.Schedule;
import org.fedledger.spec.SpecJson;
import org.fedledger.spec.Training;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds of which the plan draws some members, or takes several stages. */
class StagedRoundTest {

  @TempDir Path folder;
  private SmallFederation federation;

  @Test
  void findsNothingInTheRecordOfTwoStagesButThatTheRuleTakesOne() throws IOException {
    playTwoStages();
    assertThat(audit(federation.ledger()).problems())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.who()).isEqualTo("coordinator");
              assertThat(p.what()).contains("another number of stages than its rule takes");
              assertThat(p.evidence()).containsEntry("planned", "2");
            });
  }

  @Test
  void findsAStageThatWasClosedWithAnotherDeadlineThanItsWindowGives() throws IOException {
    playTwoStages();
    LedgerReader longer =
        ChangedRecord.first(
            federation.ledger(),
            CommitsClosed.class,
            e -> new CommitsClosed(e.roundId(), e.stage(), e.committed(), e.deadline() + 5));
    assertThat(audit(longer).problems())
        .anySatisfy(p -> assertThat(p.what()).contains("another deadline or count"));
  }

  @Test
  void verifiesARoundForWhichTwoOfThreeWereDrawn() throws IOException {
    playDrawn(2);
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    assertThat(report.updates()).isEqualTo(2);
    assertThat(report.notes())
        .as("nobody was a member before version 0 was known")
        .anySatisfy(note -> assertThat(note).contains("could know whom it draws"));
  }

  @Test
  void namesTheCoordinatorWhoOpenedARoundForOthersThanThePlanDraws() throws IOException {
    playDrawn(2);
    LedgerReader wider =
        ChangedRecord.first(
            federation.ledger(),
            RoundOpened.class,
            e ->
                new RoundOpened(
                    e.round(),
                    e.roundId(),
                    OpeningBuilder.of(e.opening()).draw(Draw.everybody(3)).build(),
                    e.members(),
                    e.verifiers(),
                    e.attestationThreshold()));
    assertThat(audit(wider).problems())
        .anySatisfy(
            p -> {
              assertThat(p.who()).isEqualTo("coordinator");
              assertThat(p.what()).contains("another draw than its plan has");
            });
  }

  @Test
  void namesTheCoordinatorWhoStatesAnotherNumberThanTheDrawMakes() throws IOException {
    playDrawn(2);
    LedgerReader other =
        ChangedRecord.first(
            federation.ledger(),
            RoundOpened.class,
            e ->
                new RoundOpened(
                    e.round(),
                    e.roundId(),
                    OpeningBuilder.of(e.opening())
                        .draw(new Draw(e.opening().drawThreshold(), 3))
                        .build(),
                    e.members(),
                    e.verifiers(),
                    e.attestationThreshold()));
    assertThat(audit(other).problems())
        .anySatisfy(
            p -> {
              assertThat(p.who()).isEqualTo("coordinator");
              assertThat(p.evidence()).containsEntry("stated", "3").containsEntry("drawn", "2");
            });
  }

  /** As where the coordinator admits or suspends somebody while its opening is on the way. */
  @Test
  void tellsOfAFalseNumberOfTheDrawnInARoundThatNobodyPlayed() throws IOException {
    federation = found(new Sampling.Count(2), Schedule.ONE_STAGE);
    Draw planned =
        new PlannedDraw(
                federation.state().federation(), 0, federation.state().created().model(), 1, 0, 2)
            .of(federation.spec.plan(), federation.state().participants().values());
    open(new Draw(planned.threshold(), 3));
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(federation.round().id(), AbortReason.COORDINATOR));
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.notes())
        .anySatisfy(n -> assertThat(n).contains("opened for 3 members, and its draw makes 2"));
  }

  private void playTwoStages() throws IOException {
    federation =
        found(
            new Sampling.Everybody(),
            new Schedule(List.of(new Schedule.LaterStage(60, 2)), Optional.empty()));
    open(Draw.everybody(3), new StageTerms(60, 2));
    for (SigningKey participant : federation.participants) {
      federation.commit(participant, 10, 0.1f);
    }
    federation.closeCommits();
    List<Path> updates = new ArrayList<>();
    updates.add(federation.commit(federation.participants.get(0), 10, 0.1f));
    updates.add(federation.commit(federation.participants.get(1), 20, 0.2f));
    federation.passSeconds(61);
    federation.closeCommits();
    publish(updates);
  }

  private void playDrawn(int count) throws IOException {
    federation = found(new Sampling.Count(count), Schedule.ONE_STAGE);
    open(
        new PlannedDraw(
                federation.state().federation(), 0, federation.state().created().model(), 1, 0, 2)
            .of(federation.spec.plan(), federation.state().participants().values()));
    Round round = federation.round();
    List<Path> updates = new ArrayList<>();
    for (SigningKey participant : federation.participants) {
      if (round.drawn().contains(participant.address())) {
        updates.add(federation.commit(participant, 10, 0.1f));
      }
    }
    federation.closeCommits();
    publish(updates);
  }

  private SmallFederation found(Sampling sampling, Schedule schedule) throws IOException {
    return new SmallFederation(
        Files.createTempDirectory(folder, "federation"),
        new PlanTerms(
            new FedAvg(1),
            new Training(0.1, 0, 4, 1, Training.Unit.EPOCHS),
            1_000,
            OptionalDouble.empty(),
            sampling,
            schedule));
  }

  private void open(Draw draw, StageTerms... later) {
    byte[] plan = SpecJson.write(federation.plan());
    federation.open(
        OpeningBuilder.of(federation.opening(Digest.ofContent(plan), plan.length, 1_000))
            .stages(later)
            .draw(draw)
            .build());
  }

  private void publish(List<Path> updates) throws IOException {
    for (Path update : updates) {
      federation.store(update);
    }
    Path out = folder.resolve("model");
    federation.publish(out, federation.compute(out).decision());
  }

  private AuditReport audit(LedgerReader ledger) throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    return new Audit(ledger, federation.store, work, _ -> {}).run(0, _ -> true);
  }
}
