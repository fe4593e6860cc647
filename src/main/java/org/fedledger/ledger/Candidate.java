package org.fedledger.ledger;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.types.Address;

/**
 * A publication and what verifiers said of it.
 *
 * @param record the publication as recorded
 * @param publishedAt the block it stands in
 * @param attestationDeadline last second at which an attestation counts
 * @param attestations by verifier, in the order they came
 */
public record Candidate(
    LedgerEvent.ModelPublished record,
    BlockRef publishedAt,
    long attestationDeadline,
    Map<Address, LedgerEvent.Attested> attestations,
    Status status,
    Optional<FailureReason> failure) {

  public enum Status {
    PENDING,
    FINAL,
    FAILED
  }

  public long attempt() {
    return record.publication().attempt();
  }

  /** A publication without a model proposes to abort the round. */
  public boolean proposesAbort() {
    return record.publication().model().isZero();
  }

  public List<Address> attested(boolean matches) {
    return attestations.values().stream()
        .filter(a -> a.attestation().matches() == matches)
        .map(LedgerEvent.Attested::verifier)
        .toList();
  }
}
