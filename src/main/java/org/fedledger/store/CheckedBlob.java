package org.fedledger.store;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;

/** What a source gave for a digest, after its bytes were held against it. */
public sealed interface CheckedBlob {

  /** A file with that digest; it stays readable as {@link BlobSource.Fetched.Found} says. */
  record Here(Path file, long size) implements CheckedBlob {}

  /**
   * There is no such file to be had.
   *
   * @param why for people
   */
  record Lacking(Cause cause, String why) implements CheckedBlob {}

  /** Why a file cannot be had. */
  enum Cause {
    MISSING,
    /** Taken away on purpose. */
    ERASED,
    /** The one who asks may not read it. */
    DENIED,
    UNREACHABLE,
    /** The source gave a file with another digest, which says something of the source alone. */
    DAMAGED
  }

  /**
   * Fetches a blob and hashes it, once.
   *
   * @throws IOException if a file that is there cannot be read
   */
  static CheckedBlob fetch(BlobSource source, Digest digest) throws IOException {
    return switch (source.fetch(digest)) {
      case BlobSource.Fetched.Found(Path file) -> {
        BlobId found = Blobs.id(file);
        yield found.digest().equals(digest)
            ? new Here(file, found.size())
            : new Lacking(
                Cause.DAMAGED,
                "it is damaged in the store, whose file of that name has the digest "
                    + found.digest());
      }
      case BlobSource.Fetched.Missing _ -> new Lacking(Cause.MISSING, "it is not in the store");
      case BlobSource.Fetched.Erased(String why) ->
          new Lacking(Cause.ERASED, "it was erased: " + why);
      case BlobSource.Fetched.Denied(String why) -> new Lacking(Cause.DENIED, why);
      case BlobSource.Fetched.Unreachable(String why) -> new Lacking(Cause.UNREACHABLE, why);
    };
  }
}
