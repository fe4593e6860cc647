package org.fedledger.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SignatureTest {

  private static final byte[] HASH = Keccak256.hash(new byte[] {1});
  private static final SigningKey KEY = SigningKey.fromSecret(Keccak256.hash(new byte[] {2}));
  private static final Signature SIGNATURE = KEY.sign(HASH);

  @Test
  void shouldReadItsOwnText() {
    assertThat(Signature.of(SIGNATURE.toString())).isEqualTo(SIGNATURE);
  }

  @Test
  void shouldRefuseTheHighForm() {
    BigInteger high = Secp256k1.N.subtract(new BigInteger(1, part(SIGNATURE, 32)));
    byte[] twin = replaced(SIGNATURE.bytes(), 32, Secp256k1.word(high));
    twin[64] ^= 27 ^ 28;

    assertThatThrownBy(() -> new Signature(twin))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("low form");
  }

  @Test
  void shouldRefuseNumbersOutsideTheirRange() {
    byte[] zero = new byte[32];
    byte[] order = Secp256k1.word(Secp256k1.N);
    byte[] aboveHalf = Secp256k1.word(Secp256k1.HALF_N.add(BigInteger.ONE));

    assertRefused(replaced(SIGNATURE.bytes(), 0, zero), "r lies outside");
    assertRefused(replaced(SIGNATURE.bytes(), 0, order), "r lies outside");
    assertRefused(replaced(SIGNATURE.bytes(), 32, zero), "s lies outside");
    assertRefused(replaced(SIGNATURE.bytes(), 32, aboveHalf), "s lies outside");
    assertRefused(replaced(SIGNATURE.bytes(), 64, new byte[] {0}), "v is 27 or 28, not 0");
    assertRefused(replaced(SIGNATURE.bytes(), 64, new byte[] {29}), "v is 27 or 28, not 29");
    assertRefused(new byte[64], "65 bytes");
  }

  @Test
  void shouldTakeTheLargestLowS() {
    byte[] half = replaced(SIGNATURE.bytes(), 32, Secp256k1.word(Secp256k1.HALF_N));

    assertThat(new Signature(half).bytes()).isEqualTo(half);
  }

  @Test
  void shouldRefuseOtherTexts() {
    String text = SIGNATURE.toString();

    for (String wrong :
        new String[] {"", text.substring(2), text.toUpperCase(), text + "00", text + "\n"}) {
      assertThatThrownBy(() -> Signature.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldRecoverNobodyWhereRIsNoPointsX() {
    BigInteger x = BigInteger.valueOf(5); // 5^3 + 7 is no square modulo the field's prime
    byte[] value = replaced(SIGNATURE.bytes(), 0, Secp256k1.word(x));

    assertThat(new Signature(value).recover(HASH)).isEmpty();
  }

  @Test
  void shouldRecoverNobodyAtThePointAtInfinity() {
    // r = x(G), s = e gives Q = r^-1 (eG - eG).
    BigInteger x = Secp256k1.CURVE.getG().normalize().getAffineXCoord().toBigInteger();
    boolean odd = Secp256k1.CURVE.getG().normalize().getAffineYCoord().testBitZero();
    BigInteger e = BigInteger.valueOf(7);

    assertThat(Signature.of(x, e, odd).recover(Secp256k1.word(e))).isEmpty();
  }

  @Property(tries = 130)
  void shouldNeverRecoverTheSignerAfterAChange(
      @ForAll @IntRange(max = 64) int position, @ForAll @IntRange(max = 7) int bit) {
    byte[] changed = SIGNATURE.bytes();
    changed[position] ^= (byte) (1 << bit);
    try {
      assertThat(new Signature(changed).recover(HASH)).isNotEqualTo(Optional.of(KEY.address()));
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("a signature's");
    }
  }

  @Test
  void shouldRecoverAnotherFromAnotherHash() {
    assertThat(SIGNATURE.recover(Keccak256.hash(new byte[] {3}))).isNotEmpty();
    assertThat(SIGNATURE.recover(Keccak256.hash(new byte[] {3})))
        .isNotEqualTo(SIGNATURE.recover(HASH));
  }

  private static void assertRefused(byte[] value, String why) {
    assertThatThrownBy(() -> new Signature(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static byte[] part(Signature signature, int from) {
    return Arrays.copyOfRange(signature.bytes(), from, from + 32);
  }

  private static byte[] replaced(byte[] value, int at, byte[] by) {
    System.arraycopy(by, 0, value, at, by.length);
    return value;
  }
}
