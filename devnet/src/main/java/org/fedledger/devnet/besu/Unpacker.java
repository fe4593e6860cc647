package org.fedledger.devnet.besu;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Enumeration;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.fedledger.files.Buffers;

/**
 * Unpacks archives that nobody vouches for: folders and plain files only, all of them below the
 * folder given, none twice, and neither more bytes nor more entries than a limit. Of their modes
 * only "executable" is kept.
 */
final class Unpacker {

  /** Bytes unpacked, four times those of a release of 2026. */
  static final long MAX_BYTES = 1L << 30;

  static final int MAX_ENTRIES = 10_000;

  private static final int OWNER_MAY_EXECUTE = 0b001_000_000;

  private final Path into;
  private long bytesLeft;
  private int entriesLeft;

  Unpacker(Path into, long maxBytes, int maxEntries) {
    this.into = into.toAbsolutePath().normalize();
    this.bytesLeft = maxBytes;
    this.entriesLeft = maxEntries;
  }

  /** An archive that is damaged, or that wants more than to be unpacked. */
  static final class BadArchiveException extends IOException {

    private static final long serialVersionUID = 1L;

    BadArchiveException(String message) {
      super(message);
    }

    BadArchiveException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Unpacks a {@code .zip} or a {@code .tar.gz}, told apart by their first bytes. */
  static void unpack(Path archive, Path into) throws IOException {
    new Unpacker(into, MAX_BYTES, MAX_ENTRIES).unpack(archive);
  }

  void unpack(Path archive) throws IOException {
    try {
      if (isZip(archive)) {
        unpackZip(archive);
      } else {
        unpackTarGz(archive);
      }
    } catch (BadArchiveException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new BadArchiveException("it cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isZip(Path archive) throws IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      byte[] start = in.readNBytes(2);
      return start.length == 2 && start[0] == 'P' && start[1] == 'K';
    }
  }

  private void unpackZip(Path archive) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        boolean plain = !entry.isUnixSymlink() && zip.canReadEntryData(entry);
        try (InputStream in = zip.getInputStream(entry)) {
          unpack(entry, entry.getUnixMode(), plain, in);
        }
      }
    }
  }

  private void unpackTarGz(Path archive) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        InputStream unzipped = new GzipCompressorInputStream(file);
        TarArchiveInputStream tar = new TarArchiveInputStream(unzipped)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        boolean plain =
            (entry.isFile()
                    && !entry.isLink()
                    && !entry.isSymbolicLink()
                    && !entry.isSparse()
                    && !special(entry))
                || entry.isDirectory();
        unpack(entry, entry.getMode(), plain, tar);
      }
    }
  }

  private static boolean special(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  private void unpack(ArchiveEntry entry, int mode, boolean plain, InputStream content)
      throws IOException {
    if (--entriesLeft < 0) {
      throw new BadArchiveException("it has more entries than a release of Besu");
    }
    String name = entry.getName();
    Path target = below(name);
    if (!plain) {
      throw new BadArchiveException("'%s' is neither a file nor a folder".formatted(name));
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    if (target.equals(into)) {
      throw new BadArchiveException("it has a file without a name");
    }
    Files.createDirectories(target.getParent());
    write(name, target, content);
    if ((mode & OWNER_MAY_EXECUTE) != 0) {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private Path below(String name) throws BadArchiveException {
    try {
      Path named = Path.of(name);
      boolean leaves = name.indexOf('\\') >= 0 || named.isAbsolute();
      for (Path part : named) {
        leaves |= part.toString().equals("..");
      }
      if (!leaves) {
        return into.resolve(named).normalize();
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw new BadArchiveException("'%s' would leave the folder".formatted(name));
  }

  private void write(String name, Path target, InputStream content) throws IOException {
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      byte[] buffer = new byte[Buffers.BYTES];
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        bytesLeft -= n;
        if (bytesLeft < 0) {
          throw new BadArchiveException("it unpacks to more bytes than a release of Besu");
        }
        out.write(buffer, 0, n);
      }
    } catch (FileAlreadyExistsException e) {
      throw new BadArchiveException("'%s' is there twice".formatted(name), e);
    }
  }
}
