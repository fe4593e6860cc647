package org.fedledger.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.role.ParticipantMemory;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/** A participant's disk: what was kept is there after a kill, a draft is not. */
final class SimulatedMemory implements ParticipantMemory {

  private record Slot(RoundId round, int stage) {}

  private record ReceiptName(RoundId round, String peer) {}

  private final SimulatedParty party;
  private final Path folder;
  private final Map<RoundId, Kept> updates = new HashMap<>();
  private final Map<Slot, UpdateCommitment> commitments = new HashMap<>();
  private final Map<ReceiptName, SignedReceipt> receipts = new HashMap<>();
  private final List<SignedReceipt> newReceipts = new ArrayList<>();

  /**
   * @param folder an existing one of this participant alone
   */
  SimulatedMemory(SimulatedParty party, Path folder) {
    this.party = party;
    this.folder = folder;
  }

  @Override
  public Path draft(RoundId round) {
    return folder.resolve("draft");
  }

  @Override
  public void keep(RoundId round, TrainedUpdate trained) throws IOException {
    party.local(
        "keeping the update",
        () -> {
          Path file = folder.resolve(round.hex());
          Files.move(draft(round), file, StandardCopyOption.ATOMIC_MOVE);
          return updates.put(round, new Kept(file, trained));
        });
  }

  @Override
  public Optional<Kept> update(RoundId round) {
    return Optional.ofNullable(updates.get(round));
  }

  @Override
  public void keep(UpdateCommitment commitment) throws IOException {
    Slot slot = new Slot(commitment.roundId(), commitment.stage());
    UpdateCommitment before = commitments.get(slot);
    if (before != null && !before.equals(commitment)) {
      throw new IllegalStateException(
          "%s is kept; %s may not be signed beside it".formatted(before, commitment));
    }
    party.local("keeping the commitment", () -> commitments.put(slot, commitment));
  }

  @Override
  public Optional<UpdateCommitment> commitment(RoundId round, int stage) {
    return Optional.ofNullable(commitments.get(new Slot(round, stage)));
  }

  @Override
  public void keep(String peer, SignedReceipt receipt) throws IOException {
    party.local(
        "keeping a receipt",
        () -> {
          receipts.put(new ReceiptName(receipt.receipt().roundId(), peer), receipt);
          return newReceipts.add(receipt);
        });
  }

  @Override
  public Optional<SignedReceipt> receipt(RoundId round, String peer) {
    return Optional.ofNullable(receipts.get(new ReceiptName(round, peer)));
  }

  /** The receipts that came since the last call, in that order. */
  List<SignedReceipt> takeReceipts() {
    List<SignedReceipt> taken = List.copyOf(newReceipts);
    newReceipts.clear();
    return taken;
  }

  /**
   * Forgets all updates, which is right once their rounds have ended.
   *
   * @return which they were
   */
  List<Digest> deleteUpdates() throws IOException {
    List<Digest> deleted = new ArrayList<>();
    for (Kept kept : updates.values()) {
      Files.delete(kept.file());
      deleted.add(kept.trained().update().digest());
    }
    updates.clear();
    return deleted;
  }

  /** What a kill takes with it. */
  void loseDraft() {
    try {
      Files.deleteIfExists(folder.resolve("draft"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
