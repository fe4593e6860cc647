package org.fedledger.devnet.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.fedledger.types.Digest;

/**
 * A file of a public data set, known by its content. A file named {@code .gz} is judged by what it
 * unpacks to, since packing the same content again gives other bytes.
 *
 * @param size bytes of the content
 * @param digest SHA-256 of the content
 */
record KnownFile(String name, int size, Digest digest) {

  /** Size and digest, as a person checks them. */
  String description() {
    String packed = packed() ? " unpacked" : "";
    return String.format(
        Locale.ROOT, "%s (%,d bytes%s, SHA-256 %s)", name, size, packed, digest.hex());
  }

  private boolean packed() {
    return name.endsWith(".gz");
  }

  boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(name));
  }

  /**
   * Reads the content, never more of it than is expected.
   *
   * @throws DataUnavailableException if it cannot be read or is not the content meant
   */
  byte[] read(Path folder) throws DataUnavailableException {
    Path file = folder.resolve(name);
    byte[] content = content(file);
    if (content.length != size || !Digest.ofContent(content).equals(digest)) {
      String had = content.length > size ? "more than " + size : String.valueOf(content.length);
      throw new DataUnavailableException(
          "%s is not the file meant: it holds %s bytes with SHA-256 %s; wanted is %s"
              .formatted(file, had, Digest.ofContent(content).hex(), description()));
    }
    return content;
  }

  private byte[] content(Path file) throws DataUnavailableException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        InputStream unpacked = packed() ? new GZIPInputStream(in) : in) {
      return unpacked.readNBytes(size + 1);
    } catch (IOException e) {
      throw new DataUnavailableException(
          "%s cannot be read (%s); wanted is %s".formatted(file, e.getMessage(), description()), e);
    }
  }
}
