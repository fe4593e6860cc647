package org.fedledger.index;

import java.util.Locale;
import org.fedledger.ledger.LedgerEvent;

/** What there is to say about a change beyond its kind, in words. */
final class Details {

  /** 2^64-1. */
  private static final long UNLIMITED = -1;

  private Details() {}

  static String of(LedgerEvent.GovernanceApproved e) {
    return "change %d, %s%s, %s"
        .formatted(
            e.nonce(),
            e.kind().name().toLowerCase(Locale.ROOT),
            e.kind().carriesValue() ? " with " + e.value() : "",
            e.signatures().isEmpty()
                ? "by the coordinator"
                : "signed by %d verifiers".formatted(e.signatures().size()));
  }

  static String of(LedgerEvent.ParticipantAdmitted e) {
    return e.privacyBudget() == UNLIMITED
        ? "with no limit to what it may spend of privacy"
        : "with a privacy budget of " + Long.toUnsignedString(e.privacyBudget());
  }

  static String readyAt(long last) {
    return "unless vetoed by %d".formatted(last);
  }
}
