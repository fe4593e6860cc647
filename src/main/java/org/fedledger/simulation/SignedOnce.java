package org.fedledger.simulation;

import java.util.HashMap;
import java.util.Map;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.signing.Finding;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;

/** Sees to it that nobody signs two things of which only one may be. */
final class SignedOnce {

  private record Slot(RoundId round, int stage, Address participant) {}

  private record Vote(PublicationId publication, Address verifier) {}

  private final Map<Slot, UpdateCommitment> commitments = new HashMap<>();
  private final Map<Vote, Digest> attestations = new HashMap<>();

  /** Looks at an action that was signed and is on its way. */
  void see(LedgerAction action) {
    switch (action) {
      case LedgerAction.Commit(UpdateCommitment c, var _) ->
          same(commitments.putIfAbsent(new Slot(c.roundId(), c.stage(), c.participant()), c), c);
      case LedgerAction.Attest a when a.attestation().finding() == Finding.MATCH ->
          same(
              attestations.putIfAbsent(
                  new Vote(a.attestation().publicationId(), a.verifier()), a.attestation().model()),
              a.attestation().model());
      default -> {
        // May be signed as often as one likes.
      }
    }
  }

  private static void same(Object before, Object now) {
    if (before != null && !before.equals(now)) {
      throw new SimulationFailure("%s was signed beside %s".formatted(now, before));
    }
  }
}
