package org.fedledger.node.round;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.store.BlobStore;
import org.fedledger.store.BlobStore.Received;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Model versions in the store; makes version 0 where the spec says how. */
public final class Versions {

  private static final Logger LOG = LoggerFactory.getLogger(Versions.class);

  private final BlobStore store;
  private final Path work;
  private boolean looked;

  /**
   * @param work an existing folder for files in the making
   */
  public Versions(BlobStore store, Path work) {
    this.store = store;
    this.work = work;
  }

  /** The files of the round's base version, if all of them are here. */
  Optional<RoundComputation.BaseFiles> base(Round round) {
    Optional<Path> model = file(round.opened().baseModel());
    if (round.opened().baseState().isZero()) {
      return model.map(found -> new RoundComputation.BaseFiles(found, Optional.empty()));
    }
    Optional<Path> state = file(round.opened().baseState());
    return model
        .filter(_ -> state.isPresent())
        .map(found -> new RoundComputation.BaseFiles(found, state));
  }

  boolean has(Digest digest) {
    return file(digest).isPresent();
  }

  Optional<Path> file(Digest digest) {
    return store.fetch(digest) instanceof Fetched.Found(Path file)
        ? Optional.of(file)
        : Optional.empty();
  }

  /**
   * Sees to it that version 0 can be had from this node, as far as the spec says how it is made.
   */
  void prepareInitial(FederationState state, FederationSpec spec) throws IOException {
    if (looked) {
      return;
    }
    looked = true;
    if (!state.created().state().isZero() && !has(state.created().state())) {
      makeInitialState(state, spec);
    }
    if (has(state.created().model())) {
      return;
    }
    if (!InitialModels.reproducible(spec)) {
      LOG.warn("version 0 is supplied as a file; upload {} to this node", state.created().model());
      return;
    }
    makeInitial(state, spec);
  }

  private void makeInitialState(FederationState state, FederationSpec spec) throws IOException {
    Path made = newFile();
    try {
      Optional<BlobId> id = InitialModels.writeState(spec, state.federation(), made);
      if (id.isPresent() && id.get().digest().equals(state.created().state())) {
        keep(id.get().digest(), made);
      } else {
        LOG.error(
            "the rule of the spec begins with the state {}, but the ledger says {}; no round can be"
                + " worked on",
            id.map(i -> i.digest().toString()).orElse("none"),
            state.created().state());
      }
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private void makeInitial(FederationState state, FederationSpec spec) throws IOException {
    Path made = newFile();
    try {
      BlobId id = InitialModels.write(spec, state.federation(), made);
      if (id.digest().equals(state.created().model())) {
        keep(id.digest(), made);
        LOG.info("made version 0 from the spec, model {}", id.digest());
      } else {
        LOG.error(
            "the spec makes version 0 as {}, but the ledger says {}; no round can be worked on",
            id.digest(),
            state.created().model());
      }
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /** A name in the work folder at which no file is. */
  Path newFile() throws IOException {
    Path file = Files.createTempFile(work, "version", ".safetensors");
    Files.delete(file);
    return file;
  }

  /** Puts a file that was just made into the store. */
  void keep(Digest digest, Path file) throws IOException {
    switch (store.store(digest, file)) {
      case Received.Stored _ -> {
        // There for good.
      }
      case Received.WrongDigest(Digest expected, Digest got) ->
          throw new IllegalStateException(
              "the computation named its model %s, but wrote %s".formatted(expected, got));
      case Received.WrongSize w ->
          throw new IllegalStateException("the model changed while it was stored: " + w);
    }
  }
}
