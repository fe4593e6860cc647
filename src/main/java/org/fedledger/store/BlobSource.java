package org.fedledger.store;

import java.nio.ByteBuffer;
import java.util.Set;
import org.fedledger.types.Digest;

/**
 * Where blobs are had from: a folder, a node, an archive. What it gives is not yet checked. Safe
 * for use by several threads.
 */
public interface BlobSource {

  /**
   * Which of these blobs are there to be read. One of which that cannot be found out, as when a
   * node is out of reach, is not among them. Blocks.
   *
   * @return in the order of the set that was given
   */
  Set<Digest> has(Set<Digest> digests);

  /**
   * Brings a range of a blob. Blocks; never on an event loop.
   *
   * @param from of the first byte, 0 or more
   * @param length in bytes, 0 or more; less is given only where the blob ends
   * @throws IllegalArgumentException for a range that cannot be
   */
  Part read(Digest digest, long from, int length);

  /** What came of asking for a range of a blob. */
  sealed interface Part permits Part.Bytes, AbsentBlob {

    /**
     * The range, as far as the blob reaches. Not yet checked, and a part cannot be.
     *
     * @param bytes from its position to its limit; the receiver's own
     * @param size of the whole blob
     */
    record Bytes(ByteBuffer bytes, long size) implements Part {}
  }

  /**
   * @throws IllegalArgumentException for a range that cannot be
   */
  static void requireRange(long from, int length) {
    if (from < 0 || length < 0) {
      throw new IllegalArgumentException(
          "a range begins at 0 or later and has 0 bytes or more, not %d bytes from %d"
              .formatted(length, from));
    }
  }
}
