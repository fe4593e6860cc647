package org.fedledger.role;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.round.RoundInputs;
import org.fedledger.rule.RuleApplication;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobStore;
import org.fedledger.store.BlobStore.Received;
import org.fedledger.store.LocalFiles;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation.Result;

/** One's own store of model versions, and where they are made. */
final class ModelFiles {

  private final BlobStore store;
  private final Path work;

  /**
   * @param work an existing folder for files in the making, each deleted after use
   */
  ModelFiles(BlobStore store, Path work) {
    this.store = store;
    this.work = work;
  }

  BlobStore store() {
    return store;
  }

  boolean has(Digest digest) {
    return store.has(digest);
  }

  /**
   * The files that a round is computed from.
   *
   * @param others places that are asked for what is not in the store
   */
  BlobFiles inputs(List<? extends BlobSource> others) {
    List<BlobSource> places = new ArrayList<>();
    places.add(store);
    places.addAll(others);
    return new BlobFiles(places, work);
  }

  /** A name in the work folder at which no file is. */
  Path newFile() throws IOException {
    Path file = Files.createTempFile(work, "version", ".safetensors");
    Files.delete(file);
    return file;
  }

  /** Comes to a round's result, and keeps the new version's files if there is one. */
  Result compute(ResultProvider results, RoundInputs.Ready inputs) throws IOException {
    RuleApplication.Target out = new RuleApplication.Target(newFile(), newFile());
    try {
      Result result = results.compute(new ResultProvider.Task(inputs, out));
      if (result instanceof Result.Aggregated aggregated) {
        // The model last: whoever has it has all of the version.
        if (!aggregated.state().isZero()) {
          keep(aggregated.state(), out.state());
        }
        keep(aggregated.model(), out.model());
      }
      return result;
    } finally {
      Files.deleteIfExists(out.model());
      Files.deleteIfExists(out.state());
    }
  }

  /** Puts a document into the store, unless it is there. */
  void keep(byte[] document) throws IOException {
    Digest digest = Digest.ofContent(document);
    if (!store.has(digest)) {
      store.store(digest, document.length, new ByteArrayInputStream(document));
    }
  }

  /** Puts a file that was just made into the store. */
  void keep(Digest digest, Path file) throws IOException {
    switch (LocalFiles.store(store, digest, file)) {
      case Received.Stored _ -> {
        // There for good.
      }
      case Received.WrongDigest(Digest expected, Digest got) ->
          throw new IllegalStateException(
              "the computation named its file %s, but wrote %s".formatted(expected, got));
      case Received.WrongSize w ->
          throw new IllegalStateException("a file changed while it was stored: " + w);
    }
  }
}
