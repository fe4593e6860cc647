package org.fedledger.role;

import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.VersionFinal;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.types.Digest;

/**
 * What the next round builds on.
 *
 * @param state of the rule; {@link Digest#NONE} without one
 */
record BaseVersion(long version, Digest model, Digest state) {

  /** The last final version, or the earlier one that governance approved, read from the ledger. */
  static BaseVersion of(FederationState state, LedgerReader ledger) {
    ModelVersion head = state.head();
    long version = state.baseVersion();
    if (version == head.version()) {
      return new BaseVersion(version, head.model(), head.state());
    }
    if (version == 0) {
      return new BaseVersion(0, state.created().model(), state.created().state());
    }
    return find(version, state.at().number(), ledger)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "version %d was approved, and is not on the ledger".formatted(version)));
  }

  /** Backwards, since it is seldom an old one. */
  private static Optional<BaseVersion> find(long version, long last, LedgerReader ledger) {
    for (long to = last; to >= 0; to -= LedgerReader.MAX_SPAN) {
      for (RecordedEvent recorded :
          ledger.events(Math.max(0, to - LedgerReader.MAX_SPAN + 1), to)) {
        if (recorded.event() instanceof VersionFinal made && made.version() == version) {
          return Optional.of(new BaseVersion(version, made.model(), made.state()));
        }
      }
    }
    return Optional.empty();
  }
}
