package org.fedledger.devnet.demo.tamper;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Finding;

/**
 * A verifier's clock is hours slow, so that the node takes none of its signed requests, and it
 * cannot read the updates. It says that it lacks them, which accuses neither the aggregator nor
 * itself; the other verifiers make the version final.
 */
final class FramedVerifier implements Attack {

  /** More than what is made up for by the node's time. */
  private static final Duration SLOW = Duration.ofHours(2);

  private final Stage stage;

  FramedVerifier(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return stage.verifiers().getFirst();
  }

  @Override
  public String deed() {
    return "the clock of %s is two hours slow, so that %s refuses it the updates"
        .formatted(culprit().name(), stage.node().name());
  }

  @Override
  public InstantSource clock(Party verifier) {
    InstantSource right = InstantSource.system();
    return verifier.equals(culprit()) ? () -> right.instant().minus(SLOW) : right;
  }

  @Override
  public WaitedOut waitsOut() {
    return WaitedOut.HALF_OF_ATTESTATION;
  }

  /** The others come when it has spoken; before, two of them would end the round without it. */
  @Override
  public boolean isThere(Party verifier, FederationState state) {
    return verifier.equals(culprit())
        || state
            .round()
            .filter(round -> round.number() == stage.round())
            .flatMap(Round::pending)
            .filter(c -> !c.attestations().containsKey(culprit().address()))
            .isEmpty();
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    Optional<Attestation> said = evidence.attestation(culprit());
    if (said.filter(a -> a.finding() == Finding.LACK).isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> more = new LinkedHashMap<>();
    more.put("attested", said.get().finding().toString());
    more.put("lackedDigest", said.get().lacking().toString());
    return evidence
        .noted(
            note ->
                evidence.ofRound(note)
                    && note.contains(culprit().address().toString())
                    && note.contains("for want of the file"))
        .map(caught -> caught.and(more));
  }
}
