package org.fedledger.index;

import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.types.Address;

/**
 * Which items of a list are wanted; what is empty excludes nothing.
 *
 * @param account the participant, or of attestations the verifier
 * @param fromRound what happened from the opening of this round on
 * @param toRound what happened before the opening of the round after this one
 * @param fromTime in blocks of this second or later, since 1970 UTC
 * @param toTime in blocks of this second or earlier
 * @param status what it is depends on the list; {@link Queries} says which there are
 */
public record Filter(
    Optional<Address> account,
    OptionalLong fromRound,
    OptionalLong toRound,
    OptionalLong fromTime,
    OptionalLong toTime,
    Optional<String> status) {

  /** Everything. */
  public static final Filter ALL =
      new Filter(
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty());

  public Filter of(Address participant) {
    return new Filter(Optional.of(participant), fromRound, toRound, fromTime, toTime, status);
  }

  public Filter rounds(long from, long to) {
    return new Filter(
        account, OptionalLong.of(from), OptionalLong.of(to), fromTime, toTime, status);
  }

  public Filter times(long from, long to) {
    return new Filter(
        account, fromRound, toRound, OptionalLong.of(from), OptionalLong.of(to), status);
  }

  public Filter status(String wanted) {
    return new Filter(account, fromRound, toRound, fromTime, toTime, Optional.of(wanted));
  }
}
