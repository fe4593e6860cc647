package org.fedledger.devnet.besu;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.fedledger.types.Digest;

/** Archives as a release has them, and as nobody should. */
final class Archives {

  static final String VERSION = "26.9.0";
  static final String SCRIPT = "#!/bin/sh\necho besu\n";

  private Archives() {}

  /** Writes entries; what it is given is not checked. */
  interface Entries {

    void file(String name, int mode, byte[] content) throws IOException;

    void folder(String name) throws IOException;

    /** A link of the archive's own kind. */
    void link(String name, String target) throws IOException;

    default void file(String name, String content) throws IOException {
      file(name, 0644, content.getBytes(StandardCharsets.UTF_8));
    }
  }

  @FunctionalInterface
  interface Content {

    void write(Entries entries) throws IOException;
  }

  /** What a release holds, in small. */
  static void release(Entries entries) throws IOException {
    entries.folder("besu-" + VERSION + "/");
    entries.file("besu-" + VERSION + "/bin/besu", 0755, SCRIPT.getBytes(StandardCharsets.UTF_8));
    entries.file("besu-" + VERSION + "/lib/besu-app-" + VERSION + ".jar", "a library");
    entries.file("besu-" + VERSION + "/LICENSE", "terms");
  }

  /** The pinned release, were these its archives. */
  static BesuRelease pinned(Path zip, Path tarGz) throws IOException {
    return new BesuRelease(VERSION, digest(zip), digest(tarGz), "hyperledger/besu:" + VERSION);
  }

  static Digest digest(Path file) throws IOException {
    return Digest.ofContent(Files.readAllBytes(file));
  }

  static Path tarGz(Path file, Content content) throws IOException {
    try (TarArchiveOutputStream tar = tarOn(Files.newOutputStream(file))) {
      content.write(new TarEntries(tar));
    }
    return file;
  }

  static Path zip(Path file, Content content) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      content.write(new ZipEntries(zip));
    }
    return file;
  }

  /** A tar with one entry of a kind that no release has. */
  static Path tarGzWith(Path file, byte kind, String name) throws IOException {
    try (TarArchiveOutputStream tar = tarOn(Files.newOutputStream(file))) {
      tar.putArchiveEntry(new TarArchiveEntry(name, kind));
      tar.closeArchiveEntry();
    }
    return file;
  }

  private static TarArchiveOutputStream tarOn(OutputStream out) throws IOException {
    TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GzipCompressorOutputStream(out), "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    return tar;
  }

  private record TarEntries(TarArchiveOutputStream tar) implements Entries {

    @Override
    public void file(String name, int mode, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setMode(mode);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }

    @Override
    public void folder(String name) throws IOException {
      tar.putArchiveEntry(new TarArchiveEntry(name, true));
      tar.closeArchiveEntry();
    }

    @Override
    public void link(String name, String target) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
      entry.setLinkName(target);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
  }

  private record ZipEntries(ZipArchiveOutputStream zip) implements Entries {

    @Override
    public void file(String name, int mode, byte[] content) throws IOException {
      put(name, 0100000 | mode, content);
    }

    @Override
    public void folder(String name) throws IOException {
      put(name, 0040755, new byte[0]);
    }

    @Override
    public void link(String name, String target) throws IOException {
      put(name, 0120777, target.getBytes(StandardCharsets.UTF_8));
    }

    private void put(String name, int mode, byte[] content) throws IOException {
      ZipArchiveEntry entry = new ZipArchiveEntry(name);
      entry.setUnixMode(mode);
      zip.putArchiveEntry(entry);
      zip.write(content);
      zip.closeArchiveEntry();
    }
  }
}
