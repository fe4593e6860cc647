package org.fedledger.bundle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.fedledger.files.Buffers;
import org.fedledger.files.WholeFile;
import org.fedledger.types.Digest;

/**
 * Writes an archive in the one form that {@link StoredZip} reads. The file appears under its name
 * when it is whole; closing before that leaves nothing behind.
 */
final class StoredZipWriter implements AutoCloseable {

  private final Path target;
  private final WholeFile file;
  private final FileChannel out;
  private final List<ZipEntryInfo> entries = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(Buffers.BYTES);

  StoredZipWriter(Path target) throws IOException {
    this.target = target;
    this.file = WholeFile.beside(target);
    this.out = file.channel();
  }

  /**
   * Adds an entry; names come in ascending order.
   *
   * @param size of the content, which must have just that
   * @return the content's SHA-256
   */
  Digest add(String name, InputStream content, long size) throws IOException {
    if (entries.size() == StoredZip.MAX_ENTRIES) {
      throw new IOException(
          "a bundle has at most %d entries; export fewer rounds".formatted(StoredZip.MAX_ENTRIES));
    }
    if (!entries.isEmpty() && entries.getLast().name().compareTo(name) >= 0) {
      throw new IllegalStateException(
          "entry %s does not come after %s".formatted(name, entries.getLast().name()));
    }
    long offset = out.position();
    write(ByteBuffer.wrap(ZipLayout.local(new ZipEntryInfo(name, size, 0, offset))));
    CRC32 crc = new CRC32();
    MessageDigest hash = Digest.sha256();
    copy(name, content, size, crc, hash);
    ZipEntryInfo entry = new ZipEntryInfo(name, size, crc.getValue(), offset);
    ByteBuffer header = ByteBuffer.wrap(ZipLayout.local(entry));
    out.write(header.slice(ZipLayout.LOCAL_CRC, Integer.BYTES), offset + ZipLayout.LOCAL_CRC);
    entries.add(entry);
    return new Digest(hash.digest());
  }

  Digest add(String name, byte[] content) throws IOException {
    return add(name, new java.io.ByteArrayInputStream(content), content.length);
  }

  private void copy(String name, InputStream content, long size, CRC32 crc, MessageDigest hash)
      throws IOException {
    long left = size;
    int got;
    while ((got = content.read(buffer.array())) >= 0) {
      left -= got;
      if (left < 0) {
        throw new IOException("%s grew while it was read".formatted(name));
      }
      crc.update(buffer.array(), 0, got);
      hash.update(buffer.array(), 0, got);
      write(buffer.clear().limit(got));
    }
    if (left > 0) {
      throw new EOFException("%s ended %d bytes too early".formatted(name, left));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Writes the directory; the file is complete, still under a temporary name. */
  Path finish() throws IOException {
    long begin = out.position();
    ByteBuffer batch = ByteBuffer.allocate(Buffers.BYTES);
    for (ZipEntryInfo entry : entries) {
      byte[] record = ZipLayout.central(entry);
      if (record.length > batch.remaining()) {
        write(batch.flip());
        batch.clear();
      }
      batch.put(record);
    }
    write(batch.flip());
    long end = out.position();
    write(ByteBuffer.wrap(ZipLayout.end(entries.size(), end - begin, begin)));
    return file.part();
  }

  /** Gives the finished file its name, for good. */
  void publish() throws IOException {
    file.commit(target);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
