package org.fedledger.store;

import java.nio.file.Path;
import org.fedledger.types.Digest;

/**
 * Where blobs are had from: a folder, or a node. What it gives is not yet checked. Safe for use by
 * several threads.
 */
public interface BlobSource {

  /** Brings the blob to a local file. Blocks; never on an event loop. */
  Fetched fetch(Digest digest);

  /**
   * Says that nobody needs what was given for this digest any more, so that a source that keeps
   * copies may delete this one. It may be fetched again.
   */
  default void release(Digest digest) {}

  /** What came of asking for a blob. */
  sealed interface Fetched {

    /**
     * The file stays readable as long as the source is open and it is not released; nobody may
     * write to it.
     */
    record Found(Path file) implements Fetched {}

    record Missing() implements Fetched {}

    /** It was there, and was taken away on purpose, as under a retention rule. */
    record Erased(String why) implements Fetched {}

    /** It may be there, but the one who asks may not read it. */
    record Denied(String why) implements Fetched {}

    record Unreachable(String why) implements Fetched {}
  }
}
