package org.fedledger.role;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.fedledger.ledger.FederationState;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;

/**
 * Sees to it that replicas get what is in one's own store, each of them one file after another, so
 * that the first is there soon. Offered again after a restart.
 */
final class Offers {

  private record Offer(int replica, Digest digest) {}

  private final BlobSource store;
  private final List<Replica> replicas;

  /** Taken already; only so that no block offers it anew. */
  private final Set<Offer> taken = new HashSet<>();

  /** By replica. */
  private final Calls<Integer, Map<Digest, Replica.Answer>> calls;

  Offers(BlobSource store, List<Replica> replicas, Concurrency concurrency) {
    this.calls = new Calls<>(concurrency);
    this.store = store;
    this.replicas = List.copyOf(replicas);
  }

  /**
   * Offers those that are in the store to every replica that has not taken them yet, to all of them
   * at the same time.
   *
   * @return what was done, or why it is not done yet; empty if there is nothing to offer
   */
  Optional<Step> offer(List<Digest> digests) {
    List<BlobId> here = new ArrayList<>();
    for (Digest digest : digests) {
      OptionalLong size = missesSome(digest) ? size(digest) : OptionalLong.empty();
      size.ifPresent(bytes -> here.add(new BlobId(digest, bytes)));
    }
    SequencedMap<Integer, Supplier<Map<Digest, Replica.Answer>>> wanted = new LinkedHashMap<>();
    for (int i = 0; i < replicas.size(); i++) {
      Replica replica = replicas.get(i);
      List<BlobId> missed = missed(i, here);
      if (!missed.isEmpty()) {
        wanted.put(i, () -> offered(replica, missed));
      }
    }
    return told(wanted.keySet(), calls.make(wanted));
  }

  private boolean missesSome(Digest digest) {
    return IntStream.range(0, replicas.size()).anyMatch(i -> !taken.contains(new Offer(i, digest)));
  }

  private List<BlobId> missed(int replica, List<BlobId> here) {
    return here.stream()
        .filter(blob -> !taken.contains(new Offer(replica, blob.digest())))
        .toList();
  }

  private Map<Digest, Replica.Answer> offered(Replica replica, List<BlobId> blobs) {
    Map<Digest, Replica.Answer> answers = new LinkedHashMap<>();
    for (BlobId blob : blobs) {
      answers.put(blob.digest(), replica.offer(blob, store));
    }
    return answers;
  }

  private OptionalLong size(Digest digest) {
    return store.read(digest, 0, 0) instanceof BlobSource.Part.Bytes part
        ? OptionalLong.of(part.size())
        : OptionalLong.empty();
  }

  /**
   * What everybody may read and needs for the last round: spec, plan, and the last version; each as
   * far as it is in a store.
   */
  static List<Digest> publicFiles(FederationState state) {
    List<Digest> files = new ArrayList<>();
    files.add(state.created().spec());
    state.round().ifPresent(round -> files.add(round.opening().plan()));
    files.add(state.head().model());
    if (!state.head().state().isZero()) {
      files.add(state.head().state());
    }
    return files;
  }

  private Optional<Step> told(
      Set<Integer> asked, Map<Integer, Map<Digest, Replica.Answer>> answers) {
    Set<String> sent = new LinkedHashSet<>();
    Optional<Step> trouble =
        answers.keySet().containsAll(asked)
            ? Optional.empty()
            : Optional.of(new Step.Idle("files are on their way"));
    for (Map.Entry<Integer, Map<Digest, Replica.Answer>> of : answers.entrySet()) {
      for (Map.Entry<Digest, Replica.Answer> answer : of.getValue().entrySet()) {
        Digest digest = answer.getKey();
        switch (answer.getValue()) {
          case Replica.Answer.Kept _ -> {
            taken.add(new Offer(of.getKey(), digest));
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
    List<Digest> here = digests.stream().filter(this::isHere).toList();
    return IntStream.range(0, replicas.size())
        .anyMatch(i -> here.stream().allMatch(digest -> taken.contains(new Offer(i, digest))));
  }

  /** Whether every replica has taken those of them that are in the store. */
  boolean areTaken(List<Digest> digests) {
    for (Digest digest : digests) {
      for (int i = 0; i < replicas.size(); i++) {
        if (!taken.contains(new Offer(i, digest)) && isHere(digest)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isHere(Digest digest) {
    return store.has(Set.of(digest)).contains(digest);
  }
}
