package org.fedledger.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/** The file of an index: whose it is, whether it can be used, and that one program writes it. */
final class IndexFile implements AutoCloseable {

  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 100;
  private static final int APPLICATION_ID_AT = 68;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Up to this size a file is looked through when it is opened: less than a second. */
  private static final long CHECKED_BYTES = 128 << 20;

  private final Path path;
  private final SigningDomain domain;
  private final Consumer<String> talk;
  private final FileChannel lock;

  private IndexFile(Path path, SigningDomain domain, Consumer<String> talk, FileChannel lock) {
    this.path = path;
    this.domain = domain;
    this.talk = talk;
    this.lock = lock;
  }

  /** Waits a while for another program to be done with it. */
  static IndexFile lock(Path path, SigningDomain domain, Consumer<String> talk) throws IOException {
    Path absolute = path.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    Path beside = absolute.resolveSibling(absolute.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean told = false;
    while (!tryLock(channel)) {
      if (System.nanoTime() > deadline) {
        channel.close();
        throw IndexException.busy(
            "another program is using the index %s; wait, or choose another file".formatted(path));
      }
      if (!told) {
        talk.accept("waiting for another program to be done with the index " + path);
        told = true;
      }
      pause();
    }
    return new IndexFile(absolute, domain, talk, channel);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the index", e);
    }
  }

  Path path() {
    return path;
  }

  /** The file, whole and of this federation; made anew where it was not to be used. */
  Database open() {
    try {
      switch (content()) {
        case ABSENT -> {}
        case OURS -> {
          Database found = usable();
          if (found != null) {
            return found;
          }
          delete();
        }
        case ANOTHER_DATABASE ->
            throw IndexException.refused(
                "%s is a database of another program, which is left alone; choose another file"
                    .formatted(path));
        case UNREADABLE -> {
          Path aside = path.resolveSibling(path.getFileName() + ".damaged");
          talk.accept(
              "%s is damaged, or no index: it is kept as %s, and the index is made anew"
                  .formatted(path, aside.getFileName()));
          Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
          delete();
        }
      }
      return made();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private enum Content {
    ABSENT,
    OURS,
    ANOTHER_DATABASE,
    UNREADABLE
  }

  private Content content() throws IOException {
    if (!Files.exists(path) || Files.size(path) == 0) {
      return Content.ABSENT;
    }
    byte[] header;
    try (var in = Files.newInputStream(path)) {
      header = in.readNBytes(HEADER);
    }
    if (header.length < HEADER
        || !Arrays.equals(header, 0, SQLITE.length, SQLITE, 0, SQLITE.length)) {
      return Content.UNREADABLE;
    }
    return ByteBuffer.wrap(header).getInt(APPLICATION_ID_AT) == Schema.APPLICATION_ID
        ? Content.OURS
        : Content.ANOTHER_DATABASE;
  }

  /** Null for a file that has to be made anew. */
  private Database usable() throws IOException {
    Database database = null;
    try {
      database = Database.writer(path);
      long version = database.number("PRAGMA user_version").orElse(0);
      if (version != Schema.VERSION) {
        talk.accept("%s is of another version; the index is made anew".formatted(path));
        database.close();
        return null;
      }
      requireOurs(database);
      requireWhole(database);
      return database;
    } catch (IndexException e) {
      if (database != null) {
        database.close();
      }
      if (e.kind() != IndexException.Kind.DAMAGED) {
        throw e;
      }
      talk.accept("%s is damaged; the index is made anew".formatted(path));
      return null;
    }
  }

  private void requireOurs(Database database) {
    SigningDomain of =
        database
            .first(
                "SELECT chain_id, contract FROM meta",
                row -> new SigningDomain(row.getLong(1), new Address(row.getBytes(2))))
            .orElseThrow(() -> IndexException.damaged("it does not say whose it is"));
    if (!of.equals(domain)) {
      throw IndexException.refused(
          "%s is the index of contract %s on chain %d, not of %s on chain %d; choose another file"
              .formatted(path, of.contract(), of.chainId(), domain.contract(), domain.chainId()));
    }
  }

  private void requireWhole(Database database) throws IOException {
    if (Files.size(path) <= CHECKED_BYTES) {
      String found =
          database.first("PRAGMA quick_check(1)", row -> row.getString(1)).orElse("no answer");
      if (!found.equals("ok")) {
        throw IndexException.damaged(found);
      }
    }
  }

  /** Made beside and moved here whole, so that a file that is here is never half made. */
  private Database made() throws IOException {
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    delete(beside);
    try (Database database = Database.writer(beside)) {
      List<String> statements = new ArrayList<>(Schema.TABLES);
      statements.add("PRAGMA application_id = " + Schema.APPLICATION_ID);
      statements.add("PRAGMA user_version = " + Schema.VERSION);
      database.script(statements);
      database.run("INSERT INTO meta VALUES (0, ?, ?, 0)", domain.chainId(), domain.contract());
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    return Database.writer(path);
  }

  /** Forgets all that is indexed, within a transaction. */
  static void empty(Database database) {
    Schema.UNDOABLE.forEach(table -> database.run("DELETE FROM " + table));
    database.run("DELETE FROM undo");
    database.run("DELETE FROM marks");
    database.run("UPDATE meta SET undo_from = 0");
  }

  /** Deletes the file, which nobody has open. */
  void delete() throws IOException {
    delete(path);
  }

  private static void delete(Path database) throws IOException {
    for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
      Files.deleteIfExists(database.resolveSibling(database.getFileName() + suffix));
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
