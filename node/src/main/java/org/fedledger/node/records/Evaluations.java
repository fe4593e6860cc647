package org.fedledger.node.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.fedledger.crypto.Signature;
import org.fedledger.files.WholeFile;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.signing.Evaluation;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Participants' signed evaluations of versions: one for each version and participant, the first of
 * the version's present model.
 *
 * <p>Holds the signature and the digest; the metrics themselves are a blob.
 */
public final class Evaluations {

  /**
   * What a participant signed of a version.
   *
   * @param model that was measured
   */
  public record Entry(Address participant, Digest model, Digest metrics, Signature signature) {}

  private final Path folder;
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicLong replaced = new AtomicLong();

  public Evaluations(Path folder) {
    this.folder = folder;
  }

  /**
   * Keeps an evaluation unless there is one of that model already; returns what is kept then.
   *
   * @param evaluation of the model that the version is now: one of another model goes, since the
   *     version is that no more
   */
  public Entry keep(Evaluation evaluation, Signature signature) throws IOException {
    writing.lock();
    try {
      Optional<Entry> before = find(evaluation.version(), evaluation.participant());
      if (before.isPresent() && before.get().model().equals(evaluation.model())) {
        return before.get();
      }
      Entry entry =
          new Entry(
              evaluation.participant(), evaluation.model(), evaluation.metricsDigest(), signature);
      WholeFile.write(file(evaluation.version(), evaluation.participant()), write(entry));
      if (before.isPresent()) {
        replaced.incrementAndGet();
      }
      return entry;
    } finally {
      writing.unlock();
    }
  }

  public Optional<Entry> find(long version, Address participant) throws IOException {
    Path file = file(version, participant);
    return Files.isRegularFile(file)
        ? Optional.of(read(Files.readAllBytes(file)))
        : Optional.empty();
  }

  /** All of a version, in order of address. */
  public List<Entry> of(long version) throws IOException {
    Path versionFolder = folder(version);
    if (!Files.isDirectory(versionFolder)) {
      return List.of();
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(versionFolder)) {
      files = listed.filter(Evaluations::isEntry).sorted().toList();
    }
    List<Entry> entries = new ArrayList<>(files.size());
    for (Path file : files) {
      entries.add(read(Files.readAllBytes(file)));
    }
    return entries;
  }

  /** How many there are of a version. */
  public int count(long version) throws IOException {
    Path versionFolder = folder(version);
    if (!Files.isDirectory(versionFolder)) {
      return 0;
    }
    try (Stream<Path> listed = Files.list(versionFolder)) {
      return (int) listed.filter(Evaluations::isEntry).count();
    }
  }

  /** How many gave way to one of another model since this object was made. */
  public long replaced() {
    return replaced.get();
  }

  private static boolean isEntry(Path file) {
    return file.toString().endsWith(".json");
  }

  private static byte[] write(Entry entry) {
    return CanonicalJson.write(
        JsonNodeFactory.instance
            .objectNode()
            .put("participant", entry.participant().toString())
            .put("model", entry.model().toString())
            .put("metricsDigest", entry.metrics().toString())
            .put("signature", entry.signature().toString()));
  }

  private static Entry read(byte[] file) {
    JsonNode tree = CanonicalJson.parse(file);
    JsonReader in = JsonReader.of("evaluation", tree);
    Entry entry =
        new Entry(
            in.text("participant", Address::of),
            in.text("model", Digest::of),
            in.text("metricsDigest", Digest::of),
            in.text("signature", Signature::of));
    in.end();
    return entry;
  }

  private Path folder(long version) {
    return folder.resolve(Long.toString(version));
  }

  private Path file(long version, Address participant) {
    return folder(version).resolve(participant.hex() + ".json");
  }
}
