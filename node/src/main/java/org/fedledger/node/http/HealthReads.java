package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.node.chain.Federation;
import org.fedledger.types.Address;

/** Says whether this node keeps up with the ledger. */
final class HealthReads implements Endpoint {

  /** A ledger that has been silent for longer makes the node unhealthy. */
  static final Duration MAX_SILENCE = Duration.ofSeconds(30);

  private final Federation federation;
  private final Address node;
  private final InstantSource clock;

  HealthReads(Federation federation, Address node, InstantSource clock) {
    this.federation = federation;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public Answer answer(Call call) {
    Optional<Duration> silence = federation.silence();
    Optional<FederationState> state = federation.state();
    boolean well =
        state.isPresent() && silence.filter(s -> s.compareTo(MAX_SILENCE) <= 0).isPresent();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("status", well ? "ok" : "ledger-silent");
    out.put("node", node.toString());
    out.put("ledgerSilenceSeconds", silence.map(Duration::toSeconds).orElse(null));
    out.putNull("block");
    state.ifPresent(
        s ->
            out.putObject("block")
                .put("number", s.at().number())
                .put("timestamp", s.at().timestamp())
                .put("ageSeconds", clock.instant().getEpochSecond() - s.at().timestamp()));
    return Answer.json(well ? 200 : 503, out);
  }
}
