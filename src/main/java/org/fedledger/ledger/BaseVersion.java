package org.fedledger.ledger;

import java.util.Optional;
import org.fedledger.ledger.LedgerEvent.VersionFinal;
import org.fedledger.types.Digest;

/**
 * A version that a round builds on.
 *
 * @param state of the rule; {@link Digest#NONE} without one
 */
public record BaseVersion(long version, Digest model, Digest state) {

  /**
   * What the next round builds on: the last final version, or the earlier one that governance
   * approved, read from the ledger.
   */
  public static BaseVersion of(FederationState state, LedgerReader ledger) {
    long version = state.baseVersion();
    return of(version, state, ledger)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "version %d was approved, and is not on the ledger".formatted(version)));
  }

  /**
   * A version that was final by then; empty if the ledger does not have it.
   *
   * @param state what followed from the events up to some block, which are looked through
   */
  public static Optional<BaseVersion> of(long version, FederationState state, LedgerReader ledger) {
    ModelVersion head = state.head();
    if (version == head.version()) {
      return Optional.of(new BaseVersion(version, head.model(), head.state()));
    }
    return version == 0
        ? Optional.of(new BaseVersion(0, state.created().model(), state.created().state()))
        : find(version, state.at().number(), ledger);
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
