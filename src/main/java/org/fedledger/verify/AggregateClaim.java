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
import org.fedledger.rule.Difference;
import org.fedledger.rule.RuleApplication;
import org.fedledger.rule.WeightedUpdate;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.CheckedBlob;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;

/** A publication is, bit for bit, what the rule makes of the updates that it accepts. */
final class AggregateClaim {

  private final RoundInputs.Ready inputs;
  private final RoundComputation computation;
  private final Collection<JudgedUpdate> judged;
  private final BlobFiles.Use blobs;
  private final Path work;

  /**
   * @param blobs where a published model is had, to say how it differs
   * @param work folder for recomputed files, which are deleted again
   */
  AggregateClaim(
      RoundInputs.Ready inputs,
      RoundComputation computation,
      Collection<JudgedUpdate> judged,
      BlobFiles.Use blobs,
      Path work) {
    this.inputs = inputs;
    this.computation = computation;
    this.judged = judged;
    this.blobs = blobs;
    this.work = work;
  }

  /** The rule by name and version, such as {@code fedavg/1}. */
  String rule() {
    return computation.rule().id();
  }

  /** Computes a publication again; empty if an accepted update cannot be had or used. */
  Optional<Recomputation> recompute(Candidate candidate) throws IOException {
    Decision decision = candidate.record().decision();
    List<JudgedUpdate> accepted =
        judged.stream().filter(update -> update.isAcceptedBy(decision)).toList();
    int quorum = inputs.state().created().quorum();
    if (accepted.size() < quorum) {
      return Optional.of(tooFew(candidate, accepted.size(), quorum));
    }
    if (!accepted.stream().allMatch(update -> update.passes() && update.hasAWeight())) {
      return Optional.empty();
    }
    List<WeightedUpdate> weighted = accepted.stream().map(JudgedUpdate::weighted).toList();
    Path folder = Files.createTempDirectory(work, "recomputed");
    RuleApplication.Target out =
        new RuleApplication.Target(folder.resolve("model"), folder.resolve("state"));
    try {
      return Optional.of(compared(candidate, weighted, out));
    } finally {
      Files.deleteIfExists(out.model());
      Files.deleteIfExists(out.state());
      Files.delete(folder);
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

  private Recomputation compared(
      Candidate candidate, List<WeightedUpdate> accepted, RuleApplication.Target out)
      throws IOException {
    Publication publication = candidate.record().publication();
    Decision decision = candidate.record().decision();
    return switch (computation.aggregate(inputs.baseFiles(), decision, accepted, out)) {
      case RoundComputation.Result.Aggregated a ->
          compared(candidate, accepted, a, out).leavingOut(a.leftOut());
      case RoundComputation.Result.TooFewForRule few ->
          candidate.proposesAbort()
              ? Recomputation.right(Optional.empty())
              : Recomputation.wrong(
                  Optional.empty(),
                  "a version was published from fewer updates than the rule takes",
                  evidence(
                      "accepted",
                      few.accepted(),
                      "fewest",
                      few.fewest(),
                      "rule",
                      computation.rule().id()));
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

  private Recomputation compared(
      Candidate candidate,
      List<WeightedUpdate> accepted,
      RoundComputation.Result.Aggregated again,
      RuleApplication.Target out)
      throws IOException {
    Publication publication = candidate.record().publication();
    Optional<Digest> model = Optional.of(again.model());
    if (candidate.proposesAbort()) {
      return Recomputation.wrong(
          model,
          "the round was given up although its aggregate is finite",
          evidence("recomputed", again.model()));
    }
    if (!again.model().equals(publication.model())
        || again.modelSize() != publication.modelSize()) {
      return Recomputation.wrong(
          model,
          "the published model is not the aggregate of the committed updates",
          modelDifference(again.model(), candidate, accepted, out.model()));
    }
    if (!again.state().equals(publication.state())
        || again.stateSize() != publication.stateSize()) {
      return Recomputation.wrong(
          model,
          "the published rule state is not the rule's",
          stateDifference(again, publication, out.state()));
    }
    return Recomputation.right(model);
  }

  private Map<String, String> stateDifference(
      RoundComputation.Result.Aggregated again, Publication publication, Path out)
      throws IOException {
    Digest published = publication.state();
    Map<String, String> evidence = digests(published, again.state());
    if (published.equals(inputs.round().opening().baseState())) {
      evidence.put("explainedBy", "the base version's state was published again");
    } else if (published.equals(again.state())) {
      evidence.put("publishedSize", Long.toString(publication.stateSize()));
      evidence.put("recomputedSize", Long.toString(again.stateSize()));
    } else if (!published.isZero() && !again.state().isZero()) {
      firstDifference(new BlobId(published, publication.stateSize()), out, evidence);
    }
    return evidence;
  }

  private Map<String, String> digests(Digest published, Digest recomputed) {
    return evidence(
        "publishedDigest",
        published,
        "recomputedDigest",
        recomputed,
        "rule",
        computation.rule().id());
  }

  /** Tells the first difference; gives the published file if it can be had. */
  private Optional<Path> firstDifference(
      BlobId published, Path recomputed, Map<String, String> evidence) throws IOException {
    return switch (blobs.fetch(published.digest(), published.size())) {
      case AbsentBlob why -> {
        evidence.put("publishedFile", why.toString());
        yield Optional.empty();
      }
      case CheckedBlob.Here(Path file, long _) -> {
        evidence.putAll(FirstDifference.between(file, recomputed));
        yield Optional.of(file);
      }
    };
  }

  private Map<String, String> modelDifference(
      Digest recomputed, Candidate candidate, List<WeightedUpdate> accepted, Path out)
      throws IOException {
    Publication publication = candidate.record().publication();
    Digest published = publication.model();
    Map<String, String> evidence = digests(published, recomputed);
    if (published.equals(inputs.round().opening().baseModel())) {
      evidence.put("explainedBy", "the base version was published again");
    } else if (published.equals(recomputed)) {
      evidence.put("publishedSize", Long.toString(publication.modelSize()));
      evidence.put("recomputedSize", Long.toString(Files.size(out)));
    } else {
      Optional<Path> file =
          firstDifference(new BlobId(published, publication.modelSize()), out, evidence);
      if (file.isPresent()) {
        explain(candidate, accepted, file.get()).ifPresent(how -> evidence.put("explainedBy", how));
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
            .filter(update -> update.hasTheForm() && update.hasAWeight())
            .map(JudgedUpdate::weighted)
            .toList();
    Publication publication = candidate.record().publication();
    return computation.explain(
        inputs.baseFiles(),
        accepted,
        others,
        new Difference.Published(published, publication.model(), publication.state()),
        work);
  }

  private static Map<String, String> evidence(Object... namesAndValues) {
    Map<String, String> evidence = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      evidence.put(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
    }
    return evidence;
  }
}
