package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.files.WholeFile;
import org.fedledger.role.ParticipantMemory;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.training.TrainedUpdate;

/**
 * What a participant keeps of one round.
 *
 * <p>{@code task.json} what is asked; {@code update.safetensors}, and {@code trained.json} what it
 * is; {@code commitment.json}, written before it is signed, so that a second one never is; {@code
 * signature}; and a receipt for each node.
 */
public final class RoundFolder {

  private final Path folder;

  RoundFolder(Path folder) {
    this.folder = folder;
  }

  public Optional<RoundTask> task() throws IOException {
    return RecordFile.read(folder.resolve("task.json")).map(RecordJson::task);
  }

  void keep(RoundTask task) throws IOException {
    WholeFile.write(folder.resolve("task.json"), RecordJson.write(task));
  }

  public Path updateFile() {
    return folder.resolve("update.safetensors");
  }

  Optional<ParticipantMemory.Kept> update() throws IOException {
    return Files.isRegularFile(updateFile())
        ? RecordFile.read(folder.resolve("trained.json"))
            .map(RecordJson::trained)
            .map(trained -> new ParticipantMemory.Kept(updateFile(), trained))
        : Optional.empty();
  }

  /** Where an update is trained to; nothing is made of it until it is kept. */
  Path draft() throws IOException {
    WholeFile.createFolder(folder);
    return folder.resolve("draft.safetensors");
  }

  /** Makes the draft this round's update. */
  void keep(TrainedUpdate trained) throws IOException {
    WholeFile.write(folder.resolve("trained.json"), RecordJson.write(trained));
    WholeFile.adopt(draft(), updateFile());
  }

  /** Deletes the update's file; what was signed, and the receipts, stay. */
  void forgetUpdate() throws IOException {
    Files.deleteIfExists(updateFile());
    Files.deleteIfExists(folder.resolve("draft.safetensors"));
  }

  /** The only commitment that may be signed for this round, once there is one. */
  public Optional<UpdateCommitment> commitment() throws IOException {
    return RecordFile.read(folder.resolve("commitment.json")).map(RecordJson::commitment);
  }

  void keep(UpdateCommitment commitment) throws IOException {
    Optional<UpdateCommitment> before = commitment();
    if (before.isPresent() && !before.get().equals(commitment)) {
      throw new IllegalStateException(
          "%s is recorded for this round; %s may not be signed beside it"
              .formatted(before.get(), commitment));
    }
    if (before.isEmpty()) {
      WholeFile.write(folder.resolve("commitment.json"), RecordJson.write(commitment));
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

  /** Keeps the signature of the commitment that is kept. */
  public void keep(Signature signature) throws IOException {
    WholeFile.write(
        folder.resolve("signature"), (signature + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  Optional<SignedReceipt> receipt(String peer) throws IOException {
    return RecordFile.read(receiptFile(peer)).map(SignedReceipt::ofJson);
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

  void keep(String peer, SignedReceipt receipt) throws IOException {
    WholeFile.write(receiptFile(peer), receipt.toJson());
  }

  private Path receiptFile(String peer) {
    return folder.resolve("receipt-" + peer.replaceAll("[^A-Za-z0-9.-]+", "_") + ".json");
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
