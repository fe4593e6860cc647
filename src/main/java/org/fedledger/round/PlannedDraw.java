package org.fedledger.round;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.signing.Draw;
import org.fedledger.spec.Sampling;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * Whom a plan draws for a round: what a coordinator opens it with, and what everybody else
 * recomputes. Nobody can choose who that is: whoever was admitted after the base could be known is
 * not drawn, and on an earlier version than the last, which has been known for long, nobody is
 * drawn and everybody takes part.
 *
 * @param baseVersion number of the version on which the round builds
 * @param baseModel its model
 * @param version that the round is to make
 * @param versionRound the round that made the last version, 0 if none did
 */
public record PlannedDraw(
    FederationId federation, long baseVersion, Digest baseModel, long version, long versionRound) {

  private static final BigDecimal RANGE = new BigDecimal(BigInteger.ONE.shiftLeft(256));

  /**
   * @param members those who count in the round
   */
  public Draw of(Sampling sampling, Collection<ParticipantRecord> members) {
    if (baseVersion != version - 1) {
      return Draw.everybody(members.size());
    }
    return switch (sampling) {
      case Sampling.Everybody _ -> Draw.everybody(members.size());
      case Sampling.Share(double share) ->
          below(new BigDecimal(share).multiply(RANGE).toBigInteger(), hashes(members));
      case Sampling.Count(int count) when count >= members.size() -> Draw.everybody(members.size());
      case Sampling.Count(int count) -> smallest(count, hashes(members));
    };
  }

  private static Draw smallest(int count, List<BigInteger> hashes) {
    return count < hashes.size()
        ? below(hashes.get(count - 1).add(BigInteger.ONE), hashes)
        : below(Draw.EVERYBODY.subtract(BigInteger.ONE), hashes);
  }

  private static Draw below(BigInteger threshold, List<BigInteger> hashes) {
    long drawn = hashes.stream().filter(hash -> hash.compareTo(threshold) < 0).count();
    return new Draw(threshold, drawn);
  }

  /** Of those on whom the draw may fall. */
  private List<BigInteger> hashes(Collection<ParticipantRecord> members) {
    return members.stream()
        .filter(member -> member.mayBeDrawn(versionRound))
        .map(member -> Draw.hash(federation, baseModel, version, member.address()))
        .sorted()
        .toList();
  }
}
