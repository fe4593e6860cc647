package org.fedledger.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

class RandomnessTest {

  private static final FederationId FEDERATION =
      new FederationId(Digest.ofContent(new byte[] {1}).bytes());
  private static final Address AUTHOR = Address.of("0x" + "a1".repeat(20));
  private static final RoundId ROUND = RoundId.of("0x" + "22".repeat(32));
  private static final Randomness RANDOMNESS = new Randomness(Digest.ofContent(new byte[] {7}));

  @Test
  void shouldDrawOtherwiseForAnotherSeedFederationVersionAndParticipant() {
    Address other = Address.of("0x" + "a2".repeat(20));
    Randomness seeded = new Randomness(Digest.ofContent(new byte[] {8}));
    var elsewhere = new FederationId(Digest.ofContent(new byte[] {9}).bytes());
    assertThat(
            List.of(
                RANDOMNESS.training(FEDERATION, 0, AUTHOR).key(),
                RANDOMNESS.training(FEDERATION, 1, AUTHOR).key(),
                RANDOMNESS.training(FEDERATION, 0, other).key(),
                RANDOMNESS.training(elsewhere, 0, AUTHOR).key(),
                seeded.training(FEDERATION, 0, AUTHOR).key()))
        .doesNotHaveDuplicates();
    assertThat(RANDOMNESS.training(FEDERATION, 1, AUTHOR).key())
        .isEqualTo(RANDOMNESS.training(FEDERATION, 1, AUTHOR).key());
    assertThat(RANDOMNESS.nonce(ROUND, AUTHOR))
        .isEqualTo(RANDOMNESS.nonce(ROUND, AUTHOR))
        .isNotEqualTo(RANDOMNESS.nonce(ROUND, other))
        .isNotEqualTo(seeded.nonce(ROUND, AUTHOR));
  }

  @Test
  void shouldGiveTheNumbersOfASeedAtEveryCall() {
    TrainingSeed seed = RANDOMNESS.training(FEDERATION, 0, AUTHOR);
    assertThat(seed.generator().longs(9).toArray())
        .isEqualTo(seed.generator().longs(9).toArray())
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldKeepSeedsOutOfLogs() {
    TrainingSeed seed = RANDOMNESS.training(FEDERATION, 0, AUTHOR);
    assertThat(seed.toString()).doesNotContain(seed.key().hex());
    assertThat(RANDOMNESS.toString()).doesNotContain(RANDOMNESS.seed().hex());
  }
}
