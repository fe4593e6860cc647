package org.fedledger.store;

import java.nio.file.Path;

/** What was given for a digest, after its bytes were held against it. */
public sealed interface CheckedBlob permits CheckedBlob.Here, AbsentBlob {

  /**
   * A file with that digest. It stays readable until the {@link BlobFiles.Use} by which it was had
   * is closed; nobody may write to it.
   */
  record Here(Path file, long size) implements CheckedBlob {}
}
