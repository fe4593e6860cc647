package org.fedledger.devnet.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.devnet.demo.tamper.Caught;
import org.fedledger.devnet.demo.tamper.Story;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;

/** A demo's report as the document that programs read. */
final class DemoReportJson {

  private DemoReportJson() {}

  static ObjectNode of(DemoReport report) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    DemoReport.Chain chain = report.chain();
    out.putObject("chain")
        .put("kind", chain.kind())
        .put("client", chain.client())
        .put("chainId", chain.chainId())
        .put("rpc", chain.rpc());
    out.put("contract", report.contract().toString());
    ObjectNode federation = out.putObject("federation").put("name", report.federation());
    ArrayNode participants = federation.putArray("participants");
    for (DemoReport.Member member : report.participants()) {
      participants
          .addObject()
          .put("name", member.name())
          .put("address", member.address().toString());
    }
    ArrayNode rounds = out.putArray("rounds");
    report.rounds().forEach(round -> rounds.add(of(round)));
    out.set("final", last(report));
    out.putObject("audit")
        .put("verified", report.audit().verified())
        .put("rounds", report.audit().rounds())
        .put("updates", report.audit().updates());
    report.tamper().ifPresent(story -> out.set("tamper", of(story)));
    return out.put("seconds", report.seconds());
  }

  private static ObjectNode of(Story story) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("kind", story.scheme().kind().text());
    out.put("colluding", story.scheme().colluding());
    out.put("round", story.round());
    out.put("deed", story.deed());
    out.putObject("culprit")
        .put("name", story.culprit().name())
        .put("address", story.culprit().address().toString());
    out.put("caught", story.caught().isPresent());
    story.caught().ifPresent(caught -> put(caught, out));
    return out;
  }

  private static void put(Caught caught, ObjectNode out) {
    out.put("layer", caught.layer().text());
    out.put("when", caught.when().text());
    out.put("by", caught.by());
    ObjectNode evidence = out.putObject("evidence");
    caught.evidence().forEach(evidence::put);
  }

  private static ObjectNode of(DemoReport.RoundEntry round) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("round", round.round());
    out.put("version", round.version());
    out.put("digest", round.digest().toString());
    ArrayNode updates = out.putArray("updates");
    for (UpdateCommitment update : round.updates()) {
      updates
          .addObject()
          .put("participant", update.participant().toString())
          .put("digest", update.digest().toString())
          .put("weight", update.weight());
    }
    ArrayNode accepted = out.putArray("accepted");
    round.accepted().stream().map(Address::toString).forEach(accepted::add);
    ArrayNode rejected = out.putArray("rejected");
    for (DemoReport.RejectedUpdate update : round.rejected()) {
      rejected
          .addObject()
          .put("participant", update.participant().toString())
          .put("reason", update.reason());
    }
    out.set("metrics", of(round.metrics()));
    ObjectNode gas = out.putObject("gas");
    ArrayNode commits = gas.putArray("commit");
    round.commitGas().forEach(commits::add);
    gas.put("publish", round.publishGas());
    return out.put("seconds", round.seconds());
  }

  private static ObjectNode last(DemoReport report) {
    DemoReport.FinalVersion last = report.last();
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("version", last.version());
    out.put("digest", last.digest().toString());
    out.set("metrics", of(last.metrics()));
    last.common().ifPresent(accuracy -> out.putObject("common").put("accuracy", accuracy));
    ObjectNode perParticipant = out.putObject("perParticipant");
    last.perParticipant()
        .forEach((address, metrics) -> perParticipant.set(address.toString(), of(metrics)));
    last.reference()
        .ifPresent(
            reference ->
                out.putObject("reference")
                    .put("accuracy", reference.accuracy())
                    .put("source", reference.source()));
    return out;
  }

  private static ObjectNode of(DemoReport.Metrics metrics) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("accuracy", metrics.accuracy())
        .put("loss", metrics.loss());
  }
}
