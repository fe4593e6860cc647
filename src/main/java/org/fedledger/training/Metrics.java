package org.fedledger.training;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;

/**
 * How well a model does.
 *
 * @param accuracy share of examples whose label it gives, 0 to 1
 * @param loss mean over the examples, 0 to {@link CanonicalJson#MAX_INTEGER}: a larger one has no
 *     place in a document, and says no more than that the model is of no use
 * @param examples how many it was measured on, at least 1
 */
public record Metrics(double accuracy, double loss, long examples) {

  public Metrics {
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("an accuracy is 0 to 1, not " + accuracy);
    }
    if (!(loss >= 0 && loss <= CanonicalJson.MAX_INTEGER)) {
      throw new IllegalArgumentException("a loss is 0 to 2^53-1, not " + loss);
    }
    if (examples < 1) {
      throw new IllegalArgumentException("metrics are of at least 1 example, not " + examples);
    }
  }

  /** The canonical file that a participant signs the digest of. */
  public byte[] toJson() {
    return CanonicalJson.write(
        JsonNodeFactory.instance
            .objectNode()
            .put("accuracy", accuracy)
            .put("loss", loss)
            .put("examples", examples));
  }

  /**
   * @throws org.fedledger.json.MalformedJsonException for any other file
   */
  public static Metrics ofJson(byte[] file) {
    JsonReader in = JsonReader.of("evaluation", CanonicalJson.parse(file));
    Metrics metrics =
        new Metrics(
            in.number("accuracy", 0, 1),
            in.number("loss", 0, CanonicalJson.MAX_INTEGER),
            in.integer("examples", 1, CanonicalJson.MAX_INTEGER));
    in.end();
    return metrics;
  }
}
