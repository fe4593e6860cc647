package org.fedledger.node.http;

import java.util.concurrent.TimeUnit;

/**
 * How fast a body must come: the next {@link #LEAST_BYTES}, or all that are left, within {@link
 * #WINDOW_NANOS} of waiting for them. Only the sender's time counts, not what the node takes for
 * disk and hash.
 */
final class Pace {

  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Of each window; 8 KiB a second, which a thousand senders have together on 100 Mbit/s. */
  static final long LEAST_BYTES = 80 << 10;

  private long waited;
  private long took;

  /** How long the sender may still be waited for. */
  long left() {
    return WINDOW_NANOS - waited;
  }

  /**
   * Some bytes came.
   *
   * @param nanos for which they were waited for
   */
  void came(long bytes, long nanos) {
    waited += nanos;
    took += bytes;
    if (took >= LEAST_BYTES) {
      took = 0;
      waited = 0;
    }
  }
}
