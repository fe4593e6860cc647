package org.fedledger.finality;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;

/**
 * Who the validators are, followed from a genesis through the headers after it.
 *
 * <p>With every header ({@link #advance}) only the genesis is trusted: votes stand in headers, one
 * for each block at most, by its proposer; what more than half of the validators vote for counts
 * from the next block on, and votes are forgotten at each epoch's first block (Besu's rules for
 * validators selected by block headers). Since each header names the one before by hash, the seals
 * of a later one prove those before it: only headers that carry a vote, by which the validators may
 * change, and the last one need theirs.
 *
 * <p>With some headers only ({@link #skipTo}) the set that a later header names is believed when
 * more than a third of the last known set are among those who sealed it, the rule of Tendermint's
 * light client. That assumes more: at most a third of that set was dishonest up to then.
 *
 * <p>Not for several threads.
 */
public final class ValidatorHistory {

  /** Whether a header was taken. */
  public sealed interface Step {

    /** The block is final, if it is sealed, or is once a later one is. */
    record Taken(BlockHash block) implements Step {}

    /** It is not shown to be; nothing was changed. */
    record Refused(String why) implements Step {}
  }

  private final long epochLength;
  private final Map<Address, Set<Address>> toAdd = new HashMap<>();
  private final Map<Address, Set<Address>> toDrop = new HashMap<>();
  private ValidatorSet validators;
  private long number;
  private BlockHash hash;
  private boolean skipped;
  private boolean deserted;
  private boolean sealed = true;

  /**
   * @param genesis trusted; it carries no seals
   * @param epochLength blocks between two at which votes are forgotten, as the genesis file says
   * @throws IllegalArgumentException if it is no genesis, or has no validators
   */
  public ValidatorHistory(QbftHeader genesis, long epochLength) {
    if (genesis.number() != 0 || epochLength < 1) {
      throw new IllegalArgumentException(
          "validators are followed from block 0 with an epoch of at least 1 block");
    }
    this.epochLength = epochLength;
    this.validators = ValidatorSet.of(genesis.extraData().validators());
    this.hash = genesis.hash();
  }

  /**
   * Who may seal the next block; after a skip, who might seal the last one taken. If the only one
   * has voted itself out, it stands here for ever, and no header is taken any more.
   */
  public ValidatorSet validators() {
    return validators;
  }

  /** Whether the last block taken, and so every one before it, is final. */
  public boolean isFinal() {
    return sealed;
  }

  /** Number of the last block taken. */
  public long number() {
    return number;
  }

  /** Hash of the last block taken. */
  public BlockHash hash() {
    return hash;
  }

  /** Takes the header after the last one. */
  public Step advance(QbftHeader header) {
    if (skipped) {
      return new Step.Refused("votes are not known any more after headers were skipped");
    }
    if (header.number() != number + 1) {
      return new Step.Refused(
          "block %d does not follow block %d".formatted(header.number(), number));
    }
    if (!header.header().parent().equals(hash)) {
      return new Step.Refused(
          "block %d names another parent than %s".formatted(header.number(), hash));
    }
    if (!validators.members().contains(header.header().coinbase())) {
      return new Step.Refused("block %d was proposed by no validator".formatted(header.number()));
    }
    if (header.extraData().seals().isEmpty() && header.extraData().vote().isPresent()) {
      return new Step.Refused("block %d carries a vote and no seals".formatted(header.number()));
    }
    return ifSealed(header, true, validators::equals, () -> count(header));
  }

  /** Takes any later header. */
  public Step skipTo(QbftHeader header) {
    if (header.number() <= number) {
      return new Step.Refused("block %d is not after block %d".formatted(header.number(), number));
    }
    if (header.number() == number + 1 && !header.header().parent().equals(hash)) {
      return new Step.Refused(
          "block %d names another parent than %s".formatted(header.number(), hash));
    }
    return ifSealed(
        header,
        false,
        _ -> true,
        () -> {
          skipped = true;
          toAdd.clear();
          toDrop.clear();
          validators = ValidatorSet.of(header.extraData().validators());
        });
  }

  /**
   * @param linked whether the header may be without seals, since it is tied to those after it
   */
  private Step ifSealed(
      QbftHeader header, boolean linked, Predicate<ValidatorSet> named, Runnable take) {
    List<Address> listed = header.extraData().validators();
    if (deserted) {
      return new Step.Refused("after block %d no validator is left".formatted(number));
    }
    if (listed.isEmpty()) {
      return new Step.Refused(
          "block %d names no validators; those that a contract selects are not followed"
              .formatted(header.number()));
    }
    ValidatorSet own = ValidatorSet.of(listed);
    if (!listed.equals(List.copyOf(own.members()))) {
      return new Step.Refused(
          "block %d names its validators in another order than by address"
              .formatted(header.number()));
    }
    if (!named.test(own)) {
      return new Step.Refused(
          "block %d names other validators than those that were voted in"
              .formatted(header.number()));
    }
    if (linked && header.extraData().seals().isEmpty()) {
      return taken(header, false, take);
    }
    return switch (own.check(header)) {
      case ValidatorSet.Result.Refused(String why) ->
          new Step.Refused("block %d: %s".formatted(header.number(), why));
      case ValidatorSet.Result.Sealed sealed -> {
        if (!validators.vouchedFor(sealed.signers())) {
          yield new Step.Refused(
              "block %d is not sealed by more than a third of the validators of block %d"
                  .formatted(header.number(), number));
        }
        yield taken(header, true, take);
      }
    };
  }

  private Step taken(QbftHeader header, boolean isSealed, Runnable take) {
    take.run();
    number = header.number();
    hash = header.hash();
    sealed = isSealed;
    return new Step.Taken(hash);
  }

  private void count(QbftHeader header) {
    if (header.number() % epochLength == 0) {
      toAdd.clear();
      toDrop.clear();
    } else {
      header.extraData().vote().ifPresent(vote -> count(header.header().coinbase(), vote));
    }
  }

  private void count(Address voter, QbftExtraData.Vote vote) {
    Set<Address> forAdding = votes(toAdd, vote.recipient());
    Set<Address> forDropping = votes(toDrop, vote.recipient());
    (vote.add() ? forAdding : forDropping).add(voter);
    (vote.add() ? forDropping : forAdding).remove(voter);
    // What was too few may have become more than half since validators went; it counts once the
    // next vote on the same recipient is cast, even if that is against it.
    int half = validators.size() / 2;
    if (forAdding.size() > half) {
      change(vote.recipient(), true);
    }
    if (forDropping.size() > half) {
      change(vote.recipient(), false);
    }
  }

  private static Set<Address> votes(Map<Address, Set<Address>> all, Address recipient) {
    return all.computeIfAbsent(recipient, _ -> new HashSet<>());
  }

  private void change(Address recipient, boolean add) {
    Set<Address> members = new TreeSet<>(validators.members());
    toAdd.remove(recipient);
    toDrop.remove(recipient);
    if (add) {
      members.add(recipient);
    } else {
      members.remove(recipient);
      // Who is out has no say any more.
      toAdd.values().forEach(voters -> voters.remove(recipient));
      toDrop.values().forEach(voters -> voters.remove(recipient));
    }
    if (members.isEmpty()) {
      deserted = true;
    } else {
      validators = ValidatorSet.of(members);
    }
  }
}
