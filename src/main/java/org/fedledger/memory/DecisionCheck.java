package org.fedledger.memory;

import java.math.BigInteger;
import java.util.BitSet;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;

/** Whether a publication says of each committed update once whether it counts, and why not. */
final class DecisionCheck {

  private static final int WORD_BITS = 256;

  private DecisionCheck() {}

  static void check(
      Publication p, Decision decision, RoundEntry round, BitSet committed, long time) {
    if (!p.acceptedDigest().equals(decision.digest())) {
      throw BrokenRule.of("WrongAcceptedDigest", p.acceptedDigest(), decision.digest());
    }
    if (decision.accepted().size() != round.words) {
      throw BrokenRule.of("WrongWordCount", decision.accepted().size(), round.words);
    }
    BitSet rejected = rejected(decision, round.words * WORD_BITS);
    for (int i = 0; i < round.words; i++) {
      requireWord(i, decision.accepted().get(i), word(rejected, i), word(committed, i));
    }
    for (Rejection rejection : decision.rejections()) {
      if (rejection.reason() == Reason.MISSING && time <= round.revealDeadline) {
        throw BrokenRule.of("MissingBeforeReveal", rejection.index(), round.revealDeadline, time);
      }
    }
  }

  private static BitSet rejected(Decision decision, int limit) {
    BitSet rejected = new BitSet();
    for (Rejection rejection : decision.rejections()) {
      if (rejection.index() >= limit) {
        throw BrokenRule.of("IndexOutOfRange", rejection.index(), limit);
      }
      if (rejection.reason() == Reason.DIGEST) {
        throw BrokenRule.of("InvalidReason", rejection.index(), rejection.code());
      }
      rejected.set(rejection.index());
    }
    return rejected;
  }

  private static void requireWord(
      int word, BigInteger accepted, BigInteger rejected, BigInteger committed) {
    if (!accepted.xor(rejected).equals(committed) || accepted.and(rejected).signum() != 0) {
      throw BrokenRule.of("DecisionsMismatch", word, accepted, rejected, committed);
    }
  }

  private static BigInteger word(BitSet bits, int word) {
    byte[] littleEndian = bits.get(word * WORD_BITS, (word + 1) * WORD_BITS).toByteArray();
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
    }
    return new BigInteger(1, bigEndian);
  }
}
