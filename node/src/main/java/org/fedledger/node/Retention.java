package org.fedledger.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.fedledger.files.WholeFile;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.http.BlobVisibility;
import org.fedledger.role.Role;
import org.fedledger.role.Step;
import org.fedledger.store.FileBlobStore;
import org.fedledger.types.Digest;

/**
 * Deletes the updates of old rounds from the node's store, round by round, where its operator asks
 * for it. All else is kept: specs, plans, versions, receipts and evaluations.
 *
 * <p>An update that was committed again later counts as the later round's, lest a participant make
 * the node lose what it has given a receipt for.
 */
final class Retention implements Role {

  private static final Step NOTHING =
      new Step.Idle("no further round is old enough to delete its updates, as far as indexed");

  private final FileBlobStore store;
  private final NodeIndex index;
  private final Federation federation;
  private final long rounds;
  private final Path progress;
  private final BlobVisibility.Lookup visibility = new BlobVisibility.Lookup();

  /**
   * @param rounds how many before the last one keep their updates, at least 1
   * @param progress a file that tells the next start how far this one got
   */
  Retention(
      FileBlobStore store, NodeIndex index, Federation federation, long rounds, Path progress) {
    this.federation = federation;
    this.store = store;
    this.index = index;
    this.rounds = rounds;
    this.progress = progress;
  }

  @Override
  public Step step(FederationState state) throws IOException {
    long oldest = oldest();
    if (oldest >= state.round().map(Round::number).orElse(0L) - rounds) {
      return NOTHING;
    }
    Optional<Set<Digest>> updates = index.lastCommittedIn(oldest, state.at().number());
    if (updates.isEmpty()) {
      return NOTHING;
    }
    for (Digest update : updates.get()) {
      if (!isForEverybody(update)) {
        store.delete(update);
      }
    }
    WholeFile.write(progress, Long.toString(oldest + 1).getBytes(StandardCharsets.US_ASCII));
    return new Step.Did(
        "deleted what was here of the %d updates of round %d"
            .formatted(updates.get().size(), oldest));
  }

  /** Whoever commits a version's digest, or a plan's, shall not have it deleted. */
  private boolean isForEverybody(Digest digest) throws IOException {
    return store.has(digest)
        && visibility.of(digest, store, BlobVisibility.longestHeader(federation.spec()))
            instanceof BlobVisibility.Everybody;
  }

  /** The oldest round that may have updates here. */
  private long oldest() throws IOException {
    return Files.exists(progress) ? Long.parseLong(Files.readString(progress).strip()) : 1;
  }
}
