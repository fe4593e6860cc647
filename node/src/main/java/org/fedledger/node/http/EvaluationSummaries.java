package org.fedledger.node.http;

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
import java.util.Set;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.records.Evaluations;
import org.fedledger.spec.PlanTerms;
import org.fedledger.store.BlobStore;
import org.fedledger.training.Metrics;
import org.fedledger.types.Digest;

/**
 * What participants measured, version by version: the course of the training. Each participant is
 * believed in its own numbers as far as they can have been measured; others are left out and named.
 *
 * <p>Two means are given: weighted by examples, as the whole of all data would give it, where no
 * participant counts for more examples than an update may claim; and unweighted, in which each
 * participant counts the same.
 */
final class EvaluationSummaries implements Endpoint {

  /** Versions in one answer. */
  static final int MAX_VERSIONS = 100;

  private static final int REMEMBERED = 1_024;

  /** One number that all measure. */
  private static final class Course {
    private final DoubleSummaryStatistics values = new DoubleSummaryStatistics();
    private double weighted;
    private double weights;

    void add(double value, long weight) {
      values.accept(value);
      weighted += value * weight;
      weights += weight;
    }

    ObjectNode document() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("weightedMean", weighted / weights)
          .put("unweightedMean", values.getAverage())
          .put("least", values.getMin())
          .put("greatest", values.getMax());
    }
  }

  /** A summary holds as long as no participant has added to it, or has measured anew. */
  private record Summary(int evaluations, long replaced, ObjectNode document) {}

  private final BlobStore store;
  private final Federation federation;
  private final Evaluations evaluations;
  private final Turns turns;
  private final Map<Long, Summary> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Summary> eldest) {
              return size() > REMEMBERED;
            }
          });

  EvaluationSummaries(
      BlobStore store, Federation federation, Evaluations evaluations, Turns turns) {
    this.turns = turns;
    this.store = store;
    this.federation = federation;
    this.evaluations = evaluations;
  }

  @Override
  public Answer answer(Call call) throws IOException, InterruptedException, RefusedException {
    call.requireKnownQuery(Set.of("from", "to"));
    long from = call.query("from", Parameters::version).orElse(0L);
    long to = call.query("to", Parameters::version).orElse(from + MAX_VERSIONS - 1);
    if (to < from || to - from >= MAX_VERSIONS) {
      throw new RefusedException(
          Problem.MALFORMED.because(
              "ask for 1 to %d versions at a time, not for %d to %d"
                  .formatted(MAX_VERSIONS, from, to)));
    }
    try (Turns.Turn _ = turns.take()) {
      return Answer.json(200, summaries(from, to));
    }
  }

  private ArrayNode summaries(long from, long to) throws IOException {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (long version = from; version <= to; version++) {
      ObjectNode summary = summary(version);
      if (summary.get("participants").intValue() + summary.get("leftOut").size() > 0) {
        all.add(summary);
      }
    }
    return all;
  }

  private ObjectNode summary(long version) throws IOException {
    int here = evaluations.count(version);
    long replaced = evaluations.replaced();
    Summary known = remembered.get(version);
    if (known == null || known.evaluations() != here || known.replaced() != replaced) {
      known = new Summary(here, replaced, summarise(version));
      remembered.put(version, known);
    }
    return known.document();
  }

  private ObjectNode summarise(long version) throws IOException {
    Course accuracy = new Course();
    Course loss = new Course();
    int participants = 0;
    ArrayNode leftOut = JsonNodeFactory.instance.arrayNode();
    for (Evaluations.Entry entry : ofItsModel(version)) {
      Optional<Metrics> metrics = metrics(entry);
      if (metrics.isPresent()) {
        long weight = Math.min(metrics.get().examples(), weightCap());
        accuracy.add(metrics.get().accuracy(), weight);
        loss.add(metrics.get().loss(), weight);
        participants++;
      } else {
        leftOut.add(entry.participant().toString());
      }
    }
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("version", version).put("participants", participants);
    if (participants == 0) {
      out.putNull("accuracy").putNull("loss");
    } else {
      out.set("accuracy", accuracy.document());
      out.set("loss", loss.document());
    }
    out.set("leftOut", leftOut);
    return out;
  }

  /** Without those of the model that the version was before the ledger was reorganised. */
  private List<Evaluations.Entry> ofItsModel(long version) throws IOException {
    List<Evaluations.Entry> all = evaluations.of(version);
    if (all.stream().map(Evaluations.Entry::model).distinct().count() < 2) {
      return all;
    }
    Optional<Digest> model = federation.model(version);
    return all.stream().filter(entry -> model.equals(Optional.of(entry.model()))).toList();
  }

  /** Empty for a file that is gone or damaged, or says what cannot have been measured. */
  private Optional<Metrics> metrics(Evaluations.Entry entry) throws IOException {
    try {
      return StoredMetrics.find(store, entry.metrics()).map(Metrics::ofJson);
    } catch (MalformedJsonException e) {
      return Optional.empty();
    }
  }

  private long weightCap() {
    return federation.spec().map(spec -> spec.plan().weightCap()).orElse(PlanTerms.MAX_WEIGHT);
  }
}
