package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.types.RoundId;

/**
 * Signed receipts that somebody brings before an audit: proofs that an update had come which the
 * record calls MISSING. What they say is not yet checked.
 */
public final class Receipts {

  /** Bytes of the largest file that is looked at; a receipt has some 500. */
  private static final int MAX_BYTES = 4_096;

  /** Files of one folder that are looked at. */
  private static final int MAX_FILES = 1_000_000;

  /** A folder of a participant's work holds its rounds' folders. */
  private static final int MAX_DEPTH = 6;

  private static final Receipts NONE = new Receipts(List.of());

  private final SortedMap<RoundId, List<SignedReceipt>> byRound = new TreeMap<>();

  private Receipts(Collection<SignedReceipt> receipts) {
    receipts.stream()
        .distinct()
        .sorted(
            Comparator.comparing((SignedReceipt r) -> r.receipt().author())
                .thenComparing(SignedReceipt::node)
                .thenComparing(r -> r.signature().toString()))
        .forEach(
            r -> byRound.computeIfAbsent(r.receipt().roundId(), _ -> new ArrayList<>()).add(r));
  }

  public static Receipts none() {
    return NONE;
  }

  public static Receipts of(Collection<SignedReceipt> receipts) {
    return receipts.isEmpty() ? NONE : new Receipts(receipts);
  }

  /**
   * Every receipt in a file, or in a folder and the folders in it, among whatever else is there.
   *
   * @throws MalformedJsonException for a single file that is no receipt
   * @throws IOException if it cannot be read, or there are more than a million files
   */
  public static Receipts in(Path place) throws IOException {
    if (Files.isRegularFile(place)) {
      return of(List.of(read(place)));
    }
    List<SignedReceipt> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(place, MAX_DEPTH)) {
      long seen = 0;
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (++seen > MAX_FILES) {
          throw new IOException("%s: more than %d files".formatted(place, MAX_FILES));
        }
        try {
          found.add(read(file));
        } catch (MalformedJsonException e) {
          // Other files may stand beside receipts.
        }
      }
    }
    return of(found);
  }

  private static SignedReceipt read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new MalformedJsonException(file + ": too large for a receipt");
    }
    return SignedReceipt.ofJson(Files.readAllBytes(file));
  }

  /** The receipts for updates of one round, in order of author and signing node. */
  List<SignedReceipt> of(RoundId round) {
    return byRound.getOrDefault(round, List.of());
  }

  Set<RoundId> rounds() {
    return byRound.keySet();
  }

  public int size() {
    return byRound.values().stream().mapToInt(List::size).sum();
  }
}
