package org.fedledger.client.participant;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.ledger.StageTerms;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.PlanTerms;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/** A commitment as a file. */
final class CommitmentJson {

  private CommitmentJson() {}

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

  static UpdateCommitment read(byte[] file) {
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
