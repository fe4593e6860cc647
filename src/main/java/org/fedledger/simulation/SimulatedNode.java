package org.fedledger.simulation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.role.Peer;
import org.fedledger.role.Replica;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobStore;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;

/** An aggregator's node: takes what the ledger names, signs for updates, gives what it has. */
final class SimulatedNode {

  private final SimulatedParty party;
  private final SigningKey key;
  private final SigningDomain domain;
  private final BlobStore store;
  private final LedgerViews views;

  /**
   * @param party who is down when the node is
   */
  SimulatedNode(
      SimulatedParty party,
      SigningKey key,
      SigningDomain domain,
      BlobStore store,
      LedgerViews views) {
    this.party = party;
    this.key = key;
    this.domain = domain;
    this.store = store;
    this.views = views;
  }

  // What comes.

  private Peer.Answer take(UpdateCommitment commitment, Path file) throws IOException {
    requireUp();
    Optional<String> refusal = refusal(views.newest(), commitment);
    if (refusal.isPresent()) {
      return new Peer.Answer.Refused(refusal.get());
    }
    if (store.size(commitment.digest()).isEmpty()
        && !(LocalFiles.store(store, commitment.digest(), file)
            instanceof BlobStore.Received.Stored)) {
      return new Peer.Answer.Refused("the bytes are not those that were committed");
    }
    FederationState now = views.newest();
    Optional<String> tooLate = refusal(now, commitment);
    return tooLate.isPresent()
        ? new Peer.Answer.Refused(tooLate.get())
        : new Peer.Answer.Received(receipt(commitment, now));
  }

  private static Optional<String> refusal(FederationState state, UpdateCommitment commitment) {
    Optional<Round> round = state.openRound().filter(r -> r.id().equals(commitment.roundId()));
    if (round.isEmpty() || round.get().revealDeadline().isEmpty()) {
      return Optional.of("uploads of this round are not open");
    }
    boolean stands =
        Optional.ofNullable(round.get().commitments().get(commitment.participant()))
            .filter(c -> c.commitment().equals(commitment))
            .isPresent();
    if (!stands) {
      return Optional.of("it is not committed");
    }
    return state.at().timestamp() > round.get().revealDeadline().get()
        ? Optional.of("the time for uploads is over")
        : Optional.empty();
  }

  private SignedReceipt receipt(UpdateCommitment c, FederationState now) {
    UploadReceipt receipt =
        new UploadReceipt(
            c.roundId(),
            c.stage(),
            c.participant(),
            c.digest(),
            c.size(),
            now.at().number(),
            now.at().hash());
    return new SignedReceipt(receipt, key.address(), domain.sign(receipt, key));
  }

  private Replica.Answer take(BlobId blob, BlobSource from) throws IOException {
    requireUp();
    if (!isNamed(views.newest(), blob.digest())) {
      return new Replica.Answer.NotKept("the ledger does not name it");
    }
    if (store.size(blob.digest()).isEmpty()) {
      store.store(blob.digest(), blob.size(), BlobInput.of(from, blob.digest()));
    }
    return new Replica.Answer.Kept();
  }

  private static boolean isNamed(FederationState state, Digest digest) {
    return digest.equals(state.created().spec())
        || digest.equals(state.created().model())
        || digest.equals(state.head().model())
        || digest.equals(state.head().state())
        || state.round().filter(r -> digest.equals(r.opening().plan())).isPresent();
  }

  private void requireUp() throws IOException {
    if (party.isDown()) {
      throw new IOException(party.name() + " is down");
    }
  }

  // The node as others reach it.

  /** As a participant brings its updates to it. */
  Peer peerOf(SimulatedParty caller) {
    return new Peer() {
      @Override
      public String name() {
        return party.name();
      }

      @Override
      public Answer upload(Round round, UpdateCommitment commitment, Path file) throws IOException {
        return caller.call("upload to " + name(), true, () -> take(commitment, file));
      }
    };
  }

  /** As others send it what everybody may read. */
  Replica replicaOf(SimulatedParty caller) {
    return (blob, from) -> {
      try {
        return caller.call("offer to " + party.name(), true, () -> take(blob, from));
      } catch (IOException e) {
        return new Replica.Answer.NotKept(e.getMessage());
      }
    };
  }

  /**
   * As others fetch from it; what comes may be damaged. Where nothing can go wrong on the way, its
   * files are used where they are, so that a thousand participants do not copy each a file.
   */
  BlobSource sourceOf(SimulatedParty caller) {
    return caller.rates().any() ? remote(caller) : store;
  }

  private BlobSource remote(SimulatedParty caller) {
    return new BlobSource() {
      @Override
      public Set<Digest> has(Set<Digest> digests) {
        try {
          return caller.call("ask " + party.name(), false, () -> here(digests));
        } catch (IOException e) {
          return Set.of();
        }
      }

      @Override
      public Part read(Digest digest, long from, int length) {
        try {
          return caller.call(
              "fetch from " + party.name(), false, () -> give(digest, from, length, caller));
        } catch (IOException e) {
          return AbsentBlob.unreachable(e.getMessage());
        }
      }
    };
  }

  private Set<Digest> here(Set<Digest> digests) throws IOException {
    requireUp();
    return store.has(digests);
  }

  private BlobSource.Part give(Digest digest, long from, int length, SimulatedParty caller)
      throws IOException {
    requireUp();
    BlobSource.Part given = store.read(digest, from, length);
    if (given instanceof BlobSource.Part.Bytes part
        && part.bytes().hasRemaining()
        && caller.random().happens(caller.rates().damaged())) {
      damage(part.bytes(), caller);
    }
    return given;
  }

  private void damage(ByteBuffer bytes, SimulatedParty caller) {
    caller.tell("what it fetched from %s comes damaged".formatted(party.name()));
    int at = caller.random().below(bytes.limit());
    bytes.put(at, (byte) (bytes.get(at) ^ 1));
  }
}
