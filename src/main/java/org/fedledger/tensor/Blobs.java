package org.fedledger.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.fedledger.files.Buffers;
import org.fedledger.types.Digest;

/** Files as the protocol names them. */
public final class Blobs {

  private Blobs() {}

  /** SHA-256 and size of a file of any content, as {@code sha256sum} gives it; read as a stream. */
  public static BlobId id(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[Buffers.BYTES];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
        size += read;
      }
    }
    return new BlobId(new Digest(sha256.digest()), size);
  }
}
