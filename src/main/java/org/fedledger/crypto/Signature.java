package org.fedledger.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.fedledger.types.Address;

/**
 * A recoverable secp256k1 signature: r, s (32 big-endian bytes each) and v (27 or 28).
 *
 * <p>Only the form with s in the lower half of its range (EIP-2) can exist, so nobody can turn a
 * signature into a second one for the same hash. A signature proves nothing by itself; it is what
 * {@link #recover} gives that counts.
 */
public final class Signature {

  /** Bytes of r, s and v together. */
  public static final int LENGTH = 65;

  private static final int V_EVEN = 27;

  /** Who made a signature, if it is one for this hash. */
  private record Answer(byte[] hash, Optional<Address> signer) {

    boolean isFor(byte[] other) {
      return Arrays.equals(hash, other);
    }
  }

  private final byte[] value;

  /** The last one, since several who check a record ask the same; null before the first. */
  private volatile Answer answer;

  /**
   * Reads r || s || v.
   *
   * @throws IllegalArgumentException unless there are 65 bytes, r lies between 1 and the order of
   *     the curve minus 1, s between 1 and half the order, and v is 27 or 28
   */
  public Signature(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException(
          "a signature takes 65 bytes (r, s, v), not %d".formatted(value.length));
    }
    this.value = value.clone();
    if (!Secp256k1.isScalar(r())) {
      throw new IllegalArgumentException("a signature's r lies outside 1 to the order minus 1");
    }
    if (s().signum() == 0 || s().compareTo(Secp256k1.HALF_N) > 0) {
      throw new IllegalArgumentException(
          "a signature's s lies outside 1 to half the order; only the low form is accepted");
    }
    int v = value[LENGTH - 1] & 0xff;
    if (v != V_EVEN && v != V_EVEN + 1) {
      throw new IllegalArgumentException("a signature's v is 27 or 28, not %d".formatted(v));
    }
  }

  /**
   * Reads the text form, {@code 0x} and 130 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text, and as the constructor does
   */
  public static Signature of(String text) {
    if (!text.matches("0x[0-9a-f]{130}")) {
      throw new IllegalArgumentException("a signature is 0x and 130 lower-case hex digits");
    }
    return new Signature(HexFormat.of().parseHex(text, 2, text.length()));
  }

  static Signature of(BigInteger r, BigInteger s, boolean oddY) {
    byte[] value = Arrays.copyOf(Secp256k1.word(r), LENGTH);
    System.arraycopy(Secp256k1.word(s), 0, value, Secp256k1.WORD, Secp256k1.WORD);
    value[LENGTH - 1] = (byte) (oddY ? V_EVEN + 1 : V_EVEN);
    return new Signature(value);
  }

  /**
   * The address whose key signed this hash (SEC 1, 4.1.6), as the contract's {@code ecrecover}
   * finds it; empty where no key can have made this signature. Any other hash gives another
   * address, not an error: compare the result with whoever should have signed.
   *
   * @throws IllegalArgumentException unless the hash has 32 bytes
   */
  public Optional<Address> recover(byte[] hash) {
    Secp256k1.requireHash(hash);
    Answer known = answer;
    if (known == null || !known.isFor(hash)) {
      known = new Answer(hash.clone(), signer(hash));
      answer = known;
    }
    return known.signer();
  }

  private Optional<Address> signer(byte[] hash) {
    return noncePoint()
        .map(
            point -> {
              BigInteger inverse = r().modInverse(Secp256k1.N);
              BigInteger e = Secp256k1.number(hash);
              return ECAlgorithms.sumOfTwoMultiplies(
                  Secp256k1.CURVE.getG(),
                  e.negate().multiply(inverse).mod(Secp256k1.N),
                  point,
                  s().multiply(inverse).mod(Secp256k1.N));
            })
        .filter(publicKey -> !publicKey.isInfinity())
        .map(Secp256k1::address);
  }

  /** The point with x = r and the parity that v tells; empty if the curve has none. */
  private Optional<ECPoint> noncePoint() {
    byte[] compressed = new byte[1 + Secp256k1.WORD];
    compressed[0] = (byte) (value[LENGTH - 1] == V_EVEN ? 2 : 3);
    System.arraycopy(value, 0, compressed, 1, Secp256k1.WORD);
    try {
      return Optional.of(Secp256k1.CURVE.getCurve().decodePoint(compressed));
    } catch (IllegalArgumentException noSuchPoint) {
      return Optional.empty();
    }
  }

  private BigInteger r() {
    return Secp256k1.number(Arrays.copyOf(value, Secp256k1.WORD));
  }

  private BigInteger s() {
    return Secp256k1.number(Arrays.copyOfRange(value, Secp256k1.WORD, 2 * Secp256k1.WORD));
  }

  /** A copy of the 65 bytes r || s || v. */
  public byte[] bytes() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** The text form. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(value);
  }
}
