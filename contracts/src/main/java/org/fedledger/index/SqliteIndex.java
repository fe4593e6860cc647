package org.fedledger.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerFeed.Change;
import org.fedledger.ledger.LedgerFeed.Place;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.BlockHash;
import org.fedledger.types.TransactionHash;

/**
 * An index in an SQLite file.
 *
 * <p>It may be killed at any moment; a file that is damaged or of another version is made anew. A
 * trigger for each table keeps the way back of the newest blocks.
 */
public final class SqliteIndex implements LedgerIndex {

  /** Events that one transaction is meant to take; the span of blocks is chosen by it. */
  private static final int EVENTS_AT_ONCE = 10_000;

  private static final int READERS = 4;
  private static final int MARKS = 64;

  private final IndexFile file;
  private final Consumer<String> talk;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantReadWriteLock opening = new ReentrantReadWriteLock();
  private final BlockingDeque<Database> readers = new LinkedBlockingDeque<>(READERS);
  private Database writer;
  private Undo undo;
  private EventWriter events;
  private boolean eventsEachBlock;
  private long span = 1_000;

  /**
   * Opens an index, or makes one.
   *
   * @param path of the file; its folder is made where it is missing
   * @param domain whose ledger it is
   * @param talk told what a person should know, such as that a damaged file is made anew
   * @throws IndexException if the file is another federation's index, another program's file, or in
   *     use
   * @throws IOException if the folder cannot be used
   */
  public static SqliteIndex open(Path path, SigningDomain domain, Consumer<String> talk)
      throws IOException {
    IndexFile file = IndexFile.lock(path, domain, talk);
    try {
      return new SqliteIndex(file, talk);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private SqliteIndex(IndexFile file, Consumer<String> talk) {
    this.file = file;
    this.talk = talk;
    begin(file.open());
  }

  private void begin(Database opened) {
    writer = opened;
    undo = new Undo(writer);
    events = null;
    for (int i = 0; i < READERS; i++) {
      readers.add(Database.reader(file.path()));
    }
  }

  /** Where the file is. */
  public Path path() {
    return file.path();
  }

  @Override
  public Optional<IndexedTo> advance(LedgerFeed feed, GasSource gas, Progress progress) {
    writing.lock();
    try {
      feed.advance(new Filling(gas, progress));
      return SqliteQueries.indexedTo(writer);
    } finally {
      writing.unlock();
    }
  }

  /** Writes what the feed tells. */
  private final class Filling implements LedgerFeed.Consumer {
    private final GasSource gas;
    private final Progress progress;
    private long head;

    Filling(GasSource gas, Progress progress) {
      this.gas = gas;
      this.progress = progress;
    }

    /** The newest block that is known, and not before what can be undone. */
    @Override
    public Optional<Place> placeBelow(long number) {
      return writer
          .first(
              """
              SELECT number, hash, timestamp FROM
                (SELECT * FROM blocks WHERE number >= ? AND number < ?
                 UNION SELECT * FROM marks WHERE number >= ? AND number < ?)
              ORDER BY number DESC LIMIT 1\
              """,
              SqliteQueries::indexedTo,
              undo.reachesTo(),
              number,
              undo.reachesTo(),
              number)
          .map(known -> new Place(known.block(), known.hash()));
    }

    /** One transaction holds only blocks that can be undone, or only such that need not be. */
    @Override
    public long upTo(long from, long target) {
      head = target;
      long wanted = from + span - 1;
      return isUndoable(from) ? wanted : Math.min(wanted, target - UNDO_BLOCKS);
    }

    private boolean isUndoable(long block) {
      return block > head - UNDO_BLOCKS;
    }

    @Override
    public void take(Change change) {
      try {
        switch (change) {
          case Change.Committed(BlockRef block, List<RecordedEvent> read) -> {
            write(read, gas.used(transactions(read)), block, isUndoable(block.number()));
            progress.indexed(block.number(), head);
            adaptSpan(read.size());
          }
          case Change.Reorged(Optional<Place> to) -> goBack(to);
        }
      } catch (RuntimeException | Error e) {
        // Its memory may be ahead of rows that were not written.
        events = null;
        throw e;
      }
    }
  }

  private void adaptSpan(int got) {
    if (got > EVENTS_AT_ONCE) {
      span = Math.max(1, span / 2);
    } else if (got < EVENTS_AT_ONCE / 4) {
      span = Math.min(LedgerReader.MAX_SPAN, span * 2);
    }
  }

  private static Set<TransactionHash> transactions(List<RecordedEvent> events) {
    Set<TransactionHash> all = new LinkedHashSet<>();
    events.forEach(e -> all.add(e.transaction()));
    return all;
  }

  private void write(
      List<RecordedEvent> read, Map<TransactionHash, Long> gas, BlockRef last, boolean undoable) {
    undo.record(undoable);
    if (events == null || eventsEachBlock != undoable) {
      events = new EventWriter(writer, undoable);
      eventsEachBlock = undoable;
    }
    writer.transaction(
        () -> {
          for (RecordedEvent event : read) {
            events.apply(event, gas.getOrDefault(event.transaction(), 0L));
          }
          events.flush();
          mark(last.number(), last.hash(), last.timestamp());
          undo.forget(undoable ? last.number() - UNDO_BLOCKS : last.number());
        });
  }

  private void mark(long number, BlockHash hash, long timestamp) {
    writer.run("INSERT INTO marks VALUES (?, ?, ?)", number, hash, timestamp);
    writer.run(
        """
        DELETE FROM marks WHERE number <
          (SELECT min(number) FROM (SELECT number FROM marks ORDER BY number DESC LIMIT ?))\
        """,
        MARKS);
  }

  private void goBack(Optional<Place> to) {
    Optional<IndexedTo> at = SqliteQueries.indexedTo(writer);
    events = null;
    undo.record(false);
    if (to.isPresent()) {
      long block = to.get().number();
      writer.transaction(
          () -> {
            long timestamp = timestampOf(block);
            undo.goBackTo(block);
            writer.run("DELETE FROM marks WHERE number >= ?", block);
            mark(block, to.get().hash(), timestamp);
          });
    } else {
      if (at.isPresent()) {
        talk.accept("the chain records something else than was indexed; reading it from its start");
      }
      writer.transaction(() -> IndexFile.empty(writer));
    }
  }

  private long timestampOf(long block) {
    return writer
        .number(
            """
            SELECT timestamp FROM (SELECT * FROM blocks UNION SELECT * FROM marks)
            WHERE number = ?\
            """,
            block)
        .orElseThrow();
  }

  @Override
  public <T> T ask(Function<Queries, T> question) {
    opening.readLock().lock();
    try {
      Database reader = readers.take();
      try {
        List<T> answer = new ArrayList<>(1);
        reader.transaction(() -> answer.add(question.apply(new SqliteQueries(reader))));
        return answer.getFirst();
      } finally {
        // The one used last is taken first, since it has the statements and pages at hand.
        readers.addFirst(reader);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the index", e);
    } finally {
      opening.readLock().unlock();
    }
  }

  @Override
  public void rebuild() {
    writing.lock();
    opening.writeLock().lock();
    try {
      closeAll();
      file.delete();
      begin(file.open());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      opening.writeLock().unlock();
      writing.unlock();
    }
  }

  private void closeAll() {
    List<Database> open = new ArrayList<>();
    readers.drainTo(open);
    open.add(writer);
    for (Database database : open) {
      try {
        database.close();
      } catch (IndexException e) {
        // A damaged file need not close in order; it is not used again.
      }
    }
  }

  @Override
  public void close() {
    writing.lock();
    opening.writeLock().lock();
    try {
      closeAll();
      file.close();
    } finally {
      opening.writeLock().unlock();
      writing.unlock();
    }
  }
}
