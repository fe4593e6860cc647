package org.fedledger.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.store.BlobSource.Part;

/** Ranges of files. */
final class FileRange {

  private FileRange() {}

  static void require(long from, int length) {
    if (from < 0 || length < 0) {
      throw new IllegalArgumentException(
          "a range begins at 0 or later and has 0 bytes or more, not %d bytes from %d"
              .formatted(length, from));
    }
  }

  static Part read(Path file, long from, int length) {
    try (FileChannel in = FileChannel.open(file)) {
      long size = in.size();
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, Math.max(0, size - from)));
      while (bytes.hasRemaining() && in.read(bytes, from + bytes.position()) >= 0) {
        // Until the range is full, or the file was cut meanwhile.
      }
      return new Part.Bytes(bytes.flip(), size);
    } catch (NoSuchFileException e) {
      return new Fetched.Missing();
    } catch (IOException e) {
      return new Fetched.Unreachable("it cannot be read: " + e);
    }
  }
}
