package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Says whether requests are to be sent here, and each reason why not. */
final class ReadyReads implements Endpoint {

  private final Readiness readiness;

  ReadyReads(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public Answer answer(Call call) {
    List<Readiness.Check> checks = readiness.checks();
    boolean ready = checks.stream().allMatch(Readiness.Check::holds);
    ObjectNode out = JsonNodeFactory.instance.objectNode().put("ready", ready);
    ArrayNode list = out.putArray("checks");
    for (Readiness.Check check : checks) {
      list.addObject()
          .put("check", check.name())
          .put("holds", check.holds())
          .put("why", check.why().orElse(null));
    }
    return Answer.json(ready ? 200 : 503, out);
  }
}
