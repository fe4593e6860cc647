package org.fedledger.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/** What all rules of the in-memory contract look at, and the checks that they share. */
final class ContractState {

  static final Address NOBODY = new Address(new byte[Address.LENGTH]);
  static final RoundId NO_ROUND = new RoundId(new byte[RoundId.LENGTH]);

  /** Who signed what, remembered, since a reorganisation has all of it checked again. */
  static final class Signers {
    private record Signed(SignedMessage message, Signature signature) {}

    private final SigningDomain domain;
    private final Map<Signed, Optional<Address>> known = new HashMap<>();

    Signers(SigningDomain domain) {
      this.domain = domain;
    }

    private Optional<Address> of(SignedMessage message, Signature signature) {
      return known.computeIfAbsent(
          new Signed(message, signature), s -> domain.signer(s.message(), s.signature()));
    }
  }

  private final Signers signers;
  private final LedgerEvent.FederationCreated terms;
  private List<LedgerEvent> events = new ArrayList<>();

  private long time;
  private long round;
  private RoundId openRound = NO_ROUND;
  private boolean closed;

  ContractState(Signers signers, LedgerEvent.FederationCreated terms) {
    this.signers = signers;
    this.terms = terms;
  }

  LedgerEvent.FederationCreated terms() {
    return terms;
  }

  int quorum() {
    return terms.quorum();
  }

  // The record.

  void record(LedgerEvent event) {
    events.add(event);
  }

  /** What was recorded since the last call. */
  List<LedgerEvent> takeEvents() {
    List<LedgerEvent> taken = events;
    events = new ArrayList<>();
    return taken;
  }

  // Time and rounds.

  long time() {
    return time;
  }

  void setTime(long seconds) {
    time = seconds;
  }

  /** Until when a veto against what begins now is heard. */
  long readyAt() {
    return time + terms.recoverySeconds();
  }

  long nextRound() {
    return round + 1;
  }

  void beginRound(RoundId id) {
    round++;
    openRound = id;
  }

  void endRound() {
    openRound = NO_ROUND;
  }

  boolean isRoundOpen() {
    return !openRound.isZero();
  }

  void close() {
    closed = true;
  }

  // Checks.

  void requireNotClosed() {
    if (closed) {
      throw BrokenRule.of("FederationIsClosed");
    }
  }

  void requireNoOpenRound() {
    if (isRoundOpen()) {
      throw BrokenRule.of("RoundIsOpen", openRound);
    }
  }

  void requireBefore(long deadline) {
    if (time > deadline) {
      throw BrokenRule.of("DeadlinePassed", deadline, time);
    }
  }

  void requireAfter(long deadline) {
    if (time <= deadline) {
      throw BrokenRule.of("DeadlineNotPassed", deadline, time);
    }
  }

  Address signerOf(SignedMessage message, Signature signature) {
    return signers.of(message, signature).orElseThrow(() -> BrokenRule.of("ECDSAInvalidSignature"));
  }

  void requireSigner(SignedMessage message, Signature signature, Address expected) {
    Address signer = signerOf(message, signature);
    if (!signer.equals(expected)) {
      throw BrokenRule.of("WrongSigner", signer, expected);
    }
  }

  static void requireSomebody(Address account) {
    if (account.equals(NOBODY)) {
      throw BrokenRule.of("ZeroAddress");
    }
  }

  static String unsigned(long value) {
    return Long.toUnsignedString(value);
  }
}
