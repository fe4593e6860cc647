package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageTermsTest {

  private static final StageTerms LARGEST = new StageTerms(0xffff_ffffL, 0xffff);

  @Test
  void shouldPackStagesFromTheLowestBits() {
    assertThat(StageTerms.pack(List.of())).isZero();
    assertThat(StageTerms.pack(List.of(new StageTerms(1, 2), new StageTerms(3, 4))).toString(16))
        .isEqualTo("30004" + "000000010002");
  }

  @Test
  void shouldUnpackWhatItPacked() {
    for (int count = 0; count <= StageTerms.MAX; count++) {
      List<StageTerms> stages = Collections.nCopies(count, LARGEST);
      assertThat(StageTerms.unpack(StageTerms.pack(stages))).isEqualTo(stages);
    }
  }

  @Test
  void shouldUnpackNothingElse() {
    assertNone(BigInteger.ONE.shiftLeft(240));
    assertNone(BigInteger.valueOf(-1));
    assertNone(BigInteger.valueOf(7));
    assertNone(BigInteger.valueOf(7L << 16));
    assertNone(StageTerms.pack(List.of(LARGEST)).shiftLeft(48));
  }

  private static void assertNone(BigInteger packed) {
    assertThatThrownBy(() -> StageTerms.unpack(packed))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseWhatDoesNotFit() {
    assertThatThrownBy(() -> new StageTerms(0, 1)).hasMessageContaining("seconds");
    assertThatThrownBy(() -> new StageTerms(1L << 32, 1)).hasMessageContaining("seconds");
    assertThatThrownBy(() -> new StageTerms(1, 0)).hasMessageContaining("threshold");
    assertThatThrownBy(() -> new StageTerms(1, 0x1_0000)).hasMessageContaining("threshold");
    assertThatThrownBy(() -> StageTerms.pack(Collections.nCopies(6, LARGEST)))
        .hasMessageContaining("at most 5");
  }
}
