package org.fedledger.ledger;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.signing.Finding;
import org.fedledger.types.Address;

/**
 * A publication and what verifiers said of it.
 *
 * @param record the publication as recorded
 * @param publishedAt the block it stands in
 * @param attestationDeadline last second at which an attestation counts
 * @param attestations each verifier's last word, in the order in which they first spoke
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

  /** Who found that it matches. */
  public List<Address> matching() {
    return found(Finding.MATCH);
  }

  /** Who found that it differs. */
  public List<Address> differing() {
    return found(Finding.DIFFER);
  }

  /** Who could not say, and has not said since. */
  public List<Address> lacking() {
    return found(Finding.LACK);
  }

  private List<Address> found(Finding finding) {
    return attestations.values().stream()
        .filter(a -> a.attestation().finding() == finding)
        .map(LedgerEvent.Attested::verifier)
        .toList();
  }
}
