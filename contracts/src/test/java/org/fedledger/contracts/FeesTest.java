package org.fedledger.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeesTest {

  private static final Fees FLAT = new Fees.Flat(BigInteger.valueOf(800));
  private static final Fees CAPPED =
      new Fees.Capped(BigInteger.valueOf(80), BigInteger.valueOf(800));

  @Test
  void shouldOfferATenthMoreEachTimeAndNoMoreThanSomeTimesWhatIsAskedFor() {
    for (Fees asked : new Fees[] {FLAT, CAPPED}) {
      int offers = 1;
      Fees offered = asked;
      for (Optional<Fees> more = asked.above(offered);
          more.isPresent();
          more = asked.above(offered)) {
        assertThat(more.get().most().doubleValue() / offered.most().doubleValue())
            .isBetween(1.1, 1.14);
        offered = more.get();
        offers++;
        assertThat(offers).isLessThan(30);
      }
      assertThat(offered.most()).isBetween(BigInteger.valueOf(5_600), BigInteger.valueOf(6_400));
    }
  }

  @Test
  void shouldOfferWhatIsAskedForWhereThatHasBecomeMuchMore() {
    Fees before = new Fees.Flat(BigInteger.TEN);
    assertThat(FLAT.above(before)).contains(FLAT);
    assertThat(CAPPED.above(before)).contains(CAPPED);
  }

  @Test
  void shouldOfferNothingWhereGasCostsNothing() {
    Fees nothing = new Fees.Flat(BigInteger.ZERO);
    assertThat(nothing.above(nothing)).isEmpty();
  }
}
