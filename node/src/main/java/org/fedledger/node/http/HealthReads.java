package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.loop.Liveness;
import org.fedledger.loop.Loop;
import org.fedledger.node.chain.Federation;
import org.fedledger.types.Address;

/** Says whether this node keeps up with the ledger, and is at work. */
final class HealthReads implements Endpoint {

  private static final String OK = "ok";

  private final Readiness readiness;
  private final Federation federation;
  private final List<Loop> loops;
  private final Address node;
  private final InstantSource clock;

  HealthReads(
      Readiness readiness,
      Federation federation,
      List<Loop> loops,
      Address node,
      InstantSource clock) {
    this.readiness = readiness;
    this.federation = federation;
    this.loops = loops;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public Answer answer(Call call) {
    Optional<Duration> silence = federation.silence();
    Optional<FederationState> state = federation.state();
    String status = status();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("status", status);
    out.put("node", node.toString());
    out.put("ledgerSilenceSeconds", silence.map(Duration::toSeconds).orElse(null));
    out.putNull("block");
    state.ifPresent(
        s ->
            out.putObject("block")
                .put("number", s.at().number())
                .put("timestamp", s.at().timestamp())
                .put("ageSeconds", clock.instant().getEpochSecond() - s.at().timestamp()));
    loops(out.putArray("loops"));
    return Answer.json(status.equals(OK) ? 200 : 503, out);
  }

  /** The first trouble, or none. */
  private String status() {
    return readiness.checks().stream()
        .filter(check -> !check.holds())
        .map(Readiness.Check::trouble)
        .findFirst()
        .orElse(OK);
  }

  private void loops(ArrayNode out) {
    for (Loop loop : loops) {
      Liveness liveness = loop.liveness();
      out.addObject()
          .put("loop", loop.name())
          .put("alive", liveness.alive())
          .put("failures", liveness.failures())
          .put("trouble", liveness.trouble().orElse(null));
    }
  }
}
