package org.fedledger.ledger;

import java.util.Optional;
import org.fedledger.types.Address;

/**
 * A participant's record on the ledger.
 *
 * @param address its first admitted address, for ever
 * @param index admission index
 * @param signer address of its present signing key
 * @param keyChanges how many times its key has changed, what the next {@link
 *     org.fedledger.signing.KeyRotation} must carry
 * @param recoveredFrom the first round for which it had a key that no key of its own had signed
 *     for; empty while every change was its own
 * @param recovery the key that was asked for in its name and waits for a veto
 * @param privacyBudget uint64, units of 10^-9
 * @param privacySpent uint64, never above the budget
 * @param missed rounds in a row, up to the last one whose first commits closed, for which it was
 *     drawn and in which it did not commit, though somebody did; 0 again when it is admitted anew
 */
public record ParticipantRecord(
    Address address,
    int index,
    Address signer,
    long keyChanges,
    Optional<Long> recoveredFrom,
    Optional<Recovery> recovery,
    Tenure tenure,
    long privacyBudget,
    long privacySpent,
    long missed) {

  /** A participant as it is admitted. */
  public static ParticipantRecord admitted(
      Address address, int index, long fromRound, long budget) {
    return new ParticipantRecord(
        address,
        index,
        address,
        0,
        Optional.empty(),
        Optional.empty(),
        Tenure.since(fromRound),
        budget,
        0,
        0);
  }

  /**
   * Whether a draw may fall on it: not if it was admitted when whoever admits members could know
   * whom the base draws.
   *
   * @param versionRound the round that made the base; 0 for version 0, on which nobody is left out
   */
  public boolean mayBeDrawn(long versionRound) {
    return versionRound == 0 || tenure.from() <= versionRound;
  }

  ParticipantRecord withTenure(Tenure changed) {
    return new ParticipantRecord(
        address,
        index,
        signer,
        keyChanges,
        recoveredFrom,
        recovery,
        changed,
        privacyBudget,
        privacySpent,
        missed);
  }

  /** With a key that the one before it signed for. */
  ParticipantRecord rotatedTo(Address changed) {
    return new ParticipantRecord(
        address,
        index,
        changed,
        keyChanges + 1,
        recoveredFrom,
        Optional.empty(),
        tenure,
        privacyBudget,
        privacySpent,
        missed);
  }

  /** With a key that others gave it. */
  ParticipantRecord recoveredTo(Address changed, long fromRound) {
    return new ParticipantRecord(
        address,
        index,
        changed,
        keyChanges + 1,
        recoveredFrom.or(() -> Optional.of(fromRound)),
        Optional.empty(),
        tenure,
        privacyBudget,
        privacySpent,
        missed);
  }

  ParticipantRecord withRecovery(Optional<Recovery> pending) {
    return new ParticipantRecord(
        address,
        index,
        signer,
        keyChanges,
        recoveredFrom,
        pending,
        tenure,
        privacyBudget,
        privacySpent,
        missed);
  }

  ParticipantRecord withBudget(long changed) {
    return new ParticipantRecord(
        address,
        index,
        signer,
        keyChanges,
        recoveredFrom,
        recovery,
        tenure,
        changed,
        privacySpent,
        missed);
  }

  ParticipantRecord spending(long cost) {
    return new ParticipantRecord(
        address,
        index,
        signer,
        keyChanges,
        recoveredFrom,
        recovery,
        tenure,
        privacyBudget,
        privacySpent + cost,
        missed);
  }

  ParticipantRecord havingMissed(long rounds) {
    return new ParticipantRecord(
        address,
        index,
        signer,
        keyChanges,
        recoveredFrom,
        recovery,
        tenure,
        privacyBudget,
        privacySpent,
        rounds);
  }
}
