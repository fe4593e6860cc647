package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.Optional;
import org.fedledger.json.CanonicalJson;
import org.fedledger.node.records.Evaluations;
import org.fedledger.store.BlobStore;

/** Lists the evaluations of a version, in order of address. */
final class EvaluationReads implements Endpoint {

  private final BlobStore store;
  private final Evaluations evaluations;
  private final Turns turns;

  EvaluationReads(BlobStore store, Evaluations evaluations, Turns turns) {
    this.turns = turns;
    this.store = store;
    this.evaluations = evaluations;
  }

  @Override
  public Answer answer(Call call) throws IOException, InterruptedException, RefusedException {
    long version = call.parameter("version", Parameters::version);
    try (Turns.Turn _ = turns.take()) {
      return Answer.json(200, all(version));
    }
  }

  private ArrayNode all(long version) throws IOException {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Evaluations.Entry entry : evaluations.of(version)) {
      Optional<byte[]> metrics = StoredMetrics.find(store, entry.metrics());
      if (metrics.isPresent()) {
        all.addObject()
            .put("participant", entry.participant().toString())
            .put("model", entry.model().toString())
            .put("metricsDigest", entry.metrics().toString())
            .put("signature", entry.signature().toString())
            .set("metrics", CanonicalJson.parse(metrics.get()));
      }
    }
    return all;
  }
}
