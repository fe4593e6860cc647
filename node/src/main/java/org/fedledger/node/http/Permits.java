package org.fedledger.node.http;

import java.util.List;
import java.util.Optional;
import org.fedledger.json.CanonicalJson;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Digest;

/** The rule for uploads: the digest on the ledger is the permit. */
final class Permits {

  private Permits() {}

  static Permit of(FederationState state, Digest digest) {
    if (digest.isZero()) {
      return new Permit.None();
    }
    return file(state, digest).orElseGet(() -> update(state, digest));
  }

  private static Optional<Permit> file(FederationState state, Digest digest) {
    var created = state.created();
    if (digest.equals(created.spec())) {
      return Optional.of(new Permit.OpenUpTo(CanonicalJson.MAX_BYTES));
    }
    if (digest.equals(created.model())) {
      return Optional.of(new Permit.Open(created.modelSize()));
    }
    if (digest.equals(created.state())) {
      return Optional.of(new Permit.Open(created.stateSize()));
    }
    // A final version, so that an aggregator which did not make it can build on it.
    if (digest.equals(state.head().model())) {
      return Optional.of(new Permit.Open(state.head().modelSize()));
    }
    if (digest.equals(state.head().state())) {
      return Optional.of(new Permit.Open(state.head().stateSize()));
    }
    return state
        .round()
        .filter(round -> digest.equals(round.opening().plan()))
        .map(round -> new Permit.Open(round.opening().planSize()));
  }

  private static Permit update(FederationState state, Digest digest) {
    return state.round().map(round -> update(round, digest)).orElse(new Permit.None());
  }

  private static Permit update(Round round, Digest digest) {
    for (int stage = round.stage(); stage >= 0; stage--) {
      List<UpdateCommitment> commitments =
          round.commitments(stage).values().stream()
              .map(UpdateCommitted::commitment)
              .filter(c -> c.digest().equals(digest))
              .toList();
      if (!commitments.isEmpty()) {
        Permit without = round.phase().ended() ? new Permit.None() : new Permit.TooEarly();
        return deadline(round, stage)
            .<Permit>map(deadline -> new Permit.Update(commitments, deadline))
            .orElse(without);
      }
    }
    return new Permit.None();
  }

  /** Until when files of that stage may come; empty while its commitments are taken. */
  private static Optional<Long> deadline(Round round, int stage) {
    if (stage == round.stage()) {
      return round.revealDeadline();
    }
    return Optional.of(round.revealDeadline().orElse(round.commitDeadline()));
  }
}
