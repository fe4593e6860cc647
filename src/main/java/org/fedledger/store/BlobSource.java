package org.fedledger.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.fedledger.types.Digest;

/**
 * Where blobs are had from: a folder, or a node. What it gives is not yet checked. Safe for use by
 * several threads.
 */
public interface BlobSource {

  /** Brings the blob to a local file. Blocks; never on an event loop. */
  Fetched fetch(Digest digest);

  /**
   * Which of these blobs are there to be read. One of which that cannot be found out, as when a
   * node is out of reach, is not among them. Blocks.
   *
   * @return in the order of the set that was given
   */
  default Set<Digest> has(Set<Digest> digests) {
    Set<Digest> there = new LinkedHashSet<>();
    for (Digest digest : digests) {
      if (fetch(digest) instanceof Fetched.Found) {
        there.add(digest);
      }
    }
    return there;
  }

  /**
   * Brings a range of a blob, without the rest of it where the source can. Blocks.
   *
   * @param from of the first byte, 0 or more
   * @param length in bytes, 0 or more; less is given only where the blob ends
   */
  default Part read(Digest digest, long from, int length) {
    FileRange.require(from, length);
    return switch (fetch(digest)) {
      case Fetched.Found(Path file) -> FileRange.read(file, from, length);
      case Fetched.Missing missing -> missing;
      case Fetched.Erased erased -> erased;
      case Fetched.Denied denied -> denied;
      case Fetched.Unreachable unreachable -> unreachable;
    };
  }

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

    record Missing() implements Fetched, Part {}

    /** It was there, and was taken away on purpose, as under a retention rule. */
    record Erased(String why) implements Fetched, Part {}

    /** It may be there, but the one who asks may not read it. */
    record Denied(String why) implements Fetched, Part {}

    record Unreachable(String why) implements Fetched, Part {}
  }

  /** What came of asking for a range of a blob. */
  sealed interface Part
      permits Part.Bytes, Fetched.Missing, Fetched.Erased, Fetched.Denied, Fetched.Unreachable {

    /**
     * The range, as far as the blob reaches. Not yet checked, and a part cannot be.
     *
     * @param bytes from its position to its limit; the receiver's own
     * @param size of the whole blob
     */
    record Bytes(ByteBuffer bytes, long size) implements Part {}
  }
}
