package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.RoleTalk;
import org.fedledger.client.participant.ParticipantWatcher;
import org.fedledger.ledger.Outcome;
import org.fedledger.role.ParticipantEvent;
import org.fedledger.role.Step;
import org.fedledger.training.Metrics;

/** Tells what a participant does: results line by line, or in one document at the end. */
final class RunReport extends RoleTalk implements ParticipantWatcher {

  /** Entries of each kind in the document; those of a longer run are left out from the start. */
  private static final int MAX_ENTRIES = 10_000;

  private final Output out;
  private final ArrayNode commitments = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode evaluations = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode satOut = JsonNodeFactory.instance.arrayNode();

  RunReport(Output out) {
    super(out);
    this.out = out;
  }

  /** Told as what happened already. */
  @Override
  protected void tell(Step step) {}

  @Override
  public void died(Error why) {
    super.died(why);
  }

  @Override
  public void happened(ParticipantEvent event) {
    switch (event) {
      case ParticipantEvent.Pulled p ->
          out.talk("round %d: training on version %d", p.task().round(), p.task().baseVersion());
      case ParticipantEvent.Trained _,
          ParticipantEvent.Recorded _,
          ParticipantEvent.Committing _ -> {
        // Milliseconds later it is committed.
      }
      case ParticipantEvent.Committed c -> committed(c);
      case ParticipantEvent.Uploaded u ->
          out.talk("round %d: %s has the update, and signed for it", u.round(), u.peer());
      case ParticipantEvent.Aborted a ->
          out.line("round %d aborted: %s", a.round(), a.reason().meaning());
      case ParticipantEvent.Evaluated e -> evaluated(e);
      case ParticipantEvent.NotMeasurable n ->
          out.line("version %d cannot be measured: %s", n.version(), n.why());
      case ParticipantEvent.SatOut s -> satOut(s);
    }
  }

  private void committed(ParticipantEvent.Committed event) {
    var commitment = event.commitment();
    Optional<Outcome.Mined> mined = event.mined();
    out.line(
        "round %d: committed %s, weight %d%s",
        event.round(),
        commitment.digest(),
        commitment.weight(),
        mined.map(m -> ", gas " + m.gasUsed()).orElse(" (before)"));
    ObjectNode entry =
        add(commitments)
            .put("round", event.round())
            .put("roundId", commitment.roundId().toString())
            .put("digest", commitment.digest().toString())
            .put("weight", commitment.weight());
    mined.ifPresent(
        m -> entry.put("transaction", m.transaction().toString()).put("gas", m.gasUsed()));
  }

  private void evaluated(ParticipantEvent.Evaluated event) {
    Metrics m = event.metrics();
    out.line(
        "version %d: accuracy %.4f, loss %.4f on %d held-out rows",
        event.version(), m.accuracy(), m.loss(), m.examples());
    add(evaluations).put("version", event.version()).set("metrics", Documents.of(m));
  }

  private void satOut(ParticipantEvent.SatOut event) {
    out.line("round %d: sat out, %s", event.round(), event.why());
    add(satOut).put("round", event.round()).put("why", event.why());
  }

  private static ObjectNode add(ArrayNode entries) {
    if (entries.size() == MAX_ENTRIES) {
      entries.remove(0);
    }
    return entries.addObject();
  }

  void finish() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.set("commitments", commitments);
    document.set("evaluations", evaluations);
    document.set("satOut", satOut);
    out.document(document);
  }
}
