package org.fedledger.devnet.simulate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.simulation.Faults;
import org.fedledger.simulation.SimulatedRound;
import org.fedledger.simulation.SimulationResult;
import org.fedledger.simulation.SimulationSetup;
import org.fedledger.types.Address;

/** A simulation as the document that a demo's report is, where both have the same to tell. */
final class SimulationReportJson {

  private SimulationReportJson() {}

  /**
   * @param seconds that it took
   */
  static ObjectNode of(SimulationSetup setup, SimulationResult result, double seconds) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.putObject("chain").put("kind", "memory").put("blocks", result.blocks());
    ObjectNode federation = out.putObject("federation").put("id", result.federation().toString());
    ArrayNode participants = federation.putArray("participants");
    for (Address participant : result.participants()) {
      participants.addObject().put("address", participant.toString());
    }
    ArrayNode rounds = out.putArray("rounds");
    result.rounds().forEach(round -> rounds.add(of(round)));
    result
        .last()
        .ifPresent(
            last ->
                out.putObject("final")
                    .put("version", last.number())
                    .put("digest", last.model().toString()));
    out.putObject("audit")
        .put("verified", result.verified())
        .put("rounds", result.rounds().size())
        .put("updates", result.verifiedUpdates());
    out.put("seed", setup.seed());
    if (setup.faults() != Faults.NONE) {
      out.putObject("faults")
          .put("kind", setup.faults().toString())
          .put("trace", result.trace().toString())
          .put("events", result.steps())
          .put("kills", result.kills());
    }
    out.put("virtualSeconds", result.virtualSeconds());
    return out.put("seconds", seconds);
  }

  private static ObjectNode of(SimulatedRound round) {
    ObjectNode out = JsonNodeFactory.instance.objectNode().put("round", round.round());
    round
        .version()
        .ifPresent(v -> out.put("version", v.number()).put("digest", v.model().toString()));
    ArrayNode accepted = out.putArray("accepted");
    round.accepted().stream().map(Address::toString).forEach(accepted::add);
    return out.put("attempts", round.attempts()).put("virtualSeconds", round.seconds());
  }
}
