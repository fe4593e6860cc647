package org.fedledger.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.fedledger.types.Address;

/**
 * A secp256k1 private key. It shows its secret only through {@link #revealSecret()}.
 *
 * <p>The same key and hash always give the same signature. The arithmetic is not guarded against an
 * observer of its timing on the same machine.
 */
public final class SigningKey {

  /** Bytes of a secret. */
  public static final int LENGTH = 32;

  private final BigInteger secret;
  private final Address address;

  private SigningKey(BigInteger secret) {
    this.secret = secret;
    this.address = Secp256k1.address(Secp256k1.multiplyGenerator(secret));
  }

  /** A new key, uniform over all of them if the random bytes are. */
  public static SigningKey generate(SecureRandom random) {
    byte[] candidate = new byte[LENGTH];
    BigInteger secret;
    do {
      random.nextBytes(candidate);
      secret = Secp256k1.number(candidate);
    } while (!Secp256k1.isScalar(secret));
    return new SigningKey(secret);
  }

  /**
   * The key with this secret, 32 big-endian bytes.
   *
   * @throws IllegalArgumentException unless the secret is from 1 to the order of the curve minus 1;
   *     the message does not repeat it
   */
  public static SigningKey fromSecret(byte[] secret) {
    if (secret.length != LENGTH) {
      throw new IllegalArgumentException(
          "a private key takes 32 bytes, not %d".formatted(secret.length));
    }
    BigInteger number = Secp256k1.number(secret);
    if (!Secp256k1.isScalar(number)) {
      throw new IllegalArgumentException(
          "a private key lies between 1 and the order of secp256k1 minus 1; this one does not");
    }
    return new SigningKey(number);
  }

  /** The address that signatures of this key recover to. */
  public Address address() {
    return address;
  }

  /** The secret, 32 big-endian bytes, for writing a key file and nothing else. */
  public byte[] revealSecret() {
    return Secp256k1.word(secret);
  }

  /**
   * Signs a hash: ECDSA with the nonce of RFC 6979 (HMAC-SHA-256), s in the lower half of its range
   * (EIP-2), and the recovery id.
   *
   * @throws IllegalArgumentException unless the hash has 32 bytes
   */
  public Signature sign(byte[] hash) {
    Secp256k1.requireHash(hash);
    BigInteger e = Secp256k1.number(hash);
    HMacDSAKCalculator nonces = new HMacDSAKCalculator(new SHA256Digest());
    nonces.init(Secp256k1.N, secret, hash);
    while (true) {
      BigInteger k = nonces.nextK();
      ECPoint point = Secp256k1.multiplyGenerator(k);
      BigInteger r = point.getAffineXCoord().toBigInteger();
      BigInteger s = k.modInverse(Secp256k1.N).multiply(e.add(secret.multiply(r))).mod(Secp256k1.N);
      // RFC 6979, 3.2 h: take the next nonce. An r that wrapped round the order (one in 2^127)
      // would need a recovery id that Ethereum does not know, so it is passed over as well.
      if (!Secp256k1.isScalar(r) || s.signum() == 0) {
        continue;
      }
      boolean odd = point.getAffineYCoord().testBitZero();
      boolean high = s.compareTo(Secp256k1.HALF_N) > 0;
      return Signature.of(r, high ? Secp256k1.N.subtract(s) : s, odd != high);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[" + address + "]";
  }
}
