package org.fedledger.signing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.fedledger.crypto.Keccak256;
import org.fedledger.types.Address;

/**
 * Lays out the members of a struct as 32-byte words (EIP-712, encodeData; for static values the
 * same as Solidity's abi.encode) and hashes them.
 */
final class StructEncoder {

  static final int WORD = 32;

  private static final int MAX_UINT8 = 0xff;
  private static final long MAX_UINT32 = 0xffff_ffffL;

  private final ByteArrayOutputStream words = new ByteArrayOutputStream(10 * WORD);

  /** Begins with the hash of the struct's type. */
  StructEncoder(byte[] typeHash) {
    bytes32(typeHash);
  }

  /** EIP-712, encodeType hashed, such as {@code Mail(address to,string contents)}. */
  static byte[] typeHash(String type) {
    return Keccak256.hash(type.getBytes(StandardCharsets.UTF_8));
  }

  StructEncoder bytes32(byte[] value) {
    if (value.length != WORD) {
      throw new IllegalArgumentException("bytes32 takes 32 bytes, not %d".formatted(value.length));
    }
    words.writeBytes(value);
    return this;
  }

  StructEncoder address(Address value) {
    words.writeBytes(new byte[WORD - Address.LENGTH]);
    words.writeBytes(value.bytes());
    return this;
  }

  /** Any of uint8 to uint64; the long is read as unsigned. */
  StructEncoder uint(long value) {
    words.writeBytes(ByteBuffer.allocate(WORD).putLong(WORD - Long.BYTES, value).array());
    return this;
  }

  /**
   * @param value uint256
   */
  StructEncoder uint(BigInteger value) {
    byte[] bytes = value.toByteArray();
    int length = Math.min(bytes.length, WORD);
    words.writeBytes(new byte[WORD - length]);
    words.write(bytes, bytes.length - length, length);
    return this;
  }

  /** A string counts by its hash. */
  StructEncoder string(String value) {
    return bytes32(Keccak256.hash(value.getBytes(StandardCharsets.UTF_8)));
  }

  byte[] hash() {
    return Keccak256.hash(words.toByteArray());
  }

  /**
   * @throws IllegalArgumentException unless the value is from 0 to 255
   */
  static void requireUint8(String name, int value) {
    if (value < 0 || value > MAX_UINT8) {
      throw new IllegalArgumentException("%s is from 0 to 255, not %d".formatted(name, value));
    }
  }

  /**
   * @throws IllegalArgumentException unless the value is from 0 to 2^256-1
   */
  static void requireUint256(String name, BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > WORD * Byte.SIZE) {
      throw new IllegalArgumentException("%s is from 0 to 2^256-1, not %d".formatted(name, value));
    }
  }

  /**
   * @throws IllegalArgumentException unless the value is from 0 to 2^32-1
   */
  static void requireUint32(String name, long value) {
    if (value < 0 || value > MAX_UINT32) {
      throw new IllegalArgumentException(
          "%s is from 0 to 4294967295, not %d".formatted(name, value));
    }
  }
}
