package org.fedledger.signing;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.fedledger.crypto.Keccak256;

/**
 * Which committed updates a publication is made of, and why each of the others is not.
 *
 * <p>The form is canonical; whether accepted and rejected together are exactly what was committed,
 * each once, is the ledger's to check.
 *
 * @param accepted a bitmap by admission index: bit i % 256, counted from the lowest, of word i /
 *     256; each word from 0 to 2^256-1, at most 16 of them, as many as the round has
 * @param rejections in strictly ascending order of index
 */
public record Decision(List<BigInteger> accepted, List<Rejection> rejections) {

  /** Most participants of a federation. */
  public static final int MAX_MEMBERS = 4096;

  private static final int BITS = 256;
  private static final int REJECTION_BYTES = 3;

  /**
   * @throws IllegalArgumentException for words outside their range, too many of them, or rejections
   *     out of order
   */
  public Decision {
    accepted = List.copyOf(accepted);
    rejections = List.copyOf(rejections);
    if (accepted.size() > MAX_MEMBERS / BITS) {
      throw new IllegalArgumentException(
          "a decision has at most %d bitmap words, not %d"
              .formatted(MAX_MEMBERS / BITS, accepted.size()));
    }
    for (BigInteger word : accepted) {
      if (word.signum() < 0 || word.bitLength() > BITS) {
        throw new IllegalArgumentException("a decision's bitmap word is from 0 to 2^256-1");
      }
    }
    for (int i = 1; i < rejections.size(); i++) {
      if (rejections.get(i - 1).index() >= rejections.get(i).index()) {
        throw new IllegalArgumentException(
            "a decision's rejections ascend by index, each index once; %d follows %d"
                .formatted(rejections.get(i).index(), rejections.get(i - 1).index()));
      }
    }
  }

  /**
   * The decision of a round with so many admission indexes.
   *
   * @param members 1 to 4096; the bitmap gets one word for every 256
   * @param acceptedIndexes each from 0 to members - 1, in any order
   * @param rejections in any order
   */
  public static Decision of(
      int members, Collection<Integer> acceptedIndexes, Collection<Rejection> rejections) {
    if (members < 1 || members > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "a round has 1 to %d members, not %d".formatted(MAX_MEMBERS, members));
    }
    BigInteger[] words = new BigInteger[wordsFor(members)];
    Arrays.fill(words, BigInteger.ZERO);
    for (int index : acceptedIndexes) {
      if (index < 0 || index >= members) {
        throw new IllegalArgumentException(
            "an accepted index is from 0 to %d, not %d".formatted(members - 1, index));
      }
      words[index / BITS] = words[index / BITS].setBit(index % BITS);
    }
    return new Decision(
        List.of(words),
        rejections.stream().sorted(Comparator.comparingInt(Rejection::index)).toList());
  }

  /**
   * Reads what a publication's event carries.
   *
   * @param rejected 3 bytes for each rejection: index (uint16, big-endian), reason (uint8)
   * @throws IllegalArgumentException for a length that is no multiple of 3, a reason of 0, or any
   *     other form than the canonical one
   */
  public static Decision decode(List<BigInteger> accepted, byte[] rejected) {
    if (rejected.length % REJECTION_BYTES != 0) {
      throw new IllegalArgumentException(
          "packed rejections take 3 bytes each; %d is no multiple of 3".formatted(rejected.length));
    }
    List<Rejection> rejections = new ArrayList<>();
    for (ByteBuffer in = ByteBuffer.wrap(rejected); in.hasRemaining(); ) {
      rejections.add(new Rejection(in.getShort() & 0xffff, in.get() & 0xff));
    }
    return new Decision(accepted, rejections);
  }

  /** Bitmap words of a round with so many admission indexes. */
  public static int wordsFor(int members) {
    return (members + BITS - 1) / BITS;
  }

  /** Whether the bitmap accepts the participant with this index. */
  public boolean accepts(int index) {
    return index / BITS < accepted.size() && accepted.get(index / BITS).testBit(index % BITS);
  }

  /** The accepted indexes, ascending. */
  public List<Integer> acceptedIndexes() {
    return IntStream.range(0, accepted.size() * BITS).filter(this::accepts).boxed().toList();
  }

  /** The rejections as the contract takes them, see {@link #decode}. */
  public byte[] packedRejections() {
    ByteBuffer out = ByteBuffer.allocate(REJECTION_BYTES * rejections.size());
    for (Rejection rejection : rejections) {
      out.putShort((short) rejection.index()).put((byte) rejection.code());
    }
    return out.array();
  }

  /** Keccak-256 of Solidity's {@code abi.encode(uint256[] accepted, bytes rejected)}. */
  public DecisionDigest digest() {
    byte[] packed = packedRejections();
    int word = StructEncoder.WORD;
    int paddedLength = (packed.length + word - 1) / word * word;
    ByteBuffer out = ByteBuffer.allocate((4 + accepted.size()) * word + paddedLength);
    putWord(out, BigInteger.valueOf(2 * word));
    putWord(out, BigInteger.valueOf((3 + accepted.size()) * word));
    putWord(out, BigInteger.valueOf(accepted.size()));
    accepted.forEach(bits -> putWord(out, bits));
    putWord(out, BigInteger.valueOf(packed.length));
    out.put(packed);
    return new DecisionDigest(Keccak256.hash(out.array()));
  }

  private static void putWord(ByteBuffer out, BigInteger value) {
    byte[] twosComplement = value.toByteArray();
    int length = Math.min(twosComplement.length, StructEncoder.WORD);
    out.put(new byte[StructEncoder.WORD - length]);
    out.put(twosComplement, twosComplement.length - length, length);
  }
}
