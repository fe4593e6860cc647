package org.fedledger.client.participant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.fedledger.client.node.NodeClient;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/** The first step of a round: its task, and the files that it names. */
public final class Pull {

  private static final int MOST_DIFFERENCE = 1_024;

  private final SigningDomain domain;
  private final WorkFolder folder;
  private final BlobFetcher fetcher;

  public Pull(SigningDomain domain, WorkFolder folder, List<NodeClient> nodes) {
    this.domain = domain;
    this.folder = folder;
    this.fetcher = new BlobFetcher(folder, nodes);
  }

  /** The federation's spec, as the ledger names it. */
  public Result<FederationSpec> spec(FederationState state) throws IOException {
    return spec(state.created().spec());
  }

  private Result<FederationSpec> spec(Digest digest) throws IOException {
    return switch (fetcher.fetch(digest, CanonicalJson.MAX_BYTES)) {
      case BlobFetcher.Fetched.NotYet(String why) -> new Result.Later<>("the spec " + why);
      case BlobFetcher.Fetched.Here(Path file) -> {
        try {
          yield new Result.Done<>(SpecJson.parseSpec(Files.readAllBytes(file)));
        } catch (MalformedJsonException e) {
          yield new Result.SitOut<>(
              new CannotJudgeException("the federation's spec", e.getMessage()).getMessage());
        }
      }
    };
  }

  /** The last final model. */
  public Result<Path> head(FederationState state, FederationSpec spec) throws IOException {
    var head = state.head();
    var fetched =
        head.version() == 0
            ? fetcher.version0(spec, state.federation(), head.model(), head.modelSize())
            : fetcher.fetch(head.model(), head.modelSize());
    return switch (fetched) {
      case BlobFetcher.Fetched.NotYet(String why) ->
          new Result.Later<>("version %d, %s".formatted(head.version(), why));
      case BlobFetcher.Fetched.Here(Path file) -> new Result.Done<>(file);
    };
  }

  /** What the round builds on: the last final model, or an earlier one that was approved. */
  private Result<Path> base(FederationState state, Round round, FederationSpec spec)
      throws IOException {
    long version = round.opening().baseVersion();
    Digest model = round.opening().baseModel();
    if (model.equals(state.head().model())) {
      return head(state, spec);
    }
    // Versions of one federation differ in no more than the digits of their numbers.
    long most = state.head().modelSize() + MOST_DIFFERENCE;
    var fetched =
        version == 0
            ? fetcher.version0(spec, state.federation(), model, state.created().modelSize())
            : fetcher.fetch(model, most);
    return switch (fetched) {
      case BlobFetcher.Fetched.NotYet(String why) ->
          new Result.Later<>("version %d, %s".formatted(version, why));
      case BlobFetcher.Fetched.Here(Path file) -> new Result.Done<>(file);
    };
  }

  /** Writes down the task of the open round and fetches its files; others are deleted. */
  public Result<RoundTask> round(
      FederationState state, Round round, FederationSpec spec, Address self) throws IOException {
    RoundTask task = task(state, round, self);
    if (!id(state, round).equals(round.id())) {
      return new Result.SitOut<>(
          "the round's id %s is not the hash of its terms".formatted(round.id()));
    }
    Result<Path> base = base(state, round, spec);
    if (!(base instanceof Result.Done<Path>)) {
      return as(base);
    }
    Result<RoundPlan> plan = plan(task, round.opening().planSize());
    if (!(plan instanceof Result.Done<RoundPlan>)) {
      return as(plan);
    }
    folder.begin(task);
    folder.keepOnly(Set.of(task.spec(), task.plan(), task.base()));
    return new Result.Done<>(task);
  }

  private RoundTask task(FederationState state, Round round, Address self) {
    return new RoundTask(
        domain,
        state.federation(),
        self,
        round.number(),
        round.id(),
        state.created().spec(),
        round.opening().plan(),
        round.opening().baseModel(),
        round.opening().baseVersion(),
        round.opening().weightCap(),
        round.opening().commitDeadline());
  }

  private static RoundId id(FederationState state, Round round) {
    return round.opening().terms(state.federation(), round.number()).id();
  }

  private Result<RoundPlan> plan(RoundTask task, long size) throws IOException {
    return switch (fetcher.fetch(task.plan(), Math.min(size, CanonicalJson.MAX_BYTES))) {
      case BlobFetcher.Fetched.NotYet(String why) -> new Result.Later<>("the plan " + why);
      case BlobFetcher.Fetched.Here(Path file) -> readPlan(task, file);
    };
  }

  private static Result<RoundPlan> readPlan(RoundTask task, Path file) throws IOException {
    try {
      RoundPlan plan = SpecJson.parsePlan(Files.readAllBytes(file));
      return plan.spec().equals(task.spec())
          ? new Result.Done<>(plan)
          : new Result.SitOut<>("the plan belongs to another spec, " + plan.spec());
    } catch (MalformedJsonException e) {
      return new Result.SitOut<>(
          new CannotJudgeException("the plan of round " + task.round(), e.getMessage())
              .getMessage());
    }
  }

  /** The files of a task that was pulled before, read again from the work folder. */
  public Result<RoundFiles> files(RoundTask task) throws IOException {
    BlobFetcher local = new BlobFetcher(folder, List.of());
    Result<FederationSpec> spec = new Pull(domain, folder, List.of()).spec(task.spec());
    if (!(spec instanceof Result.Done<FederationSpec>(FederationSpec s))) {
      return as(spec);
    }
    Result<RoundPlan> plan = plan(task, CanonicalJson.MAX_BYTES);
    if (!(plan instanceof Result.Done<RoundPlan>(RoundPlan p))) {
      return as(plan);
    }
    return switch (local.fetch(task.base(), Long.MAX_VALUE)) {
      case BlobFetcher.Fetched.NotYet(String why) -> new Result.Later<>("the base " + why);
      case BlobFetcher.Fetched.Here(Path base) -> new Result.Done<>(new RoundFiles(s, p, base));
    };
  }

  private static <A, B> Result<B> as(Result<A> other) {
    return switch (other) {
      case Result.Later<A>(String why) -> new Result.Later<>(why);
      case Result.SitOut<A>(String why) -> new Result.SitOut<>(why);
      case Result.Done<A> _ -> throw new IllegalArgumentException("it is done");
    };
  }
}
