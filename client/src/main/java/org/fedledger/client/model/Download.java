package org.fedledger.client.model;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.files.WholeFile;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSource.Fetched;
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
   * @throws CommandException if the blob cannot be had, or is not what its digest says
   */
  BlobId of(Digest digest, BlobSource blobs) throws IOException {
    Path source =
        switch (blobs.fetch(digest)) {
          case Fetched.Found(Path file) -> file;
          case Fetched.Missing _ -> throw outOfReach(digest, "it is not there");
          case Fetched.Erased(String why) -> throw outOfReach(digest, "it was erased: " + why);
          case Fetched.Denied(String why) -> throw outOfReach(digest, why);
          case Fetched.Unreachable(String why) -> throw outOfReach(digest, why);
        };
    try (WholeFile file = WholeFile.forOthers(target)) {
      Files.copy(source, Channels.newOutputStream(file.channel()));
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

  private static CommandException outOfReach(Digest digest, String why) {
    return CommandException.outOfReach("%s cannot be had: %s".formatted(digest, why), null);
  }
}
