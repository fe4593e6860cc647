package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.ledger.Candidate;
import org.fedledger.round.RoundInputs;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.store.BlobSource;
import org.fedledger.store.CheckedBlob;
import org.fedledger.types.Digest;

/** A publication is, bit for bit, what the rule makes of the updates that it accepts. */
final class AggregateClaim {

  private final RoundInputs.Ready inputs;
  private final RoundComputation computation;
  private final Collection<JudgedUpdate> judged;
  private final BlobSource blobs;
  private final Path work;

  /**
   * @param blobs where a published model is had, to say how it differs
   * @param work folder for recomputed files, which are deleted again
   */
  AggregateClaim(
      RoundInputs.Ready inputs,
      RoundComputation computation,
      Collection<JudgedUpdate> judged,
      BlobSource blobs,
      Path work) {
    this.inputs = inputs;
    this.computation = computation;
    this.judged = judged;
    this.blobs = blobs;
    this.work = work;
  }

  /** Computes a publication again; empty if an accepted update cannot be had, or fails a gate. */
  Optional<Recomputation> recompute(Candidate candidate) throws IOException {
    Decision decision = candidate.record().decision();
    List<JudgedUpdate> accepted =
        judged.stream().filter(update -> update.isAcceptedBy(decision)).toList();
    int quorum = inputs.state().created().quorum();
    if (accepted.size() < quorum) {
      return Optional.of(tooFew(candidate, accepted.size(), quorum));
    }
    if (!accepted.stream().allMatch(JudgedUpdate::passes)) {
      return Optional.empty();
    }
    List<WeightedUpdate> weighted = accepted.stream().map(JudgedUpdate::weighted).toList();
    Path out = Files.createTempFile(work, "recomputed", ".safetensors");
    try {
      return Optional.of(compared(candidate, weighted, out));
    } finally {
      Files.deleteIfExists(out);
    }
  }

  private Recomputation tooFew(Candidate candidate, int accepted, int quorum) {
    return candidate.proposesAbort()
        ? Recomputation.right(Optional.empty())
        : Recomputation.wrong(
            Optional.empty(),
            "a version was published from fewer updates than the quorum",
            evidence("accepted", accepted, "quorum", quorum));
  }

  private Recomputation compared(Candidate candidate, List<WeightedUpdate> accepted, Path out)
      throws IOException {
    Publication publication = candidate.record().publication();
    Decision decision = candidate.record().decision();
    return switch (computation.aggregate(inputs.base(), decision, accepted, out)) {
      case RoundComputation.Result.Aggregated a -> {
        Optional<Digest> model = Optional.of(a.model());
        if (candidate.proposesAbort()) {
          yield Recomputation.wrong(
              model,
              "the round was given up although its aggregate is finite",
              evidence("recomputed", a.model()));
        }
        if (!a.model().equals(publication.model()) || a.modelSize() != publication.modelSize()) {
          yield Recomputation.wrong(
              model,
              "the published model is not the aggregate of the committed updates",
              difference(a.model(), candidate, accepted, out));
        }
        if (!a.state().equals(publication.state()) || a.stateSize() != publication.stateSize()) {
          yield Recomputation.wrong(
              model,
              "the published rule state is not the rule's",
              evidence("published", publication.state(), "recomputed", a.state()));
        }
        yield Recomputation.right(model);
      }
      case RoundComputation.Result.NonFinite n ->
          candidate.proposesAbort()
              ? Recomputation.right(Optional.empty())
              : Recomputation.wrong(
                  Optional.empty(),
                  "a version was published although the aggregate is not finite",
                  evidence("published", publication.model(), "where", n.where()));
      case RoundComputation.Result.TooFewAccepted _ ->
          throw new IllegalStateException("aggregate() judges no quorum");
    };
  }

  private Map<String, String> difference(
      Digest recomputed, Candidate candidate, List<WeightedUpdate> accepted, Path out)
      throws IOException {
    Digest published = candidate.record().publication().model();
    Map<String, String> evidence =
        evidence(
            "publishedDigest",
            published,
            "recomputedDigest",
            recomputed,
            "rule",
            computation.rule());
    if (published.equals(inputs.round().opening().baseModel())) {
      evidence.put("explainedBy", "the base version was published again");
    } else if (published.equals(recomputed)) {
      evidence.put("publishedSize", Long.toString(candidate.record().publication().modelSize()));
      evidence.put("recomputedSize", Long.toString(Files.size(out)));
    } else {
      switch (CheckedBlob.fetch(blobs, published)) {
        case CheckedBlob.Lacking(CheckedBlob.Cause _, String why) ->
            evidence.put("publishedFile", why);
        case CheckedBlob.Here(Path file, long _) -> {
          evidence.putAll(FirstDifference.between(file, out));
          explain(candidate, accepted, file).ifPresent(how -> evidence.put("explainedBy", how));
        }
      }
    }
    return evidence;
  }

  private Optional<String> explain(
      Candidate candidate, List<WeightedUpdate> accepted, Path published) throws IOException {
    Decision decision = candidate.record().decision();
    List<WeightedUpdate> others =
        judged.stream()
            .filter(update -> !update.isAcceptedBy(decision))
            .filter(JudgedUpdate::hasTheForm)
            .map(JudgedUpdate::weighted)
            .toList();
    return new Explanation(
            computation,
            decision,
            inputs.base(),
            accepted,
            candidate.record().publication().model(),
            work)
        .of(published, others);
  }

  private static Map<String, String> evidence(Object... namesAndValues) {
    Map<String, String> evidence = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      evidence.put(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
    }
    return evidence;
  }
}
