package org.fedledger.finality;

import java.util.Arrays;
import java.util.List;
import org.fedledger.crypto.Keccak256;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;

/**
 * A filter of 2,048 bits over the addresses and topics of logs (Yellow Paper, section 4.3.1). What
 * it does not contain is in none of the logs; what it contains may be.
 */
public final class LogsBloom {

  public static final int LENGTH = 256;

  private static final int BITS = 8 * LENGTH;
  private static final int BITS_OF_EACH = 3;

  private final byte[] value;

  /**
   * @throws IllegalArgumentException unless there are 256 bytes
   */
  public LogsBloom(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException("a bloom takes 256 bytes, not " + value.length);
    }
    this.value = value.clone();
  }

  /** The one that these logs make. */
  public static LogsBloom of(List<ReceiptLog> logs) {
    byte[] bits = new byte[LENGTH];
    for (ReceiptLog log : logs) {
      add(bits, log.address().bytes());
      log.topics().forEach(topic -> add(bits, topic.bytes()));
    }
    return new LogsBloom(bits);
  }

  /** The one of several together, as a header has it of its block's receipts. */
  public static LogsBloom together(List<LogsBloom> blooms) {
    byte[] bits = new byte[LENGTH];
    for (LogsBloom bloom : blooms) {
      for (int i = 0; i < LENGTH; i++) {
        bits[i] |= bloom.value[i];
      }
    }
    return new LogsBloom(bits);
  }

  private static void add(byte[] bits, byte[] item) {
    for (int bit : bits(item)) {
      bits[LENGTH - 1 - bit / 8] |= (byte) (1 << bit % 8);
    }
  }

  /** Three numbers of 11 bits, from the first three pairs of bytes of the hash. */
  private static int[] bits(byte[] item) {
    byte[] hash = Keccak256.hash(item);
    int[] bits = new int[BITS_OF_EACH];
    for (int i = 0; i < BITS_OF_EACH; i++) {
      bits[i] = ((hash[2 * i] & 0xff) << 8 | hash[2 * i + 1] & 0xff) % BITS;
    }
    return bits;
  }

  /** Whether some log may be of this contract; if not, none is. */
  public boolean mayContain(Address contract) {
    return Arrays.stream(bits(contract.bytes()))
        .allMatch(bit -> (value[LENGTH - 1 - bit / 8] >> bit % 8 & 1) == 1);
  }

  Rlp rlp() {
    return Rlp.text(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogsBloom that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }
}
