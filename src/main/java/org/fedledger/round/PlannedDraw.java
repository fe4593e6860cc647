package org.fedledger.round;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import org.fedledger.signing.Draw;
import org.fedledger.spec.Sampling;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * Whom a plan draws for a round: what a coordinator opens it with, and what everybody else
 * recomputes. Nobody can choose who that is, once base and members stand on the ledger.
 *
 * @param baseModel on which the round builds
 * @param version that the round is to make
 */
public record PlannedDraw(FederationId federation, Digest baseModel, long version) {

  private static final BigDecimal RANGE = new BigDecimal(BigInteger.ONE.shiftLeft(256));

  /**
   * @param members those who count in the round
   */
  public Draw of(Sampling sampling, Collection<Address> members) {
    return switch (sampling) {
      case Sampling.Everybody _ -> Draw.everybody(members.size());
      case Sampling.Share(double share) ->
          below(new BigDecimal(share).multiply(RANGE).toBigInteger(), members);
      case Sampling.Count(int count) when count >= members.size() -> Draw.everybody(members.size());
      case Sampling.Count(int count) ->
          below(hashes(members).get(count - 1).add(BigInteger.ONE), members);
    };
  }

  private Draw below(BigInteger threshold, Collection<Address> members) {
    long drawn = hashes(members).stream().filter(hash -> hash.compareTo(threshold) < 0).count();
    return new Draw(threshold, drawn);
  }

  private List<BigInteger> hashes(Collection<Address> members) {
    return members.stream()
        .map(member -> Draw.hash(federation, baseModel, version, member))
        .sorted()
        .toList();
  }
}
