package org.fedledger.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.types.Digest;

/**
 * A folder of blobs that is only read: as a {@link FileBlobStore} keeps them, or flat, each named
 * by the 64 hex digits of its digest.
 */
public record FolderBlobSource(Path root) implements BlobSource {

  @Override
  public Fetched fetch(Digest digest) {
    String hex = digest.hex();
    for (Path file : List.of(FileBlobStore.path(root, digest), root.resolve(hex))) {
      if (Files.isRegularFile(file)) {
        return Files.isReadable(file)
            ? new Fetched.Found(file)
            : new Fetched.Denied(file + " may not be read");
      }
    }
    return new Fetched.Missing();
  }
}
