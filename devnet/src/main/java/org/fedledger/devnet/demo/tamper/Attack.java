package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.spec.RoundPlan;
import org.fedledger.store.BlobStore;
import org.fedledger.verify.AuditReport;

/**
 * A fraud: what its culprits do in place of the protocol's steps, and how the record shows it.
 *
 * <p>The culprits use the ledger, the node and the files like everybody else, with keys of their
 * own; nothing is staged. Whether they are caught is read from the record alone.
 */
public interface Attack {

  /** Whose deed it is, whom the record must name where anything proves it. */
  Party culprit();

  /** What the culprit does, as a sentence. */
  String deed();

  /**
   * How the first aggregator computes.
   *
   * @param key its own
   */
  default ResultProvider aggregation(Web3jLedger ledger, SigningKey key) {
    return ResultProvider.PROTOCOL;
  }

  /**
   * The node has started.
   *
   * @param store the node's, as its operator has it
   */
  default void started(BlobStore store) {}

  /**
   * The round of the fraud was opened.
   *
   * @param coordinator the coordinator's, with its key
   */
  default void opened(Web3jLedger coordinator, SigningKey key) {}

  /**
   * A participant has trained for the round of the fraud, and its commitment is not made yet. On
   * that participant's thread.
   */
  default void trained(ParticipantAccess access, RoundTask task)
      throws IOException, InterruptedException {}

  /**
   * A participant is about to send its commitment of the round of the fraud; it goes on when this
   * returns. On that participant's thread.
   */
  default void committing(Party participant) throws InterruptedException {}

  /** The plan by which the coordinator opens the round of the fraud. */
  default RoundPlan plan(RoundPlan agreed) {
    return agreed;
  }

  /**
   * Whether a participant's program sits out the round of the fraud, whatever its owner does by
   * code of its own.
   */
  default boolean sitsOut(Party participant) {
    return false;
  }

  /**
   * A participant's program sits out the round of the fraud. On that participant's thread.
   *
   * @param why as the program says
   */
  default void satOut(ParticipantAccess access, String why)
      throws IOException, InterruptedException {}

  /** Which of its times must go by in the round of the fraud. */
  default WaitedOut waitsOut() {
    return WaitedOut.NOTHING;
  }

  /** What time it is on a verifier's machine. */
  default InstantSource clock(Party verifier) {
    return InstantSource.system();
  }

  /** Whether a verifier is there to look at this state of the ledger. */
  default boolean isThere(Party verifier, FederationState state) {
    return true;
  }

  /**
   * All rounds are over; the audit has not begun.
   *
   * @param blobs the node's store
   */
  default void afterwards(Path blobs, List<Round> rounds) throws IOException {}

  /** Whether verifiers, too, are asked for the files that they keep. */
  default boolean showsCopies() {
    return false;
  }

  /**
   * What an auditor finds who has nothing but what the culprit hands over; empty where ledger and
   * files are open to everybody.
   */
  default Optional<AuditReport> audit(Handover handover) throws IOException {
    return Optional.empty();
  }

  /** What somebody shows an auditor beside the receipts that participants were given. */
  default List<SignedReceipt> receipts() {
    return List.of();
  }

  /** How it comes to light; empty if it does not. */
  Optional<Caught> find(FraudEvidence evidence);
}
