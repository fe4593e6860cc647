package org.fedledger.verify;

import java.util.Optional;

/**
 * How an audit goes about it.
 *
 * @param threads rounds checked at once, at least 1; no finding depends on it
 * @param receipts brought against rejections as MISSING
 * @param since a verified checkpoint to go on from, which must fit the ledger
 */
public record AuditOptions(int threads, Receipts receipts, Optional<Checkpoint> since) {

  /** One round at a time, the whole record, no receipts. */
  public static final AuditOptions PLAIN = new AuditOptions(1, Receipts.none(), Optional.empty());

  public AuditOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("an audit takes at least 1 thread, not " + threads);
    }
  }

  public AuditOptions withThreads(int other) {
    return new AuditOptions(other, receipts, since);
  }

  public AuditOptions withReceipts(Receipts other) {
    return new AuditOptions(threads, other, since);
  }

  public AuditOptions since(Checkpoint checkpoint) {
    return new AuditOptions(threads, receipts, Optional.of(checkpoint));
  }
}
