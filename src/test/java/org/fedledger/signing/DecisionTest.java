package org.fedledger.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.fedledger.crypto.Keccak256;
import org.junit.jupiter.api.Test;

class DecisionTest {

  private static final Decision DECISION =
      Decision.of(
          300,
          List.of(299, 0, 7, 256),
          List.of(new Rejection(257, Reason.NORM), new Rejection(3, Reason.MISSING)));

  @Test
  void shouldPackAndHashAsSolidityDoes() {
    String words =
        word("40") // where the words begin
            + word("a0") // where the packed rejections begin
            + word("2")
            + word("81")
            + word("80000000001") // bits 256 - 256 and 299 - 256
            + word("6")
            + "000301"
            + "01010c"
            + "00".repeat(26);

    assertThat(HexFormat.of().formatHex(DECISION.packedRejections())).isEqualTo("00030101010c");
    assertThat(DECISION.digest())
        .isEqualTo(new DecisionDigest(Keccak256.hash(HexFormat.of().parseHex(words))));
  }

  @Test
  void shouldHashADecisionWithoutRejectionsAsSolidityDoes() {
    String words = word("40") + word("80") + word("1") + "8" + "0".repeat(63) + word("0");

    assertThat(Decision.of(256, List.of(255), List.of()).digest())
        .isEqualTo(new DecisionDigest(Keccak256.hash(HexFormat.of().parseHex(words))));
  }

  @Test
  void shouldTellWhomItAccepts() {
    assertThat(DECISION.acceptedIndexes()).containsExactly(0, 7, 256, 299);
    assertThat(DECISION.accepts(299)).isTrue();
    assertThat(DECISION.accepts(1)).isFalse();
    assertThat(DECISION.accepts(4095)).isFalse();
  }

  @Property
  void shouldDecodeWhatItPacked(
      @ForAll @Size(max = 40) Set<@IntRange(max = 4095) Integer> accepted,
      @ForAll @Size(max = 40) Set<@IntRange(max = 4095) Integer> rejected) {
    Decision decision =
        Decision.of(
            4096,
            accepted,
            rejected.stream().map(index -> new Rejection(index, 1 + index % 255)).toList());

    assertThat(Decision.decode(decision.accepted(), decision.packedRejections()))
        .isEqualTo(decision);
    assertThat(decision.acceptedIndexes())
        .containsExactlyElementsOf(accepted.stream().sorted().toList());
  }

  @Test
  void shouldRefuseOtherForms() {
    assertRefused(() -> decode("0003"), "multiple of 3");
    assertRefused(() -> decode("000300"), "reason is from 1 to 255, not 0");
    assertRefused(() -> new Rejection(0, Reason.UNKNOWN), "reason is from 1 to 255, not 0");
    assertRefused(() -> new Rejection(0, 256), "reason is from 1 to 255, not 256");
    assertRefused(() -> decode("100001"), "index is from 0 to 4095, not 4096");
    assertRefused(() -> decode("000301000301"), "3 follows 3");
    assertRefused(() -> decode("000301000201"), "2 follows 3");
    assertRefused(() -> new Decision(List.of(BigInteger.TWO.pow(256)), List.of()), "2^256-1");
    assertRefused(() -> new Decision(List.of(BigInteger.ONE.negate()), List.of()), "2^256-1");
    assertRefused(
        () ->
            new Decision(IntStream.range(0, 17).mapToObj(i -> BigInteger.ZERO).toList(), List.of()),
        "at most 16");
    assertRefused(() -> Decision.of(0, List.of(), List.of()), "members");
    assertRefused(() -> Decision.of(4097, List.of(), List.of()), "members");
    assertRefused(() -> Decision.of(2, List.of(2), List.of()), "accepted index");
    assertRefused(() -> Decision.of(2, List.of(-1), List.of()), "accepted index");
  }

  /** The contract takes any code, and no aggregator may stop those who read it. */
  @Test
  void shouldKeepReasonsThatItDoesNotKnow() {
    Decision decision = decode("00030d0004ff");

    assertThat(decision.rejections()).extracting(Rejection::reason).containsOnly(Reason.UNKNOWN);
    assertThat(HexFormat.of().formatHex(decision.packedRejections())).isEqualTo("00030d0004ff");
  }

  @Test
  void shouldFindEveryReasonByItsCode() {
    assertThat(Reason.values()).extracting(Reason::code).startsWith(0, 1, 2, 3).hasSize(13);
    for (Reason reason : Reason.values()) {
      assertThat(Reason.ofCode(reason.code())).isEqualTo(reason);
    }
  }

  private static Decision decode(String rejections) {
    return Decision.decode(List.of(), HexFormat.of().parseHex(rejections));
  }

  private static void assertRefused(Runnable construction, String why) {
    assertThatThrownBy(construction::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static String word(String hex) {
    return "0".repeat(64 - hex.length()) + hex;
  }
}
