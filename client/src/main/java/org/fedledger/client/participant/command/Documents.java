package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.training.Metrics;

/** Results as JSON. */
final class Documents {

  private Documents() {}

  static ObjectNode of(SignedCommitment signed) {
    var commitment = signed.commitment();
    return JsonNodeFactory.instance
        .objectNode()
        .put("roundId", commitment.roundId().toString())
        .put("participant", commitment.participant().toString())
        .put("digest", commitment.digest().toString())
        .put("size", commitment.size())
        .put("weight", commitment.weight())
        .put("privacyCost", commitment.privacyCost())
        .put("signature", signed.signature().toString());
  }

  static ObjectNode of(SignedReceipt receipt) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("node", receipt.node().toString())
        .put("digest", receipt.receipt().digest().toString())
        .put("blockNumber", receipt.receipt().blockNumber())
        .put("signature", receipt.signature().toString());
  }

  static ObjectNode of(Metrics metrics) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("accuracy", metrics.accuracy())
        .put("loss", metrics.loss())
        .put("examples", metrics.examples());
  }
}
