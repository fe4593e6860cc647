package org.fedledger.bundle;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.fedledger.files.Buffers;

/**
 * An archive in the one form that {@link StoredZipWriter} writes. It is read by writing it again in
 * thought: every byte must be the one that the writer would put there, so that no damage goes
 * unnoticed; whoever writes another archive in that form is not noticed here. Contents are read as
 * streams, never whole.
 */
final class StoredZip implements AutoCloseable {

  /** Most entries that are read; the directory is kept in memory. */
  static final int MAX_ENTRIES = 1 << 18;

  private final Path path;
  private final FileChannel file;
  private final NavigableMap<String, ZipEntryInfo> entries;

  private StoredZip(Path path, FileChannel file, NavigableMap<String, ZipEntryInfo> entries) {
    this.path = path;
    this.file = file;
    this.entries = Collections.unmodifiableNavigableMap(entries);
  }

  /**
   * Opens an archive and checks every byte of it.
   *
   * @throws MalformedBundleException for any file that the writer would not write
   */
  static StoredZip open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new StoredZip(path, file, new Check(file).run());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The entries by name, in ascending order, which is also that of their places. */
  NavigableMap<String, ZipEntryInfo> entries() {
    return entries;
  }

  Path path() {
    return path;
  }

  /** An entry's content. */
  InputStream read(ZipEntryInfo entry) {
    return new Range(file, entry.contentOffset(), entry.end());
  }

  /** Part of an entry's content. */
  InputStream read(ZipEntryInfo entry, long from) {
    return new Range(file, entry.contentOffset() + from, entry.end());
  }

  /**
   * A small entry's content.
   *
   * @throws MalformedBundleException if it is missing, or larger than that
   */
  byte[] content(String name, int maxBytes) throws IOException {
    ZipEntryInfo entry = entries.get(name);
    if (entry == null) {
      throw new MalformedBundleException("entry '%s' is missing".formatted(name));
    }
    if (entry.size() > maxBytes) {
      throw new MalformedBundleException(
          "entry '%s' has %d bytes, and at most %d may it have"
              .formatted(name, entry.size(), maxBytes));
    }
    try (InputStream in = read(entry)) {
      return in.readAllBytes();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Bytes of a file from one place to another. */
  private static final class Range extends InputStream {
    private final FileChannel file;
    private final long end;
    private long at;

    Range(FileChannel file, long begin, long end) {
      this.file = file;
      this.at = begin;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (at >= end) {
        return length == 0 ? 0 : -1;
      }
      int wanted = (int) Math.min(length, end - at);
      int got = file.read(ByteBuffer.wrap(to, offset, wanted), at);
      if (got < 0) {
        throw new EOFException("the bundle was cut while it was read");
      }
      at += got;
      return got;
    }
  }

  /** Goes through an archive once. */
  private static final class Check {
    private final FileChannel file;
    private final long length;

    Check(FileChannel file) throws IOException {
      this.file = file;
      this.length = file.size();
    }

    NavigableMap<String, ZipEntryInfo> run() throws IOException {
      if (length < ZipLayout.END) {
        throw new MalformedBundleException(
            "this is no bundle: it has %d bytes, fewer than an empty one".formatted(length));
      }
      int most = ZipLayout.END_64 + ZipLayout.LOCATOR + ZipLayout.END;
      byte[] tail = bytes(Math.max(0, length - most), (int) Math.min(length, most));
      ZipLayout.Directory directory = ZipLayout.directory(tail);
      requireEnd(directory, tail);
      List<ZipEntryInfo> entries = entries(directory);
      long at = 0;
      NavigableMap<String, ZipEntryInfo> byName = new TreeMap<>();
      for (ZipEntryInfo entry : entries) {
        check(entry, at);
        if (!byName.isEmpty() && byName.lastKey().compareTo(entry.name()) >= 0) {
          throw new MalformedBundleException(
              "entry '%s' stands in the wrong place: names ascend".formatted(entry.name()));
        }
        byName.put(entry.name(), entry);
        at = entry.end();
      }
      if (at != directory.offset()) {
        throw new MalformedBundleException("there are bytes that belong to no entry");
      }
      return byName;
    }

    private void requireEnd(ZipLayout.Directory directory, byte[] tail) {
      long entries = directory.entries();
      boolean possible =
          entries >= 0
              && entries <= MAX_ENTRIES
              && directory.size() >= 0
              && directory.size() <= length
              && directory.offset() >= 0
              && directory.offset() <= length;
      if (!possible) {
        throw notAnEnd();
      }
      byte[] end = ZipLayout.end(entries, directory.size(), directory.offset());
      boolean same =
          end.length <= tail.length
              && Arrays.equals(end, Arrays.copyOfRange(tail, tail.length - end.length, tail.length))
              && directory.offset() + directory.size() + end.length == length;
      if (!same) {
        throw notAnEnd();
      }
    }

    private static MalformedBundleException notAnEnd() {
      return new MalformedBundleException(
          "this is no whole bundle: the end of the archive's directory is missing or damaged");
    }

    private List<ZipEntryInfo> entries(ZipLayout.Directory directory) throws IOException {
      List<ZipEntryInfo> entries = new ArrayList<>();
      long end = directory.offset() + directory.size();
      try (DataInputStream in =
          new DataInputStream(
              new BufferedInputStream(new Range(file, directory.offset(), end), Buffers.BYTES))) {
        for (long i = 1; i <= directory.entries(); i++) {
          entries.add(entry(in, i));
        }
        if (in.read() >= 0) {
          throw new MalformedBundleException("the archive's directory is longer than its entries");
        }
      } catch (EOFException e) {
        throw new MalformedBundleException(
            "the archive's directory ends within entry %d".formatted(entries.size() + 1), e);
      }
      return entries;
    }

    private static ZipEntryInfo entry(DataInputStream in, long number) throws IOException {
      byte[] fixed = in.readNBytes(ZipLayout.CENTRAL);
      if (fixed.length < ZipLayout.CENTRAL) {
        throw new EOFException();
      }
      byte[] name = new byte[Math.min(ZipLayout.nameLength(fixed), ZipEntryInfo.MAX_NAME)];
      in.readFully(name);
      byte[] extra = new byte[Math.min(ZipLayout.extraLength(fixed), ZipLayout.MAX_EXTRA)];
      in.readFully(extra);
      ZipEntryInfo entry;
      try {
        entry = ZipLayout.entry(fixed, name, extra);
      } catch (MalformedBundleException e) {
        throw new MalformedBundleException(
            "the directory's record of entry %d is damaged: %s".formatted(number, e.getMessage()));
      }
      byte[] got = new byte[fixed.length + name.length + extra.length];
      ByteBuffer.wrap(got).put(fixed).put(name).put(extra);
      if (!Arrays.equals(got, ZipLayout.central(entry))) {
        throw new MalformedBundleException(
            "the directory's record of entry %d, '%s', is not in its one form"
                .formatted(number, entry.name()));
      }
      return entry;
    }

    private void check(ZipEntryInfo entry, long at) throws IOException {
      if (entry.offset() != at || entry.end() > length || entry.end() < at) {
        throw new MalformedBundleException(
            "entry '%s' does not stand where the one before it ends".formatted(entry.name()));
      }
      byte[] header = bytes(at, ZipLayout.localLength(entry));
      if (!Arrays.equals(header, ZipLayout.local(entry))) {
        throw new MalformedBundleException(
            "entry '%s' is damaged: its header is not what the directory says of it"
                .formatted(entry.name()));
      }
      CRC32 crc = new CRC32();
      byte[] buffer = new byte[(int) Math.clamp(entry.size(), 1, Buffers.BYTES)];
      try (InputStream in = new Range(file, entry.contentOffset(), entry.end())) {
        int got;
        while ((got = in.read(buffer)) >= 0) {
          crc.update(buffer, 0, got);
        }
      }
      if (crc.getValue() != entry.crc()) {
        throw new MalformedBundleException(
            "entry '%s' is damaged: its content does not have the CRC that it was written with"
                .formatted(entry.name()));
      }
    }

    private byte[] bytes(long at, int count) throws IOException {
      try (InputStream in = new Range(file, at, Math.min(at + count, length))) {
        return in.readNBytes(count);
      }
    }
  }
}
