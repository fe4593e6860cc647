package org.fedledger.role;

import java.util.Optional;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Outcome;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.training.Metrics;

/**
 * What a participant just did. Listeners are called in the midst of a step, between what may be
 * told apart after a kill; the step goes on when they return.
 */
public sealed interface ParticipantEvent {

  /** Plan and base are here; training begins when this returns. */
  record Pulled(RoundTask task) implements ParticipantEvent {}

  /** The update is kept. */
  record Trained(long round, BlobId update) implements ParticipantEvent {}

  /** The commitment is kept, not yet signed. */
  record Recorded(long round, UpdateCommitment commitment) implements ParticipantEvent {}

  /** Signed; it is sent when this returns. */
  record Committing(long round, SignedCommitment signed) implements ParticipantEvent {}

  /**
   * The ledger has it.
   *
   * @param mined empty if it was there before
   */
  record Committed(long round, UpdateCommitment commitment, Optional<Outcome.Mined> mined)
      implements ParticipantEvent {}

  /**
   * A node has the update, and signed for it.
   *
   * @param peer the node's name
   */
  record Uploaded(long round, String peer, SignedReceipt receipt) implements ParticipantEvent {}

  /** The round ended without a new version. */
  record Aborted(long round, AbortReason reason) implements ParticipantEvent {}

  /** A final version was measured, and every node told. */
  record Evaluated(long version, Metrics metrics) implements ParticipantEvent {}

  /** Nothing can be said of a final version, as of one that answers with no numbers. */
  record NotMeasurable(long version, String why) implements ParticipantEvent {}

  /** No part is taken in this round. */
  record SatOut(long round, String why) implements ParticipantEvent {}
}
