package org.fedledger.bundle;

import java.util.Objects;
import java.util.Optional;
import org.fedledger.finality.ValidatorSet;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;

/**
 * What whoever checks a bundle knows from elsewhere, and holds it against.
 *
 * @param validators those of the network's genesis
 * @param contract the federation's
 * @param block one of the chain
 */
public record BundleTrust(
    Optional<ValidatorSet> validators, Optional<Address> contract, Optional<Block> block) {

  /** Nothing. */
  public static final BundleTrust NONE =
      new BundleTrust(Optional.empty(), Optional.empty(), Optional.empty());

  /** A block by number and hash. */
  public record Block(long number, BlockHash hash) {

    public Block {
      Objects.requireNonNull(hash);
      if (number < 0) {
        throw new IllegalArgumentException("a block's number is not negative");
      }
    }

    @Override
    public String toString() {
      return "block %d, %s".formatted(number, hash);
    }
  }

  public BundleTrust {
    Objects.requireNonNull(validators);
    Objects.requireNonNull(contract);
    Objects.requireNonNull(block);
  }

  /** Only the validators of the genesis. */
  public static BundleTrust of(ValidatorSet validators) {
    return new BundleTrust(Optional.of(validators), Optional.empty(), Optional.empty());
  }
}
