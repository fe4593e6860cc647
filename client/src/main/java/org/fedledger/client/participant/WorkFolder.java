package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fedledger.files.WholeFile;
import org.fedledger.training.Randomness;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * A participant's folder: {@code rounds/<round id>/}, {@code evaluations/}, {@code blobs/} (what
 * was fetched), {@code seed} (secret), {@code current} (the last round's id).
 *
 * <p>Locked while open, since two that work in one folder might sign two updates.
 */
public final class WorkFolder implements AutoCloseable {

  private final Path root;
  private final FileChannel lock;

  private WorkFolder(Path root, FileChannel lock) {
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
    FileChannel lock =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() != null) {
        return new WorkFolder(folder, lock);
      }
    } catch (OverlappingFileLockException e) {
      // Told below, as if it were another process.
    }
    lock.close();
    throw new IOException(folder + ": another participant works in this folder; stop it first");
  }

  /** What this participant draws; made at the first call, kept for ever. */
  public Randomness randomness() throws IOException {
    Path file = root.resolve("seed");
    Optional<byte[]> kept = RecordFile.read(file);
    if (kept.isPresent()) {
      String text = new String(kept.get(), StandardCharsets.US_ASCII).trim();
      return new Randomness(Digest.of(text));
    }
    byte[] drawn = new byte[Digest.LENGTH];
    new SecureRandom().nextBytes(drawn);
    Digest seed = new Digest(drawn);
    WholeFile.write(file, (seed + "\n").getBytes(StandardCharsets.US_ASCII));
    return new Randomness(seed);
  }

  public RoundFolder round(RoundId id) {
    return new RoundFolder(root.resolve("rounds").resolve(id.hex()));
  }

  /** The round that was last begun here. */
  public Optional<RoundFolder> current() throws IOException {
    return RecordFile.read(root.resolve("current"))
        .map(id -> round(RoundId.of(new String(id, StandardCharsets.US_ASCII).trim())));
  }

  void begin(RoundTask task) throws IOException {
    RoundFolder folder = round(task.roundId());
    folder.create();
    folder.keep(task);
    WholeFile.write(
        root.resolve("current"), (task.roundId() + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.hex());
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  /** Deletes fetched files that are of no more use; they could be fetched again. */
  void keepOnly(Set<Digest> wanted) throws IOException {
    Set<String> names = wanted.stream().map(Digest::hex).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(blobs())) {
      for (Path file : files.toList()) {
        if (!names.contains(file.getFileName().toString())) {
          Files.delete(file);
        }
      }
    }
  }

  /** The metrics of a version as they were signed, and whether a node has them. */
  Path evaluation(long version) {
    return root.resolve("evaluations").resolve(version + ".json");
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
