package org.fedledger.types;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of a file, by which it is committed, stored and served. */
public final class Digest extends Bytes<Digest> {

  public static final int LENGTH = 32;

  /** What stands where there is no file: the parent of version 0, the state of a stateless rule. */
  public static final Digest NONE = new Digest(new byte[LENGTH]);

  public Digest(byte[] value) {
    super(value, LENGTH);
  }

  /**
   * Reads {@code 0x} and 64 lower-case hex digits.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Digest of(String text) {
    return new Digest(parse(text, LENGTH, "a digest"));
  }

  /** SHA-256 of the given bytes. */
  public static Digest ofContent(byte[] content) {
    return new Digest(sha256().digest(content));
  }

  /** A new SHA-256, to be fed piece by piece. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
