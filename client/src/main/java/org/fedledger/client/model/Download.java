package org.fedledger.client.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.files.Buffers;
import org.fedledger.files.WholeFile;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;

/** Brings a blob to where its user wants it: whole and checked, or not at all. */
final class Download {

  private final Path target;
  private final boolean overwrite;

  /**
   * @throws CommandException if nothing can be written there
   */
  Download(Path target, boolean overwrite) {
    this.target = target;
    this.overwrite = overwrite;
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw CommandException.usage("--out: there is no folder " + folder);
    }
    if (Files.isDirectory(target)) {
      throw CommandException.usage("--out: %s is a folder; name a file".formatted(target));
    }
    requireFree();
  }

  private void requireFree() {
    if (!overwrite && Files.exists(target)) {
      throw CommandException.usage("--out: %s exists; --force overwrites it".formatted(target));
    }
  }

  /**
   * @param blob by the digest and the size that the ledger records
   * @throws CommandException if the blob cannot be had, or is not what its digest says
   */
  BlobId of(BlobId blob, BlobSource blobs) throws IOException {
    Digest digest = blob.digest();
    BlobInput source =
        switch (BlobInput.open(blobs, digest)) {
          case BlobInput.Stream(BlobInput in) when in.size() == blob.size() -> in;
          // Not even begun, since who gives another file may give one without an end.
          case BlobInput.Stream(BlobInput in) ->
              throw CommandException.verificationFailed(
                  "the file is not what the ledger records: it has %d bytes, not %d; nothing was written"
                      .formatted(in.size(), blob.size()));
          case AbsentBlob why -> throw outOfReach(digest, why.toString());
        };
    try (WholeFile file = WholeFile.forOthers(target)) {
      copy(digest, source, file.channel());
      // What is compared is what was written, not what was read.
      BlobId got = Blobs.id(file.part());
      if (!got.digest().equals(digest)) {
        throw CommandException.verificationFailed(
            "the file is not what the ledger records: its digest is %s, not %s; nothing was written"
                .formatted(got.digest(), digest));
      }
      requireFree();
      file.commit(target);
      return got;
    }
  }

  private static void copy(Digest digest, BlobInput source, FileChannel to) throws IOException {
    byte[] block = new byte[Buffers.BYTES];
    for (int got = next(digest, source, block); got >= 0; got = next(digest, source, block)) {
      ByteBuffer bytes = ByteBuffer.wrap(block, 0, got);
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
    }
  }

  private static int next(Digest digest, BlobInput source, byte[] block) {
    try {
      return source.read(block);
    } catch (IOException e) {
      throw outOfReach(digest, e.getMessage());
    }
  }

  private static CommandException outOfReach(Digest digest, String why) {
    return CommandException.outOfReach("%s cannot be had: %s".formatted(digest, why), null);
  }
}
