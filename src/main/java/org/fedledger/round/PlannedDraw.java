package org.fedledger.round;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.signing.Draw;
import org.fedledger.spec.PlanTerms;
import org.fedledger.spec.Sampling;
import org.fedledger.spec.Schedule;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * Whom a plan draws for a round: what a coordinator opens it with, and what everybody else
 * recomputes. Nobody can choose who that is: whoever was admitted after the base could be known is
 * not drawn, and on an earlier version than the last, which has been known for long, nobody is
 * drawn and everybody takes part.
 *
 * <p>The same base draws the same members each time. So a draw makes no fewer than a round takes:
 * else no round could be opened, or none could come to a version, ever again.
 *
 * @param baseVersion number of the version on which the round builds
 * @param baseModel its model
 * @param version that the round is to make
 * @param versionRound the round that made the last version, 0 if none did
 * @param quorum the federation's
 */
public record PlannedDraw(
    FederationId federation,
    long baseVersion,
    Digest baseModel,
    long version,
    long versionRound,
    int quorum) {

  private static final BigDecimal RANGE = new BigDecimal(BigInteger.ONE.shiftLeft(256));

  /** How many must take part for a round of that plan to come to a version. */
  public static int fewest(int quorum, PlanTerms terms) {
    return terms.schedule().laterStages().stream()
        .mapToInt(Schedule.LaterStage::threshold)
        .reduce(Math.max(quorum, terms.rule().fewest()), Math::max);
  }

  /**
   * @param members those who count in the round
   */
  public Draw of(PlanTerms terms, Collection<ParticipantRecord> members) {
    int fewest = fewest(quorum, terms);
    List<BigInteger> hashes = hashes(members);
    if (baseVersion != version - 1 || hashes.size() < fewest) {
      return Draw.everybody(members.size());
    }
    return switch (terms.draw()) {
      case Sampling.Everybody _ -> Draw.everybody(members.size());
      case Sampling.Share(double share) ->
          below(
              new BigDecimal(share).multiply(RANGE).toBigInteger().max(reaching(fewest, hashes)),
              hashes);
      case Sampling.Count(int count) when Math.max(count, fewest) >= members.size() ->
          Draw.everybody(members.size());
      case Sampling.Count(int count) -> below(reaching(Math.max(count, fewest), hashes), hashes);
    };
  }

  /** The least threshold that draws so many, or all on whom the draw may fall. */
  private static BigInteger reaching(int count, List<BigInteger> hashes) {
    return count < hashes.size()
        ? hashes.get(count - 1).add(BigInteger.ONE)
        : Draw.EVERYBODY.subtract(BigInteger.ONE);
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
