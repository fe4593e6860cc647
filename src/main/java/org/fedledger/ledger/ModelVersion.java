package org.fedledger.ledger;

import java.util.Optional;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * A final global model.
 *
 * @param version 0 is the one the federation was created with
 * @param state digest of the rule's state, {@link Digest#NONE} where the rule has none
 * @param parent model digest of the version it builds on, {@link Digest#NONE} for version 0
 * @param madeIn the round that made it, empty for version 0
 */
public record ModelVersion(
    long version,
    Digest model,
    long modelSize,
    Digest state,
    long stateSize,
    Digest parent,
    Optional<RoundId> madeIn) {}
