package org.fedledger.node.http;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * Which updates of the last round have come to this node. The store is asked once for each, not for
 * each who wants to know; afterwards uploads tell.
 */
final class UploadedUpdates {

  private final BlobStore store;
  private final Set<Digest> here = new HashSet<>();
  private final Set<Digest> absent = new HashSet<>();
  private Optional<RoundId> known = Optional.empty();

  UploadedUpdates(BlobStore store) {
    this.store = store;
  }

  /** Those of the round's latest stage; none before its commits are closed. */
  synchronized Set<Digest> of(Round round) {
    if (!known.equals(Optional.of(round.id()))) {
      known = Optional.of(round.id());
      here.clear();
      absent.clear();
    }
    Set<Digest> uploaded = new HashSet<>();
    if (round.phase() != Round.Phase.COMMITTING) {
      for (UpdateCommitted committed : round.commitments().values()) {
        Digest digest = committed.commitment().digest();
        if (isHere(digest)) {
          uploaded.add(digest);
        }
      }
    }
    return uploaded;
  }

  /** A file has come to the store. */
  synchronized void came(Digest digest) {
    if (absent.remove(digest)) {
      here.add(digest);
    }
  }

  private boolean isHere(Digest digest) {
    if (!here.contains(digest) && !absent.contains(digest)) {
      (store.has(digest) ? here : absent).add(digest);
    }
    return here.contains(digest);
  }
}
