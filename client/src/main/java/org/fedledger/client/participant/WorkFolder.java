package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedledger.client.node.NodeBlobSource;
import org.fedledger.client.node.NodeClient;
import org.fedledger.files.FolderLock;
import org.fedledger.files.WholeFile;
import org.fedledger.role.EvaluationMemory;
import org.fedledger.role.ParticipantMemory;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.store.BlobFiles;
import org.fedledger.training.Metrics;
import org.fedledger.training.Randomness;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * A participant's folder: {@code rounds/<round id>/}, {@code evaluations/}, {@code blobs/} (what
 * was fetched), {@code seed} (secret), {@code current} (the last round's id).
 *
 * <p>Locked while open, since two that work in one folder might sign two updates.
 */
public final class WorkFolder implements ParticipantMemory, EvaluationMemory, AutoCloseable {

  private final Path root;
  private final FolderLock lock;

  private WorkFolder(Path root, FolderLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Opens the folder, making it where it is missing.
   *
   * @throws IOException if another one has it open
   */
  public static WorkFolder open(Path root) throws IOException {
    Path folder = root.toAbsolutePath();
    for (String name : new String[] {"rounds", "evaluations", "blobs"}) {
      Files.createDirectories(folder.resolve(name));
    }
    FolderLock lock =
        FolderLock.of(folder)
            .orElseThrow(
                () ->
                    new IOException(
                        folder + ": another participant works in this folder; stop it first"));
    return new WorkFolder(folder, lock);
  }

  /** What this participant draws; made at the first call, kept for ever. */
  public Randomness randomness() throws IOException {
    Path file = root.resolve("seed");
    Optional<byte[]> kept = RecordFile.read(file);
    if (kept.isPresent()) {
      return new Randomness(digest(kept.get()));
    }
    byte[] drawn = new byte[Digest.LENGTH];
    new SecureRandom().nextBytes(drawn);
    Digest seed = new Digest(drawn);
    WholeFile.write(file, line(seed));
    return new Randomness(seed);
  }

  public RoundFolder round(RoundId id) {
    return new RoundFolder(root.resolve("rounds").resolve(id.hex()));
  }

  /** The round that was last begun here. */
  public Optional<RoundFolder> current() throws IOException {
    return RecordFile.read(root.resolve("current")).map(id -> round(RoundId.of(text(id))));
  }

  /** Writes down what is asked in a round, whose files alone are kept from here on. */
  public void begin(RoundTask task) throws IOException {
    round(task.roundId()).keep(task);
    WholeFile.write(root.resolve("current"), line(task.roundId()));
    keepOnly(task.files());
  }

  /**
   * Deletes the own updates' files of rounds before this one, but for the last ones. What proves
   * something stays: the commitment, its signature, and the receipts, which name the file's digest.
   *
   * @param kept how many rounds keep theirs, this one among them; at least 1
   */
  void forgetUpdates(long round, int kept) throws IOException {
    List<Numbered> before = new ArrayList<>();
    try (Stream<Path> folders = Files.list(root.resolve("rounds"))) {
      for (RoundFolder each : folders.map(RoundFolder::new).toList()) {
        long number = each.task().map(RoundTask::round).orElse(0L);
        if (number < round && Files.exists(each.updateFile())) {
          before.add(new Numbered(number, each));
        }
      }
    }
    before.sort(Comparator.comparingLong(Numbered::number).reversed());
    for (Numbered old : before.stream().skip(kept - 1L).toList()) {
      old.folder().forgetUpdate();
    }
  }

  private record Numbered(long number, RoundFolder folder) {}

  /** Deletes fetched files that are of no more use; they could be fetched again. */
  private void keepOnly(Set<Digest> wanted) throws IOException {
    Set<String> names = wanted.stream().map(Digest::hex).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(blobs())) {
      for (Path file : files.toList()) {
        if (!names.contains(file.getFileName().toString())) {
          Files.delete(file);
        }
      }
    }
  }

  /** Where fetched files are, each named by its digest's hex digits. */
  public Path blobs() {
    return root.resolve("blobs");
  }

  /**
   * What nodes give, kept in this folder.
   *
   * @param nodes asked in this order, at least one
   */
  public BlobFiles blobs(List<NodeClient> nodes) {
    return BlobFiles.kept(blobs(), nodes.stream().map(NodeBlobSource::new).toList());
  }

  // What a participant must not forget.

  @Override
  public Path draft(RoundId round) throws IOException {
    return round(round).draft();
  }

  @Override
  public void keep(RoundId round, TrainedUpdate trained) throws IOException {
    round(round).keep(trained);
  }

  @Override
  public Optional<Kept> update(RoundId round) throws IOException {
    return round(round).update();
  }

  @Override
  public void keep(UpdateCommitment commitment) throws IOException {
    round(commitment.roundId()).keep(commitment);
  }

  @Override
  public Optional<UpdateCommitment> commitment(RoundId round, int stage) throws IOException {
    return round(round).commitment().filter(c -> c.stage() == stage);
  }

  @Override
  public void keep(String peer, SignedReceipt receipt) throws IOException {
    round(receipt.receipt().roundId()).keep(peer, receipt);
  }

  @Override
  public Optional<SignedReceipt> receipt(RoundId round, String peer) throws IOException {
    return round(round).receipt(peer);
  }

  // What was measured.

  @Override
  public Optional<Metrics> metrics(long version, Digest model) throws IOException {
    Optional<Digest> of = RecordFile.read(evaluated(version)).map(WorkFolder::digest);
    return of.equals(Optional.of(model))
        ? RecordFile.read(evaluation(version)).map(Metrics::ofJson)
        : Optional.empty();
  }

  @Override
  public void keep(long version, Digest model, Metrics metrics) throws IOException {
    WholeFile.write(evaluation(version), metrics.toJson());
    WholeFile.write(evaluated(version), line(model));
    // Who is drawn for no round would else keep every version.
    Set<Digest> wanted = new HashSet<>(Set.of(model));
    Optional<RoundFolder> last = current();
    if (last.isPresent()) {
      last.get().task().ifPresent(task -> wanted.addAll(task.files()));
    }
    keepOnly(wanted);
  }

  /** The metrics of a version as they were signed. */
  private Path evaluation(long version) {
    return root.resolve("evaluations").resolve(version + ".json");
  }

  /** Which model those are of. */
  private Path evaluated(long version) {
    return root.resolve("evaluations").resolve(version + ".model");
  }

  private static byte[] line(Object value) {
    return (value + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] line) {
    return new String(line, StandardCharsets.US_ASCII).trim();
  }

  private static Digest digest(byte[] line) {
    return Digest.of(text(line));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
