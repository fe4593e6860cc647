package org.fedledger.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file to which lines are appended and nothing else. When it has its size it is put aside under
 * its name with the next number, {@code reads.jsonl} as {@code reads-000001.jsonl}, and begun anew.
 *
 * <p>A line that a crash cut stays as it is; the next one begins on a line of its own. Safe for
 * many threads.
 */
public final class LineFile implements AutoCloseable {

  private static final byte NEWLINE = '\n';

  private final Path file;
  private final Kept kept;
  private final String stem;
  private final String ending;
  private final Pattern aside;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock syncing = new ReentrantLock();
  private FileChannel channel;
  private boolean closed;
  private long written;
  private volatile long synced;

  /**
   * How much is kept, and how surely.
   *
   * @param maxBytes of one file
   * @param older how many files that were put aside are kept; the oldest is deleted for one more
   * @param durable whether a line is on disk for good before it counts as appended
   */
  public record Kept(long maxBytes, int older, boolean durable) {}

  /**
   * @param file goes on where it ends; its folder is made where it is missing
   */
  public LineFile(Path file, Kept kept) throws IOException {
    this.file = file;
    this.kept = kept;
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    this.stem = dot < 0 ? name : name.substring(0, dot);
    this.ending = dot < 0 ? "" : name.substring(dot);
    this.aside = Pattern.compile(Pattern.quote(stem) + "-([0-9]{6})" + Pattern.quote(ending));
    WholeFile.createFolder(file.toAbsolutePath().getParent());
    this.channel = open();
  }

  private FileChannel open() throws IOException {
    FileChannel opened =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    long size = opened.size();
    opened.position(size);
    if (size > 0) {
      ByteBuffer last = ByteBuffer.allocate(1);
      opened.read(last, size - 1);
      if (last.get(0) != NEWLINE) {
        opened.write(ByteBuffer.wrap(new byte[] {NEWLINE}));
      }
    } else if (kept.durable()) {
      WholeFile.sync(file.toAbsolutePath().getParent());
    }
    return opened;
  }

  /**
   * Appends a line, or nothing at all.
   *
   * @param line without its end
   * @throws IOException if it could not be written, as on a full disk
   */
  public void append(byte[] line) throws IOException {
    long mine = write(line);
    if (kept.durable()) {
      sync(mine);
    }
  }

  private long write(byte[] line) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(line.length + 1).put(line).put(NEWLINE).flip();
    writing.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (!channel.isOpen()) {
        // It could not be put aside, or begun anew, when that was tried last.
        channel = open();
      }
      long before = channel.position();
      if (before > 0 && before + bytes.remaining() > kept.maxBytes()) {
        putAside();
        before = 0;
      }
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
      return ++written;
    } finally {
      writing.unlock();
    }
  }

  /** One thread syncs for all that wrote before it. */
  private void sync(long upTo) throws IOException {
    syncing.lock();
    try {
      if (synced >= upTo) {
        return;
      }
      FileChannel now;
      long all;
      writing.lock();
      try {
        now = channel;
        all = written;
      } finally {
        writing.unlock();
      }
      try {
        now.force(false);
        synced = all;
      } catch (ClosedChannelException e) {
        // It was synced before it was put aside.
        if (synced < upTo) {
          throw e;
        }
      }
    } finally {
      syncing.unlock();
    }
  }

  private void putAside() throws IOException {
    channel.force(true);
    synced = written;
    channel.close();
    List<Path> older = older();
    int next = older.isEmpty() ? 1 : number(older.getLast()) + 1;
    Files.move(file, aside(next));
    WholeFile.sync(file.toAbsolutePath().getParent());
    channel = open();
    for (int i = 0; i < older.size() + 1 - kept.older(); i++) {
      Files.deleteIfExists(older.get(i));
    }
  }

  /** What was put aside and is kept, the oldest first. */
  public List<Path> older() throws IOException {
    try (Stream<Path> listed = Files.list(file.toAbsolutePath().getParent())) {
      return listed.filter(each -> number(each) > 0).sorted().toList();
    }
  }

  /** Of one that was put aside; 0 for any other file. */
  private int number(Path each) {
    Matcher name = aside.matcher(each.getFileName().toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  private Path aside(int number) {
    return file.resolveSibling(stem + "-" + "0".repeat(6 - digits(number)) + number + ending);
  }

  private static int digits(int number) {
    return Integer.toString(number).length();
  }

  @Override
  public void close() throws IOException {
    writing.lock();
    try {
      closed = true;
      channel.close();
    } finally {
      writing.unlock();
    }
  }
}
