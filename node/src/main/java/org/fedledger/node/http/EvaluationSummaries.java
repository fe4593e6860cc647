package org.fedledger.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.node.records.Evaluations;
import org.fedledger.store.BlobStore;

/**
 * What participants measured, version by version: the course of the training. What cannot have been
 * measured counts for nothing.
 */
final class EvaluationSummaries implements Endpoint {

  /** Versions in one answer. */
  static final int MAX_VERSIONS = 100;

  private static final int REMEMBERED = 1_024;

  private static final List<Measure> MEASURES =
      List.of(new Measure("accuracy", 1), new Measure("loss", Double.MAX_VALUE));

  /** A number from 0 to the greatest. */
  private record Measure(String name, double greatest) {

    OptionalDouble in(JsonNode metrics) {
      double value = metrics.path(name).isNumber() ? metrics.get(name).doubleValue() : -1;
      return value >= 0 && value <= greatest ? OptionalDouble.of(value) : OptionalDouble.empty();
    }
  }

  /** A summary holds as long as no participant has added to it. */
  private record Summary(int evaluations, ObjectNode document) {}

  private final BlobStore store;
  private final Evaluations evaluations;
  private final Map<Long, Summary> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Summary> eldest) {
              return size() > REMEMBERED;
            }
          });

  EvaluationSummaries(BlobStore store, Evaluations evaluations) {
    this.store = store;
    this.evaluations = evaluations;
  }

  @Override
  public Answer answer(Call call) throws IOException, RefusedException {
    call.requireKnownQuery(Set.of("from", "to"));
    long from = call.query("from", Parameters::version).orElse(0L);
    long to = call.query("to", Parameters::version).orElse(from + MAX_VERSIONS - 1);
    if (to < from || to - from >= MAX_VERSIONS) {
      throw new RefusedException(
          Problem.MALFORMED.because(
              "ask for 1 to %d versions at a time, not for %d to %d"
                  .formatted(MAX_VERSIONS, from, to)));
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (long version = from; version <= to; version++) {
      ObjectNode summary = summary(version);
      if (summary.get("participants").intValue() > 0) {
        all.add(summary);
      }
    }
    return Answer.json(200, all);
  }

  private ObjectNode summary(long version) throws IOException {
    int here = evaluations.count(version);
    Summary known = remembered.get(version);
    if (known == null || known.evaluations() != here) {
      known = new Summary(here, summarise(version));
      remembered.put(version, known);
    }
    return known.document();
  }

  private ObjectNode summarise(long version) throws IOException {
    Map<Measure, DoubleSummaryStatistics> measured = new LinkedHashMap<>();
    MEASURES.forEach(measure -> measured.put(measure, new DoubleSummaryStatistics()));
    int participants = 0;
    for (Evaluations.Entry entry : evaluations.of(version)) {
      Optional<JsonNode> metrics = StoredMetrics.find(store, entry.metrics());
      if (metrics.isPresent()) {
        measured.forEach((measure, values) -> measure.in(metrics.get()).ifPresent(values::accept));
        participants++;
      }
    }
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("version", version).put("participants", participants);
    measured.forEach(
        (measure, values) -> {
          if (values.getCount() == 0) {
            out.putNull(measure.name());
          } else {
            out.putObject(measure.name())
                .put("mean", values.getAverage())
                .put("least", values.getMin())
                .put("greatest", values.getMax());
          }
        });
    return out;
  }
}
