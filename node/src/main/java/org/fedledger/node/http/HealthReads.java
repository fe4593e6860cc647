package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.FederationState;
import org.fedledger.node.chain.Federation;
import org.fedledger.role.RoleLoop;
import org.fedledger.types.Address;

/** Says whether this node keeps up with the ledger, and is at work. */
final class HealthReads implements Endpoint {

  /** A ledger that has been silent for longer makes the node unhealthy. */
  static final Duration MAX_SILENCE = Duration.ofSeconds(30);

  private static final String OK = "ok";

  private final Federation federation;
  private final List<RoleLoop> roles;
  private final Address node;
  private final InstantSource clock;

  HealthReads(Federation federation, List<RoleLoop> roles, Address node, InstantSource clock) {
    this.federation = federation;
    this.roles = roles;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public Answer answer(Call call) {
    Optional<Duration> silence = federation.silence();
    Optional<FederationState> state = federation.state();
    String status = status(silence, state);
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
    roles(out.putArray("roles"));
    return Answer.json(status.equals(OK) ? 200 : 503, out);
  }

  private String status(Optional<Duration> silence, Optional<FederationState> state) {
    if (state.isEmpty() || silence.filter(s -> s.compareTo(MAX_SILENCE) <= 0).isEmpty()) {
      return "ledger-silent";
    }
    return roles.stream().map(RoleLoop::liveness).allMatch(HealthReads::isWell)
        ? OK
        : "role-failing";
  }

  /** A step may take long, as a computation does; one that fails again and again may not. */
  private static boolean isWell(RoleLoop.Liveness role) {
    return role.alive() && (role.failures() == 0 || role.sinceStep().compareTo(MAX_SILENCE) <= 0);
  }

  private void roles(ArrayNode out) {
    for (RoleLoop role : roles) {
      RoleLoop.Liveness liveness = role.liveness();
      out.addObject()
          .put("role", role.name())
          .put("alive", liveness.alive())
          .put("failures", liveness.failures())
          .put("trouble", liveness.trouble().orElse(null));
    }
  }
}
