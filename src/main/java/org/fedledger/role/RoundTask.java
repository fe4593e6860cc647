package org.fedledger.role;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * What a participant is asked in one round: with the files it names, all that training and signing
 * need, without a network.
 *
 * @param participant whose update it will be
 * @param round its number, from 1
 * @param baseState {@link Digest#NONE} where the rule has no state
 * @param commitDeadline last second, since 1970 UTC, at which a commitment is taken
 */
public record RoundTask(
    SigningDomain domain,
    FederationId federation,
    Address participant,
    long round,
    RoundId roundId,
    Digest spec,
    Digest plan,
    Digest base,
    Digest baseState,
    long baseVersion,
    long weightCap,
    long commitDeadline) {

  /** What an open round asks of one of its participants. */
  public static RoundTask of(
      SigningDomain domain, FederationState state, Round round, Address participant) {
    RoundOpening opening = round.opening();
    return new RoundTask(
        domain,
        state.federation(),
        participant,
        round.number(),
        round.id(),
        state.created().spec(),
        opening.plan(),
        opening.baseModel(),
        opening.baseState(),
        opening.baseVersion(),
        opening.weightCap(),
        opening.commitDeadline());
  }

  /** Why nothing is to be signed for a round: its id, which is signed, names other terms. */
  public static Optional<String> objection(FederationState state, Round round) {
    RoundId named = round.opening().terms(state.federation(), round.number()).id();
    return named.equals(round.id())
        ? Optional.empty()
        : Optional.of("the round's id %s is not the hash of its terms".formatted(round.id()));
  }

  /** The files that it names. */
  public Set<Digest> files() {
    // Not Set.of, which takes none twice; two may be equal, as when a state is none.
    return Set.copyOf(List.of(spec, plan, base, baseState));
  }
}
