package org.fedledger.node.http;

import java.util.Optional;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * Whom and what a request is about, as far as is known while it is answered. Written by the thread
 * that answers, read after the answer.
 */
public final class AccessSubject {

  private volatile Digest digest;
  private volatile RoundId round;
  private volatile Address participant;
  private volatile Address reader;
  private volatile boolean receipt;

  void digest(Digest asked) {
    digest = asked;
  }

  void committed(UpdateCommitment commitment) {
    round = commitment.roundId();
    participant = commitment.participant();
  }

  void round(RoundId asked) {
    round = asked;
  }

  void participant(Address author) {
    participant = author;
  }

  void reader(Address who) {
    reader = who;
  }

  void receipt() {
    receipt = true;
  }

  /** The blob. */
  public Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }

  public Optional<RoundId> round() {
    return Optional.ofNullable(round);
  }

  /** Whose update, receipt or evaluation it is. */
  public Optional<Address> participant() {
    return Optional.ofNullable(participant);
  }

  /** Who signed that it wants to read. */
  public Optional<Address> reader() {
    return Optional.ofNullable(reader);
  }

  /** Whether the answer is a receipt. */
  public boolean isReceipt() {
    return receipt;
  }
}
