package org.fedledger.client.participant;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.crypto.Signature;
import org.fedledger.files.WholeFile;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.training.TrainedUpdate;

/**
 * What a participant keeps of one round.
 *
 * <p>{@code task.json} what is asked; {@code examples} how many there were; {@code
 * update.safetensors}; {@code commitment.json}, written before it is signed, so that a second one
 * never is; {@code signature}; and a receipt for each node.
 */
public final class RoundFolder {

  private final Path folder;

  RoundFolder(Path folder) {
    this.folder = folder;
  }

  void create() throws IOException {
    WholeFile.createFolder(folder);
  }

  public Optional<RoundTask> task() throws IOException {
    return RecordFile.read(folder.resolve("task.json")).map(RoundTask::ofJson);
  }

  void keep(RoundTask task) throws IOException {
    WholeFile.write(folder.resolve("task.json"), task.toJson());
  }

  public Path update() {
    return folder.resolve("update.safetensors");
  }

  /** How many examples the update was trained on; there before the update is. */
  public OptionalLong examples() throws IOException {
    Optional<byte[]> kept = RecordFile.read(folder.resolve("examples"));
    return kept.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(new String(kept.get(), StandardCharsets.US_ASCII).trim()));
  }

  /** Where an update is trained to; nothing is made of it until it is kept. */
  Path draft() {
    return folder.resolve("draft.safetensors");
  }

  /** Makes the draft this round's update. */
  void keepUpdate(TrainedUpdate trained) throws IOException {
    WholeFile.write(
        folder.resolve("examples"),
        (trained.examples() + "\n").getBytes(StandardCharsets.US_ASCII));
    WholeFile.adopt(draft(), update());
  }

  /** The only commitment that may be signed for this round, once there is one. */
  public Optional<UpdateCommitment> commitment() throws IOException {
    return RecordFile.read(folder.resolve("commitment.json")).map(CommitmentJson::read);
  }

  void keep(UpdateCommitment commitment) throws IOException {
    Optional<UpdateCommitment> before = commitment();
    if (before.isPresent() && !before.get().equals(commitment)) {
      throw new IllegalStateException(
          "%s is recorded for this round; %s may not be signed beside it"
              .formatted(before.get(), commitment));
    }
    if (before.isEmpty()) {
      WholeFile.write(folder.resolve("commitment.json"), CommitmentJson.write(commitment));
    }
  }

  public Optional<SignedCommitment> signed() throws IOException {
    Optional<UpdateCommitment> commitment = commitment();
    Optional<byte[]> signature = RecordFile.read(folder.resolve("signature"));
    if (commitment.isEmpty() || signature.isEmpty()) {
      return Optional.empty();
    }
    String text = new String(signature.get(), StandardCharsets.US_ASCII).trim();
    return Optional.of(new SignedCommitment(commitment.get(), Signature.of(text)));
  }

  void keep(Signature signature) throws IOException {
    WholeFile.write(
        folder.resolve("signature"), (signature + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  public Optional<SignedReceipt> receipt(URI node) throws IOException {
    return RecordFile.read(receiptFile(node)).map(SignedReceipt::ofJson);
  }

  /** All receipts, in order of their files' names. */
  public List<SignedReceipt> receipts() throws IOException {
    List<SignedReceipt> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "receipt-*.json")) {
      List<Path> sorted = new ArrayList<>();
      files.forEach(sorted::add);
      sorted.sort(null);
      for (Path file : sorted) {
        all.add(SignedReceipt.ofJson(RecordFile.read(file).orElseThrow()));
      }
    }
    return all;
  }

  void keep(URI node, SignedReceipt receipt) throws IOException {
    WholeFile.write(receiptFile(node), receipt.toJson());
  }

  private Path receiptFile(URI node) {
    return folder.resolve(
        "receipt-" + node.toString().replaceAll("[^A-Za-z0-9.-]+", "_") + ".json");
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
