package org.fedledger.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fedledger.store.BlobSource.Part;
import org.fedledger.types.Digest;

/** Files of this machine on their way into stores and out of folders. */
public final class LocalFiles {

  private LocalFiles() {}

  /** Puts a file into a store, which holds it against the digest. */
  public static BlobStore.Received store(BlobStore store, Digest digest, Path file)
      throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return store.store(digest, Files.size(file), in);
    }
  }

  /**
   * A range of a file, as {@link BlobSource#read} gives it.
   *
   * @param how it is opened, beside for reading
   */
  public static Part read(Path file, long from, int length, OpenOption... how) {
    BlobSource.requireRange(from, length);
    Set<OpenOption> options = new HashSet<>(List.of(how));
    options.add(StandardOpenOption.READ);
    try (FileChannel in = FileChannel.open(file, options)) {
      long size = in.size();
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, Math.max(0, size - from)));
      while (bytes.hasRemaining() && in.read(bytes, from + bytes.position()) >= 0) {
        // Until the range is full, or the file was cut meanwhile.
      }
      return new Part.Bytes(bytes.flip(), size);
    } catch (NoSuchFileException e) {
      return AbsentBlob.MISSING;
    } catch (IOException e) {
      return AbsentBlob.unreachable("it cannot be read: " + e);
    }
  }
}
