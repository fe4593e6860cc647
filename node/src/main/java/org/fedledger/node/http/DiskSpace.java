package org.fedledger.node.http;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The room on the file system of the node's folder, of which so much is left free: receipts, the
 * index and the logs need some when uploads find none.
 */
public final class DiskSpace {

  private final FileStore disk;
  private final long reserve;

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
    return !takes(0);
  }

  /** Whether a file of so many bytes finds room. */
  boolean takes(long bytes) throws IOException {
    return free() - bytes >= reserve;
  }
}
