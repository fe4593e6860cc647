package org.fedledger.finality;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;

/** Those who seal blocks together, in order of address. */
public record ValidatorSet(SortedSet<Address> members) {

  /** What the seals of a header show. */
  public sealed interface Result {

    /**
     * Enough validators sealed it.
     *
     * @param signers in the order of their seals
     */
    record Sealed(List<Address> signers) implements Result {}

    /** The seals prove nothing. */
    record Refused(String why) implements Result {}
  }

  /**
   * @throws IllegalArgumentException if it is empty
   */
  public ValidatorSet {
    members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a set of validators has at least one");
    }
  }

  public static ValidatorSet of(Collection<Address> members) {
    return new ValidatorSet(new TreeSet<>(members));
  }

  public int size() {
    return members.size();
  }

  /** How many must seal a block: ceil(2n/3), as Besu requires. */
  public int quorum() {
    return (2 * size() + 2) / 3;
  }

  /**
   * Checks that a header carries the seals of a quorum of these validators, each once, and of
   * nobody else.
   */
  public Result check(QbftHeader header) {
    List<Address> signers = new ArrayList<>();
    for (Rlp.Text seal : header.extraData().seals()) {
      Optional<Address> signer = header.signer(seal);
      if (signer.isEmpty()) {
        return new Result.Refused("seal %d is no signature".formatted(signers.size() + 1));
      }
      if (!members.contains(signer.get())) {
        return new Result.Refused(
            "seal %d is by %s, which is no validator of this block"
                .formatted(signers.size() + 1, signer.get()));
      }
      if (signers.contains(signer.get())) {
        return new Result.Refused("%s sealed it twice".formatted(signer.get()));
      }
      signers.add(signer.get());
    }
    if (signers.size() < quorum()) {
      return new Result.Refused(
          "%d of %d validators sealed it, and %d must".formatted(signers.size(), size(), quorum()));
    }
    return new Result.Sealed(List.copyOf(signers));
  }

  /** Whether more than a third of these are among the signers. */
  boolean vouchedFor(Collection<Address> signers) {
    return 3 * signers.stream().filter(members::contains).distinct().count() > size();
  }
}
