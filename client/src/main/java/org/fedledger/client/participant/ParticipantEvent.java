package org.fedledger.client.participant;

import java.net.URI;
import java.util.Optional;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Outcome;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.training.Metrics;

/**
 * What a participant just did. Listeners are called between two steps, on the thread that runs the
 * participant, which goes on when they return.
 */
public sealed interface ParticipantEvent {

  /** Plan and base are here. */
  record Pulled(RoundTask task) implements ParticipantEvent {}

  /** The update is on disk. */
  record Trained(long round, BlobId update) implements ParticipantEvent {}

  /** The commitment is on disk, not yet signed. */
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

  /** A node has the update, and signed for it. */
  record Uploaded(long round, URI node, SignedReceipt receipt) implements ParticipantEvent {}

  /** The round ended without a new version. */
  record Aborted(long round, AbortReason reason) implements ParticipantEvent {}

  /**
   * A final version was measured on the held-out rows.
   *
   * @param metrics empty without held-out rows
   */
  record Evaluated(long version, Optional<Metrics> metrics) implements ParticipantEvent {}

  /** No part is taken in this round. */
  record SatOut(long round, String why) implements ParticipantEvent {}

  /** Something is out of reach; it will be tried again. */
  record Trouble(String what) implements ParticipantEvent {}
}
