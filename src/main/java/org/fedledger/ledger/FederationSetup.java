package org.fedledger.ledger;

import java.util.List;
import java.util.Optional;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * What a federation is founded with; most of it can never be changed.
 *
 * @param spec digest of the spec's file
 * @param model version 0
 * @param state version 0 of the rule's state; empty for a rule without state
 * @param quorum fewest accepted updates for a new version, at least 1
 * @param attestationThreshold M of N verifiers, more than half; 0 without verifiers
 * @param recoverySeconds how long a recovery or a claim waits for a veto, uint32, at least 1
 * @param successor may claim the coordinator's office while there are no verifiers
 */
public record FederationSetup(
    FederationId federation,
    Digest spec,
    BlobId model,
    Optional<BlobId> state,
    int quorum,
    int attestationThreshold,
    long recoverySeconds,
    Address coordinator,
    Optional<Address> successor,
    List<Address> aggregators,
    List<Address> verifiers,
    List<Address> auditors) {

  public FederationSetup {
    aggregators = List.copyOf(aggregators);
    verifiers = List.copyOf(verifiers);
    auditors = List.copyOf(auditors);
  }
}
