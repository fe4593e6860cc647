package org.fedledger.client.participant;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.ledger.StageTerms;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.PlanTerms;
import org.fedledger.tensor.BlobId;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/** What a participant keeps of a round, as files. */
final class RecordJson {

  private RecordJson() {}

  static byte[] write(RoundTask task) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("chainId", task.domain().chainId());
    out.put("contract", task.domain().contract().toString());
    out.put("federation", task.federation().toString());
    out.put("participant", task.participant().toString());
    out.put("round", task.round());
    out.put("roundId", task.roundId().toString());
    out.put("spec", task.spec().toString());
    out.put("plan", task.plan().toString());
    out.put("base", task.base().toString());
    out.put("baseState", task.baseState().toString());
    out.put("baseVersion", task.baseVersion());
    out.put("weightCap", task.weightCap());
    out.put("commitDeadline", task.commitDeadline());
    return CanonicalJson.write(out);
  }

  static RoundTask task(byte[] file) {
    JsonReader in = JsonReader.of("task", CanonicalJson.parse(file));
    RoundTask task =
        new RoundTask(
            new SigningDomain(
                in.integer("chainId", 1, CanonicalJson.MAX_INTEGER),
                in.text("contract", Address::of)),
            in.text("federation", FederationId::of),
            in.text("participant", Address::of),
            in.integer("round", 1, CanonicalJson.MAX_INTEGER),
            in.text("roundId", RoundId::of),
            in.text("spec", Digest::of),
            in.text("plan", Digest::of),
            in.text("base", Digest::of),
            in.text("baseState", Digest::of),
            in.integer("baseVersion", 0, CanonicalJson.MAX_INTEGER),
            in.integer("weightCap", 1, PlanTerms.MAX_WEIGHT),
            in.integer("commitDeadline", 0, CanonicalJson.MAX_INTEGER));
    in.end();
    return task;
  }

  static byte[] write(TrainedUpdate trained) {
    return CanonicalJson.write(
        JsonNodeFactory.instance
            .objectNode()
            .put("digest", trained.update().digest().toString())
            .put("size", trained.update().size())
            .put("examples", trained.examples()));
  }

  static TrainedUpdate trained(byte[] file) {
    JsonReader in = JsonReader.of("trained", CanonicalJson.parse(file));
    TrainedUpdate trained =
        new TrainedUpdate(
            new BlobId(
                in.text("digest", Digest::of), in.integer("size", 1, CanonicalJson.MAX_INTEGER)),
            in.integer("examples", 1, CanonicalJson.MAX_INTEGER));
    in.end();
    return trained;
  }

  static byte[] write(UpdateCommitment commitment) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("roundId", commitment.roundId().toString());
    out.put("stage", commitment.stage());
    out.put("participant", commitment.participant().toString());
    out.put("digest", commitment.digest().toString());
    out.put("size", commitment.size());
    out.put("weight", commitment.weight());
    out.put("privacyCost", commitment.privacyCost());
    return CanonicalJson.write(out);
  }

  static UpdateCommitment commitment(byte[] file) {
    JsonReader in = JsonReader.of("commitment", CanonicalJson.parse(file));
    UpdateCommitment commitment =
        new UpdateCommitment(
            in.text("roundId", RoundId::of),
            (int) in.integer("stage", 0, StageTerms.MAX),
            in.text("participant", Address::of),
            in.text("digest", Digest::of),
            in.integer("size", 1, CanonicalJson.MAX_INTEGER),
            in.integer("weight", 1, PlanTerms.MAX_WEIGHT),
            in.integer("privacyCost", 0, CanonicalJson.MAX_INTEGER));
    in.end();
    return commitment;
  }
}
