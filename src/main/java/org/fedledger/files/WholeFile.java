package org.fedledger.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A file that appears under its name whole or not at all, and is on disk for good when it does: the
 * file is synced, and then the folder that names it.
 *
 * <p>It is written beside its place under another name; closing it without {@link #commit} leaves
 * nothing. Only its owner may read it, before as after, unless it is made {@linkplain #forOthers
 * for others}.
 */
public final class WholeFile implements AutoCloseable {

  /** What writes a file's content. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final Path part;
  private final FileChannel channel;

  private WholeFile(Path part, OpenOption... making) throws IOException {
    Set<OpenOption> how = new HashSet<>(List.of(making));
    how.add(StandardOpenOption.READ);
    how.add(StandardOpenOption.WRITE);
    this.part = part;
    this.channel = FileChannel.open(part, how);
  }

  /**
   * Begins a file in a folder, on the file system where it will have its place.
   *
   * @param folder that exists
   */
  public static WholeFile in(Path folder) throws IOException {
    return new WholeFile(Files.createTempFile(folder, ".whole", ".part"));
  }

  /** Begins a file beside its place, whose folder exists. */
  public static WholeFile beside(Path target) throws IOException {
    return in(folderOf(target));
  }

  /** Begins a file beside its place that whoever may read new files of this process may read. */
  public static WholeFile forOthers(Path target) throws IOException {
    String name = ".whole%s.part".formatted(UUID.randomUUID());
    return new WholeFile(folderOf(target).resolve(name), StandardOpenOption.CREATE_NEW);
  }

  /** Writes or replaces a file, whose folder is made where it is missing. */
  public static void write(Path target, byte[] content) throws IOException {
    createFolder(folderOf(target));
    try (WholeFile file = beside(target)) {
      file.finish(target, out -> out.write(content));
    }
  }

  /** Writes or replaces a file for others, in a folder that exists. */
  public static void writeForOthers(Path target, Content content) throws IOException {
    try (WholeFile file = forOthers(target)) {
      file.finish(target, content);
    }
  }

  private void finish(Path target, Content content) throws IOException {
    content.writeTo(Channels.newOutputStream(channel));
    commit(target);
  }

  /**
   * Gives a file that was written otherwise its place, as {@link #commit} does.
   *
   * @param made of the same file system; gone afterwards
   */
  public static void adopt(Path made, Path target) throws IOException {
    try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    place(made, target);
  }

  private static void place(Path made, Path target) throws IOException {
    Files.move(made, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(folderOf(target));
  }

  /** Makes a folder, and those above it, where they are missing, on disk for good. */
  public static void createFolder(Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path each = folder.toAbsolutePath();
        each != null && !Files.isDirectory(each);
        each = each.getParent()) {
      missing.push(each);
    }
    Files.createDirectories(folder);
    for (Path made : missing) {
      sync(made.getParent());
    }
  }

  /** Where the content goes; it may be read too. */
  public FileChannel channel() {
    return channel;
  }

  /** The file under its other name, for those who take a path. */
  public Path part() {
    return part;
  }

  /**
   * Gives the file its name, which may be another's so far.
   *
   * @param target in a folder that exists
   */
  public void commit(Path target) throws IOException {
    channel.force(true);
    channel.close();
    place(part, target);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(part);
  }

  private static Path folderOf(Path file) {
    return file.toAbsolutePath().getParent();
  }

  /** So that a new name outlives a power cut; not every system can sync a folder. */
  static void sync(Path folder) throws IOException {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      try (FileChannel channel = FileChannel.open(folder)) {
        channel.force(true);
      }
    }
  }
}
