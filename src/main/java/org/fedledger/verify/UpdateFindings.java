package org.fedledger.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.verify.AuditReport.UpdateFinding;
import org.fedledger.verify.AuditReport.UpdateStatus;

/** What is known of each of a round's updates; the first that is found of one stays. */
final class UpdateFindings {

  private final Map<Address, UpdateFinding> found = new LinkedHashMap<>();

  void find(UpdateCommitted committed, UpdateStatus status) {
    find(committed, status, Optional.empty());
  }

  void find(UpdateCommitted committed, UpdateStatus status, String reason) {
    find(committed, status, Optional.of(reason));
  }

  private void find(UpdateCommitted committed, UpdateStatus status, Optional<String> reason) {
    UpdateCommitment c = committed.commitment();
    found.putIfAbsent(
        c.participant(),
        new UpdateFinding(c.participant(), c.digest(), c.weight(), status, reason));
  }

  List<UpdateFinding> all() {
    return List.copyOf(found.values());
  }
}
