package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.types.Digest;

/** What a dishonest operator of the node can do to the files it stores. */
final class StoredUpdates {

  private StoredUpdates() {}

  /** Flips the lowest bit of a weight; nothing of the file's form changes. */
  static void changeOneByte(BlobSource store, Digest update) throws IOException {
    if (!(store.fetch(update) instanceof Fetched.Found(Path file))) {
      throw new IOException("the update %s is not in the store".formatted(update));
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      long at = channel.size() - Float.BYTES;
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).flip();
      channel.write(one, at);
    }
  }
}
