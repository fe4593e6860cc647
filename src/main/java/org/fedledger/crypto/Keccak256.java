package org.fedledger.crypto;

import org.bouncycastle.crypto.digests.KeccakDigest;

/**
 * Keccak-256 with the original padding, as Ethereum uses it; not SHA3-256 of FIPS 202.
 *
 * <p>Files are named by SHA-256; this hash is for what the contract computes too.
 */
public final class Keccak256 {

  public static final int LENGTH = 32;

  private Keccak256() {}

  /** The 32-byte hash of the parts, one after the other. No boundary between them is hashed. */
  public static byte[] hash(byte[]... parts) {
    KeccakDigest keccak = new KeccakDigest(256);
    for (byte[] part : parts) {
      keccak.update(part, 0, part.length);
    }
    byte[] hash = new byte[LENGTH];
    keccak.doFinal(hash, 0);
    return hash;
  }
}
