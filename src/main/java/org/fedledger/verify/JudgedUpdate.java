package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fedledger.gate.Gates;
import org.fedledger.gate.Verdict;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.round.LackedFile;
import org.fedledger.round.RoundInputs;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.types.Address;

/**
 * What the gates say of a committed update.
 *
 * @param file where it is, if it could be had
 * @param verdict empty where it takes the file to tell, and there is none
 * @param lacked why there is none
 */
record JudgedUpdate(
    UpdateCommitted committed,
    Optional<Path> file,
    Optional<Verdict> verdict,
    Optional<LackedFile> lacked) {

  /** All updates of a round, by participant. */
  static SortedMap<Address, JudgedUpdate> all(RoundInputs.Ready inputs) throws IOException {
    Gates gates = inputs.gates();
    SortedMap<Address, JudgedUpdate> judged = new TreeMap<>();
    for (UpdateCommitted committed : inputs.round().commitments().values()) {
      Address participant = committed.commitment().participant();
      Optional<Path> file = inputs.update(committed.commitment());
      Optional<LackedFile> lacked = Optional.ofNullable(inputs.absent().get(participant));
      Optional<Verdict> verdict =
          lacked.isPresent()
              ? Optional.empty()
              : Optional.of(gates.judge(committed.commitment(), file));
      judged.put(participant, new JudgedUpdate(committed, file, verdict, lacked));
    }
    return judged;
  }

  /** The reason for which a decision rejects the update, if it does. */
  Optional<Reason> recorded(Decision decision) {
    return decision.rejections().stream()
        .filter(r -> r.index() == committed.index())
        .map(Rejection::reason)
        .findFirst();
  }

  boolean isAcceptedBy(Decision decision) {
    return decision.accepts(committed.index());
  }

  /** Whether a decision about it is the gates', as far as the file at hand tells. */
  PublicationFinding fits(Decision decision) {
    boolean missing = recorded(decision).equals(Optional.of(Reason.MISSING));
    if (verdict.isEmpty()) {
      boolean wrongSize = recorded(decision).equals(Optional.of(Reason.SIZE));
      return missing
          ? PublicationFinding.CORRECT
          : wrongSize ? PublicationFinding.WRONG : PublicationFinding.UNKNOWN;
    }
    return switch (verdict.get()) {
      case Verdict.Admitted _ -> {
        if (isAcceptedBy(decision)) {
          yield PublicationFinding.CORRECT;
        }
        // That it is here now does not say that it was there then.
        yield missing ? PublicationFinding.UNKNOWN : PublicationFinding.WRONG;
      }
      case Verdict.Refused(Reason reason, String _) -> {
        if (recorded(decision).equals(Optional.of(reason))) {
          yield PublicationFinding.CORRECT;
        }
        yield missing && reason != Reason.SIZE
            ? PublicationFinding.UNKNOWN
            : PublicationFinding.WRONG;
      }
    };
  }

  /** Whether it is here and passes every gate. */
  boolean passes() {
    return verdict.filter(Verdict.Admitted.class::isInstance).isPresent();
  }

  /** Whether the file could be aggregated, were it accepted. */
  boolean hasTheForm() {
    return file.isPresent()
        && switch (verdict.orElseThrow()) {
          case Verdict.Admitted _ -> true;
          case Verdict.Refused(Reason reason, String _) -> reason.code() > Reason.SCHEMA.code();
        };
  }

  /** Whether its weight is one at all; only a ledger that breaks its rules takes another. */
  boolean hasAWeight() {
    long weight = committed.commitment().weight();
    return weight >= 1 && weight <= WeightedUpdate.MAX_WEIGHT;
  }

  WeightedUpdate weighted() {
    return new WeightedUpdate(
        committed.commitment().participant(), committed.commitment().weight(), file.orElseThrow());
  }
}
