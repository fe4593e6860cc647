package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import org.fedledger.signing.Draw;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;

class RoundOpeningTest {

  private static final RoundOpening OPENING =
      new RoundOpening(
          Digest.ofContent(new byte[] {1}),
          1,
          0,
          Digest.ofContent(new byte[] {2}),
          Digest.NONE,
          1_000,
          StageTerms.pack(List.of(new StageTerms(20, 2), new StageTerms(30, 2))),
          50,
          40,
          10,
          3,
          Draw.EVERYBODY,
          4,
          1);

  @Test
  void saysWhenEachDeadlineIsAtTheLatest() {
    assertThat(OPENING.latestDeadline(0)).isEqualTo(1_020);
    assertThat(OPENING.latestDeadline(1)).isEqualTo(1_050);
    assertThat(OPENING.latestDeadline(2)).as("reveal").isEqualTo(1_100);
    assertThat(OPENING.latestPublication(1)).isEqualTo(1_140);
    assertThat(OPENING.latestPublication(3)).isEqualTo(1_100 + 3 * 40 + 2 * 10);
    RoundOpening single = OpeningBuilder.of(OPENING).packedStages(BigInteger.ZERO).build();
    assertThat(single.latestDeadline(0)).isEqualTo(1_050);
  }

  @Test
  void takesNoNumberThatNoLedgerHolds() {
    OpeningBuilder negative = OpeningBuilder.of(OPENING).windows(1, 1, -1);
    assertThatThrownBy(negative::build).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(OpeningBuilder.of(OPENING).attempts(-1)::build)
        .isInstanceOf(IllegalArgumentException.class);
  }
}
