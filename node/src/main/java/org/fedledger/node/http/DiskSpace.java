package org.fedledger.node.http;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The room on the file system of the node's folder, of which so much is left free: receipts, the
 * index and the logs need some when uploads find none.
 */
public final class DiskSpace {

  private static final Map<String, String> LATER = Map.of("Retry-After", "30");

  /** What stands in the way of a file. */
  static final RefusedException FULL =
      new RefusedException(
          Problem.STORAGE.because(
              "the node's disk has no room for this; nothing was kept, try again later", LATER));

  private final FileStore disk;
  private final long reserve;

  /** Bytes for which there is room, and that have not come yet. */
  private long promised;

  /** Room for one file on its way in, given back as far as it is not used. */
  final class Room implements AutoCloseable {
    private long left;

    private Room(long bytes) {
      this.left = bytes;
    }

    /** So many bytes were written. */
    void used(long bytes) {
      giveBack(this, bytes);
    }

    @Override
    public void close() {
      giveBack(this, left);
    }
  }

  /**
   * @param folder that exists
   * @param reserve bytes that uploads leave free
   */
  public DiskSpace(Path folder, long reserve) throws IOException {
    this.disk = Files.getFileStore(folder);
    this.reserve = reserve;
  }

  /** Bytes that may still be written. */
  public long free() throws IOException {
    return disk.getUsableSpace();
  }

  public long total() throws IOException {
    return disk.getTotalSpace();
  }

  /** Bytes that uploads leave free. */
  public long reserve() {
    return reserve;
  }

  /** Whether uploads find no room. */
  boolean isFull() throws IOException {
    return free() < reserve;
  }

  /**
   * Room for a file of so many bytes, beside those that are on their way.
   *
   * @throws RefusedException if there is none
   */
  synchronized Room room(long bytes) throws IOException, RefusedException {
    if (free() - promised - bytes < reserve) {
      throw FULL;
    }
    promised += bytes;
    return new Room(bytes);
  }

  private synchronized void giveBack(Room room, long bytes) {
    long given = Math.min(room.left, bytes);
    room.left -= given;
    promised -= given;
  }
}
