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
    List<UpdateCommitment> commitments =
        state.round().map(Round::commitments).stream()
            .flatMap(all -> all.values().stream())
            .map(UpdateCommitted::commitment)
            .filter(c -> c.digest().equals(digest))
            .toList();
    if (commitments.isEmpty()) {
      return new Permit.None();
    }
    return state.round().get().phase() == Round.Phase.COMMITTING
        ? new Permit.TooEarly()
        : new Permit.Update(commitments, state.at());
  }
}
