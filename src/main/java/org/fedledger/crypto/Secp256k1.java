package org.fedledger.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.fedledger.types.Address;

/** The curve of Ethereum's signatures (SEC 2, 2.4.1), and numbers as its 32-byte words. */
final class Secp256k1 {

  static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  static final BigInteger N = CURVE.getN();
  static final BigInteger HALF_N = N.shiftRight(1);
  static final int WORD = 32;

  private Secp256k1() {}

  static BigInteger number(byte[] bigEndian) {
    return new BigInteger(1, bigEndian);
  }

  /** The number, below 2^256 and not negative, as 32 big-endian bytes. */
  static byte[] word(BigInteger number) {
    byte[] twosComplement = number.toByteArray();
    byte[] word = new byte[WORD];
    int length = Math.min(twosComplement.length, WORD);
    System.arraycopy(twosComplement, twosComplement.length - length, word, WORD - length, length);
    return word;
  }

  static boolean isScalar(BigInteger number) {
    return number.signum() > 0 && number.compareTo(N) < 0;
  }

  /** factor * G, normalised; the time does not depend on the factor's leading zeros. */
  static ECPoint multiplyGenerator(BigInteger factor) {
    return new FixedPointCombMultiplier().multiply(CURVE.getG(), factor).normalize();
  }

  /** The last 20 bytes of the Keccak-256 of both coordinates (Yellow Paper, appendix F). */
  static Address address(ECPoint publicKey) {
    byte[] encoded = publicKey.normalize().getEncoded(false);
    byte[] hash = Keccak256.hash(Arrays.copyOfRange(encoded, 1, encoded.length));
    return new Address(
        Arrays.copyOfRange(hash, Keccak256.LENGTH - Address.LENGTH, Keccak256.LENGTH));
  }

  static void requireHash(byte[] hash) {
    if (hash.length != WORD) {
      throw new IllegalArgumentException(
          "a signature is over a hash of 32 bytes, not %d; hash the message first"
              .formatted(hash.length));
    }
  }
}
