package org.fedledger.client.model;

import java.util.OptionalLong;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.types.Digest;

/** Finds a final version in the ledger's record, which is read from its beginning. */
final class FinalVersions {

  /** What came of looking. */
  sealed interface Lookup {

    /**
     * @param digest of the model's file
     * @param round that made it; empty for version 0
     */
    record Found(long version, Digest digest, OptionalLong round) implements Lookup {}

    /** There is no such version so far. */
    record NotYet(long latest) implements Lookup {}

    /** The ledger records no federation. */
    record NoFederation() implements Lookup {}
  }

  /** How often one look begins anew because the chain was reorganised meanwhile. */
  private static final int LOOKS = 5;

  private Lookup.Found latest;
  private long round;

  private FinalVersions() {}

  /**
   * @param wanted empty for the latest
   */
  static Lookup find(LedgerReader ledger, OptionalLong wanted) {
    for (int i = 0; i < LOOKS; i++) {
      BlockRef head = ledger.head();
      Lookup found = new FinalVersions().read(ledger, head.number(), wanted);
      // What was read is of one chain only if the last block still stands.
      if (ledger.block(head.number()).filter(b -> b.hash().equals(head.hash())).isPresent()) {
        return found;
      }
    }
    throw new LedgerUnreachableException(
        "the chain was reorganised during each of %d looks".formatted(LOOKS), null);
  }

  private Lookup read(LedgerReader ledger, long head, OptionalLong wanted) {
    for (long from = 0; from <= head; from += LedgerReader.MAX_SPAN) {
      long to = Math.min(head, from + LedgerReader.MAX_SPAN - 1);
      for (RecordedEvent recorded : ledger.events(from, to)) {
        take(recorded.event());
        if (latest != null && wanted.isPresent() && latest.version() == wanted.getAsLong()) {
          return latest;
        }
      }
    }
    if (latest == null) {
      return new Lookup.NoFederation();
    }
    return wanted.isPresent() ? new Lookup.NotYet(latest.version()) : latest;
  }

  private void take(LedgerEvent event) {
    switch (event) {
      case LedgerEvent.FederationCreated created ->
          latest = new Lookup.Found(0, created.model(), OptionalLong.empty());
      case LedgerEvent.RoundOpened opened -> round = opened.round();
      case LedgerEvent.VersionFinal made ->
          latest = new Lookup.Found(made.version(), made.model(), OptionalLong.of(round));
      default -> {
        // Tells nothing of versions.
      }
    }
  }
}
