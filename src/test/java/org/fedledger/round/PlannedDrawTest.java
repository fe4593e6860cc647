package org.fedledger.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.rule.FedAvg;
import org.fedledger.rule.Krum;
import org.fedledger.rule.Rule;
import org.fedledger.signing.Draw;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.Sampling;
import org.fedledger.spec.Schedule;
import org.fedledger.spec.Training;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;

class PlannedDrawTest {

  private static final FederationId FEDERATION = FederationId.of("0x" + "0f".repeat(32));
  private static final Digest BASE = Digest.ofContent(new byte[] {1});
  private static final PlannedDraw PLANNED = new PlannedDraw(FEDERATION, 6, BASE, 7, 9, 1);

  private static List<ParticipantRecord> members(int count) {
    return members(count, 1);
  }

  private static List<ParticipantRecord> members(int count, long fromRound) {
    List<ParticipantRecord> members = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      members.add(
          ParticipantRecord.admitted(
              Address.of("0x%040x".formatted(1_000 * fromRound + i)), i, fromRound, 0));
    }
    return members;
  }

  private static PlanTerms terms(Sampling sampling) {
    return terms(new FedAvg(1), sampling);
  }

  private static PlanTerms terms(Rule rule, Sampling sampling, Schedule.LaterStage... later) {
    return new PlanTerms(
        rule,
        new Training(0.1, 0, 4, 1, Training.Unit.EPOCHS),
        1_000,
        OptionalDouble.empty(),
        sampling,
        new Schedule(List.of(later), Optional.empty()));
  }

  private static long included(Draw draw, List<ParticipantRecord> members) {
    return members.stream().filter(m -> draw.includes(FEDERATION, BASE, 7, m.address())).count();
  }

  @Test
  void drawsNobodyWhoWasAdmittedWhenTheBaseCouldBeKnown() {
    List<ParticipantRecord> members = new ArrayList<>(members(10, 9));
    Draw before = PLANNED.of(terms(new Sampling.Count(3)), members);
    Draw share = PLANNED.of(terms(new Sampling.Share(0.5)), members);
    members.addAll(members(100, 10));

    assertThat(PLANNED.of(terms(new Sampling.Count(3)), members)).isEqualTo(before);
    assertThat(PLANNED.of(terms(new Sampling.Share(0.5)), members)).isEqualTo(share);
    Draw allThere = PLANNED.of(terms(new Sampling.Count(50)), members);
    assertThat(allThere.drawn()).isEqualTo(10);
    assertThat(allThere.everybody()).isFalse();
    assertThat(
            new PlannedDraw(FEDERATION, 6, BASE, 7, 0, 1)
                .of(terms(new Sampling.Count(50)), members))
        .as("on version 0 nobody is left out")
        .extracting(Draw::drawn)
        .isEqualTo(50L);
  }

  @Test
  void drawsEverybodyOnAVersionThatIsNotTheLast() {
    assertThat(
            new PlannedDraw(FEDERATION, 3, BASE, 7, 9, 1)
                .of(terms(new Sampling.Count(2)), members(5)))
        .isEqualTo(Draw.everybody(5));
  }

  @Test
  void drawsEverybodyWhereThePlanSaysNothing() {
    Draw draw = PLANNED.of(terms(new Sampling.Everybody()), members(5));
    assertThat(draw).isEqualTo(Draw.everybody(5));
  }

  @Test
  void drawsJustSoMany() {
    List<ParticipantRecord> members = members(100);
    for (int count : List.of(1, 2, 50, 99)) {
      Draw draw = PLANNED.of(terms(new Sampling.Count(count)), members);
      assertThat(draw.drawn()).isEqualTo(count);
      assertThat(included(draw, members)).isEqualTo(count);
      assertThat(draw.everybody()).isFalse();
    }
  }

  @Test
  void drawsEverybodyWhereThereAreNoMoreThanAskedFor() {
    assertThat(PLANNED.of(terms(new Sampling.Count(3)), members(3))).isEqualTo(Draw.everybody(3));
    assertThat(PLANNED.of(terms(new Sampling.Count(9)), members(3))).isEqualTo(Draw.everybody(3));
  }

  @Test
  void drawsAShareByItsThresholdAlone() {
    Draw half = PLANNED.of(terms(new Sampling.Share(0.5)), members(1_000));
    assertThat(half.threshold()).isEqualTo(BigInteger.ONE.shiftLeft(255));
    assertThat(half.drawn()).isBetween(440L, 560L).isEqualTo(included(half, members(1_000)));
    assertThat(PLANNED.of(terms(new Sampling.Share(0.1)), members(1_000)).threshold())
        .as("the binary number nearest to 0.1, rounded down")
        .isEqualTo(BigInteger.valueOf(0x1999999999999AL).shiftLeft(256 - 56));
  }

  @Test
  void dependsOnNoOrderAndOnNothingThatMembersChoose() {
    List<ParticipantRecord> members = members(10);
    List<ParticipantRecord> reversed = new ArrayList<>(members);
    Collections.reverse(reversed);
    PlanTerms two = terms(new Sampling.Count(2));
    assertThat(PLANNED.of(two, reversed)).isEqualTo(PLANNED.of(two, members));
    assertThat(new PlannedDraw(FEDERATION, 7, BASE, 8, 9, 1).of(two, members))
        .isNotEqualTo(PLANNED.of(two, members));
  }

  /** The same base draws the same members for ever, so that too few would end a federation. */
  @Test
  void drawsNoFewerThanARoundTakes() {
    List<ParticipantRecord> members = members(10);
    Sampling hardlyAnybody = new Sampling.Share(1e-9);
    PlannedDraw ofThree = new PlannedDraw(FEDERATION, 6, BASE, 7, 9, 3);
    for (PlanTerms fewer : List.of(terms(hardlyAnybody), terms(new Sampling.Count(1)))) {
      Draw draw = ofThree.of(fewer, members);
      assertThat(draw).isEqualTo(ofThree.of(terms(new Sampling.Count(3)), members));
      assertThat(draw.drawn()).isEqualTo(3).isEqualTo(included(draw, members));
    }
    assertThat(ofThree.of(terms(new Krum(1), hardlyAnybody), members).drawn())
        .as("what the rule takes")
        .isEqualTo(new Krum(1).fewest());
    assertThat(
            ofThree
                .of(
                    terms(
                        new FedAvg(1),
                        hardlyAnybody,
                        new Schedule.LaterStage(60, 4),
                        new Schedule.LaterStage(60, 2)),
                    members)
                .drawn())
        .as("what a later stage takes")
        .isEqualTo(4);
  }

  @Test
  void drawsEverybodyWhereItMayFallOnFewerThanARoundTakes() {
    List<ParticipantRecord> members = new ArrayList<>(members(2, 9));
    members.addAll(members(3, 10));
    PlannedDraw ofThree = new PlannedDraw(FEDERATION, 6, BASE, 7, 9, 3);
    assertThat(ofThree.of(terms(new Sampling.Count(2)), members)).isEqualTo(Draw.everybody(5));
    assertThat(ofThree.of(terms(new Sampling.Share(0.5)), members)).isEqualTo(Draw.everybody(5));
  }
}
