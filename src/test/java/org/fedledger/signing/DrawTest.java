package org.fedledger.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HexFormat;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;

class DrawTest {

  private static final FederationId FEDERATION = FederationId.of("0x" + "f0".repeat(32));
  private static final Digest BASE = Digest.of("0x" + "b0".repeat(32));
  private static final Address PARTICIPANT = Address.of("0x" + "a0".repeat(20));

  @Test
  void shouldHashWhatTheMemberCannotChoose() {
    byte[] packed =
        HexFormat.of()
            .parseHex("f0".repeat(32) + "b0".repeat(32) + "0000000000000102" + "a0".repeat(20));

    assertThat(Draw.hash(FEDERATION, BASE, 258, PARTICIPANT))
        .isEqualTo(new BigInteger(1, Digest.ofContent(packed).bytes()));
  }

  @Test
  void shouldDrawThoseBelowTheThreshold() {
    BigInteger hash = Draw.hash(FEDERATION, BASE, 1, PARTICIPANT);

    assertThat(includes(hash)).isFalse();
    assertThat(includes(hash.add(BigInteger.ONE))).isTrue();
    assertThat(includes(BigInteger.ZERO)).isFalse();
  }

  @Test
  void shouldDrawEverybodyWhateverTheHash() {
    assertThat(Draw.everybody(3).everybody()).isTrue();
    assertThat(Draw.everybody(3).includes(FEDERATION, BASE, 1, PARTICIPANT)).isTrue();
    assertThat(new Draw(Draw.EVERYBODY.subtract(BigInteger.ONE), 3).everybody()).isFalse();
  }

  private static boolean includes(BigInteger threshold) {
    return new Draw(threshold, 1).includes(FEDERATION, BASE, 1, PARTICIPANT);
  }
}
