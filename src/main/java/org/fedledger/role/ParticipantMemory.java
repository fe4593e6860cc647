package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.types.RoundId;

/**
 * What a participant must not forget. All that is kept here is durable when the call returns, so
 * that it outlives a power cut; nothing is ever replaced.
 */
public interface ParticipantMemory {

  /** An update that was kept. Its file is not checked again. */
  record Kept(Path file, TrainedUpdate trained) {}

  /** Where the update of a round may be written before it is kept. */
  Path draft(RoundId round) throws IOException;

  /** Keeps the draft as the only update of that round. */
  void keep(RoundId round, TrainedUpdate trained) throws IOException;

  Optional<Kept> update(RoundId round) throws IOException;

  /**
   * Keeps the only commitment that may be signed for its round and stage.
   *
   * @throws IllegalStateException if another one is kept
   */
  void keep(UpdateCommitment commitment) throws IOException;

  Optional<UpdateCommitment> commitment(RoundId round, int stage) throws IOException;

  void keep(String peer, SignedReceipt receipt) throws IOException;

  Optional<SignedReceipt> receipt(RoundId round, String peer) throws IOException;
}
