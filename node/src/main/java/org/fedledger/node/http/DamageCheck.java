package org.fedledger.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Digest;

/**
 * Holds stored files against their digests. Many may ask, so that one file is read at a time, none
 * again and again, and for those whom nobody knows no more than a part of the time.
 */
final class DamageCheck {

  private static final int BLOCK = 1 << 16;

  /** Files of which it is known that they are whole. */
  private static final int REMEMBERED = 8_192;

  /** How long a file that was just held against its digest is not looked at again. */
  static final Duration FRESH = Duration.ofMinutes(1);

  /** In each {@link #FRESH}, the time after which nothing more is begun for unknown ones. */
  static final Duration FOR_UNKNOWN = Duration.ofSeconds(6);

  private final BlobStore store;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final ReentrantLock looking = new ReentrantLock();

  /** Files that were found whole, and when; the last ones. */
  private final SequencedMap<Digest, Whole> whole = new LinkedHashMap<>();

  /**
   * A file that was found whole.
   *
   * @param size as it was then
   */
  private record Whole(Instant at, OptionalLong size) {
    boolean lasts(Whole now) {
      return size.equals(now.size) && now.at.isBefore(at.plus(FRESH));
    }
  }

  private Instant counting = Instant.MIN;
  private long spent;

  /**
   * @param clock by which a file counts as just looked at
   * @param nanos by which looks take time, as {@link System#nanoTime} tells it
   */
  DamageCheck(BlobStore store, InstantSource clock, LongSupplier nanos) {
    this.store = store;
    this.clock = clock;
    this.nanos = nanos;
  }

  /**
   * Whether the store has a file of that name that is another. One that was not looked at for want
   * of time counts as whole.
   *
   * @param known whether it is asked by one of the federation, who waits for its turn
   */
  boolean isDamaged(Digest digest, boolean known) throws IOException {
    if (!store.has(digest)) {
      return false;
    }
    if (known) {
      looking.lock();
    } else if (!looking.tryLock()) {
      return false;
    }
    try {
      Whole now = new Whole(clock.instant(), store.size(digest));
      Whole before = whole.get(digest);
      if (before != null && before.lasts(now) || !known && isUsedUp(now.at())) {
        return false;
      }
      return look(digest, now, known);
    } finally {
      looking.unlock();
    }
  }

  private boolean isUsedUp(Instant now) {
    if (!now.isBefore(counting)) {
      counting = now.plus(FRESH);
      spent = 0;
    }
    return spent >= FOR_UNKNOWN.toNanos();
  }

  private boolean look(Digest digest, Whole now, boolean known) throws IOException {
    long began = nanos.getAsLong();
    try {
      if (!isWhole(digest)) {
        whole.remove(digest);
        return true;
      }
      whole.put(digest, now);
      if (whole.size() > REMEMBERED) {
        whole.pollFirstEntry();
      }
      return false;
    } finally {
      spent += known ? 0 : nanos.getAsLong() - began;
    }
  }

  private boolean isWhole(Digest digest) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = new DigestInputStream(BlobInput.of(store, digest), sha256)) {
      byte[] block = new byte[BLOCK];
      while (in.read(block) >= 0) {
        // Requests share few processors, and whoever only computes gives none of them back.
        Thread.yield();
      }
    }
    return new Digest(sha256.digest()).equals(digest);
  }
}
