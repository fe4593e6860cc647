package org.fedledger.role;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.fedledger.store.BlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;

/** Sees to it that replicas get what is in one's own store. Offered again after a restart. */
final class Offers {

  private record Offer(int replica, Digest digest) {}

  private final BlobStore store;
  private final List<Replica> replicas;

  /** Taken already; only so that no block offers it anew. */
  private final Set<Offer> taken = new HashSet<>();

  Offers(BlobStore store, List<Replica> replicas) {
    this.store = store;
    this.replicas = List.copyOf(replicas);
  }

  /**
   * Offers those that are in the store to every replica that has not taken them yet.
   *
   * @return what was done, or why it could not be; empty if there is nothing to offer
   */
  Optional<Step> offer(List<Digest> digests) {
    List<String> sent = new ArrayList<>();
    Optional<Step> trouble = Optional.empty();
    for (Digest digest : digests) {
      OptionalLong size = store.size(digest);
      if (size.isEmpty()) {
        continue;
      }
      BlobId blob = new BlobId(digest, size.getAsLong());
      for (int i = 0; i < replicas.size(); i++) {
        if (taken.contains(new Offer(i, digest))) {
          continue;
        }
        switch (replicas.get(i).offer(blob, store)) {
          case Replica.Answer.Kept _ -> {
            taken.add(new Offer(i, digest));
            sent.add(digest.toString());
          }
          case Replica.Answer.NotKept(String why) ->
              trouble =
                  Optional.of(new Step.Idle("%s is offered in vain: %s".formatted(digest, why)));
        }
      }
    }
    return sent.isEmpty()
        ? trouble
        : Optional.of(new Step.Did("offered " + String.join(", ", sent)));
  }

  /** Whether some replica has taken all of them that are in the store. */
  boolean areTakenByOne(List<Digest> digests) {
    List<Digest> here = digests.stream().filter(store::has).toList();
    return IntStream.range(0, replicas.size())
        .anyMatch(i -> here.stream().allMatch(digest -> taken.contains(new Offer(i, digest))));
  }

  /** Whether every replica has taken those of them that are in the store. */
  boolean areTaken(List<Digest> digests) {
    for (Digest digest : digests) {
      for (int i = 0; i < replicas.size(); i++) {
        if (!taken.contains(new Offer(i, digest)) && store.has(digest)) {
          return false;
        }
      }
    }
    return true;
  }
}
