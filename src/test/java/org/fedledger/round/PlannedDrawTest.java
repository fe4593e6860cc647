package org.fedledger.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.fedledger.signing.Draw;
import org.fedledger.spec.Sampling;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;

class PlannedDrawTest {

  private static final FederationId FEDERATION = FederationId.of("0x" + "0f".repeat(32));
  private static final Digest BASE = Digest.ofContent(new byte[] {1});
  private static final PlannedDraw PLANNED = new PlannedDraw(FEDERATION, BASE, 7);

  private static List<Address> members(int count) {
    List<Address> members = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      members.add(Address.of("0x%040x".formatted(i)));
    }
    return members;
  }

  private static long included(Draw draw, List<Address> members) {
    return members.stream().filter(m -> draw.includes(FEDERATION, BASE, 7, m)).count();
  }

  @Test
  void drawsEverybodyWhereThePlanSaysNothing() {
    Draw draw = PLANNED.of(new Sampling.Everybody(), members(5));
    assertThat(draw).isEqualTo(Draw.everybody(5));
  }

  @Test
  void drawsJustSoMany() {
    List<Address> members = members(100);
    for (int count : List.of(1, 2, 50, 99)) {
      Draw draw = PLANNED.of(new Sampling.Count(count), members);
      assertThat(draw.drawn()).isEqualTo(count);
      assertThat(included(draw, members)).isEqualTo(count);
      assertThat(draw.everybody()).isFalse();
    }
  }

  @Test
  void drawsEverybodyWhereThereAreNoMoreThanAskedFor() {
    assertThat(PLANNED.of(new Sampling.Count(3), members(3))).isEqualTo(Draw.everybody(3));
    assertThat(PLANNED.of(new Sampling.Count(9), members(3))).isEqualTo(Draw.everybody(3));
  }

  @Test
  void drawsAShareByItsThresholdAlone() {
    Draw half = PLANNED.of(new Sampling.Share(0.5), members(1_000));
    assertThat(half.threshold()).isEqualTo(BigInteger.ONE.shiftLeft(255));
    assertThat(half.drawn()).isBetween(440L, 560L).isEqualTo(included(half, members(1_000)));
    assertThat(PLANNED.of(new Sampling.Share(0.1), members(1)).threshold())
        .as("the binary number nearest to 0.1, rounded down")
        .isEqualTo(BigInteger.valueOf(0x1999999999999AL).shiftLeft(256 - 56));
  }

  @Test
  void dependsOnNoOrderAndOnNothingThatMembersChoose() {
    List<Address> members = members(10);
    List<Address> reversed = new ArrayList<>(members);
    Collections.reverse(reversed);
    Sampling two = new Sampling.Count(2);
    assertThat(PLANNED.of(two, reversed)).isEqualTo(PLANNED.of(two, members));
    assertThat(new PlannedDraw(FEDERATION, BASE, 8).of(two, members))
        .isNotEqualTo(PLANNED.of(two, members));
  }
}
