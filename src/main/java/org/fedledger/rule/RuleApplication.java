package org.fedledger.rule;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.FileElements;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/** Lets a rule aggregate files: decodes what it sees and writes what it makes. */
public final class RuleApplication {

  private static final String MODEL = "model";
  private static final String STATE = "state";

  private RuleApplication() {}

  /**
   * Files of a round, which nobody may write to.
   *
   * @param base the base version's model
   * @param state the base version's state, for a rule that has one
   * @param updates at least one, each participant once, in any order; all admitted by the gates
   */
  public record Source(Path base, Optional<Path> state, List<WeightedUpdate> updates) {}

  /**
   * The version that is made.
   *
   * @param parent digest of the base version's model
   * @param parentState digest of the base version's state; {@link Digest#NONE} without one
   */
  public record NewVersion(
      FederationId federation, long version, Digest parent, Digest parentState) {}

  /**
   * Where the new files go, whole or not at all; what is there is replaced.
   *
   * @param state left alone by a rule without state
   */
  public record Target(Path model, Path state) {}

  /**
   * Aggregates accepted updates into the next version and writes it. Blocks; never on an event
   * loop.
   *
   * @param threads at least 1; the result does not depend on it
   * @throws org.fedledger.tensor.MalformedFileException if a file is not canonical or its tensors
   *     are not those that the base version and the rule ask for; what the gates admit never is
   * @throws IllegalArgumentException for no updates, two of one participant, or no state where the
   *     rule has one
   */
  public static AggregationResult run(
      Rule rule, Source source, NewVersion version, Target target, int threads) throws IOException {
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(threads)) {
      return write(rule, open(rule, source, arena), version, target, workers);
    }
  }

  /**
   * Writes the state that belongs to version 0.
   *
   * @param model the model's tensors
   * @return empty, with nothing written, for a rule without state
   */
  public static Optional<BlobId> initialState(
      Rule rule, List<TensorSpec> model, FederationId federation, Path target) throws IOException {
    Optional<List<TensorSpec>> form = rule.stateForm(model);
    if (form.isEmpty()) {
      return Optional.empty();
    }
    try (Workers workers = new Workers(1)) {
      StateMetadata metadata = new StateMetadata(federation, 0, Digest.NONE);
      return switch (stream(STATE, metadata, form.get(), rule::initialState, target, workers)) {
        case Streamed.Whole(BlobId id) -> Optional.of(id);
        case Streamed.Broken(AggregationResult.NonFinite where) ->
            throw new IllegalStateException("%s: %s".formatted(rule.id(), where));
      };
    }
  }

  /** Opens a round's files until the arena is closed. */
  static RuleInputs open(Rule rule, Source source, Arena arena) throws IOException {
    List<WeightedUpdate> ordered = ordered(source.updates());
    List<TensorSpec> tensors = SafetensorsHeader.read(source.base()).tensors();
    Elements base = FileElements.open(source.base(), ElementType.F32, tensors, arena);
    Optional<Elements> state = Optional.empty();
    Optional<List<TensorSpec>> form = rule.stateForm(tensors);
    if (form.isPresent()) {
      Path file =
          source
              .state()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(rule.id() + " takes the base version's state"));
      state = Optional.of(FileElements.open(file, ElementType.F64, form.get(), arena));
    }
    return new RuleInputs(tensors, base, state, open(rule, ordered, tensors, arena));
  }

  /**
   * @param tensors the model's
   */
  static List<Contribution> open(
      Rule rule, List<WeightedUpdate> updates, List<TensorSpec> tensors, Arena arena)
      throws IOException {
    List<TensorSpec> form = rule.updateForm(tensors);
    List<Contribution> opened = new ArrayList<>(updates.size());
    for (WeightedUpdate update : updates) {
      opened.add(
          new Contribution(
              update.participant(),
              update.weight(),
              FileElements.open(update.file(), ElementType.F32, form, arena)));
    }
    return opened;
  }

  /** State first, since a model may be made from it. */
  static AggregationResult write(
      Rule rule, RuleInputs inputs, NewVersion version, Target target, Workers workers)
      throws IOException {
    Aggregate aggregate = rule.aggregate(inputs, workers);
    if (aggregate.state().isEmpty()) {
      return model(aggregate, inputs, version, Optional.empty(), Optional.empty(), target, workers);
    }
    List<TensorSpec> form = rule.stateForm(inputs.tensors()).orElseThrow();
    StateMetadata metadata =
        new StateMetadata(version.federation(), version.version(), version.parentState());
    Supplier<Kernel> kernels = aggregate.state().get();
    return switch (stream(STATE, metadata, form, kernels, target.state(), workers)) {
      case Streamed.Broken(AggregationResult.NonFinite where) -> where;
      case Streamed.Whole(BlobId id) -> {
        AggregationResult result;
        try (Arena arena = Arena.ofShared()) {
          Elements state = FileElements.open(target.state(), ElementType.F64, form, arena);
          result =
              model(
                  aggregate, inputs, version, Optional.of(state), Optional.of(id), target, workers);
        }
        if (result instanceof AggregationResult.NonFinite) {
          Files.delete(target.state());
        }
        yield result;
      }
    };
  }

  private static AggregationResult model(
      Aggregate aggregate,
      RuleInputs inputs,
      NewVersion version,
      Optional<Elements> state,
      Optional<BlobId> stateId,
      Target target,
      Workers workers)
      throws IOException {
    ModelMetadata metadata =
        new ModelMetadata(version.federation(), version.version(), version.parent());
    Supplier<Kernel> kernels = aggregate.model(state);
    return switch (stream(MODEL, metadata, inputs.tensors(), kernels, target.model(), workers)) {
      case Streamed.Whole(BlobId id) ->
          new AggregationResult.Written(id, stateId, aggregate.leftOut());
      case Streamed.Broken(AggregationResult.NonFinite where) -> where;
    };
  }

  /** A file that was written, or why it was not. */
  private sealed interface Streamed {
    record Whole(BlobId id) implements Streamed {}

    record Broken(AggregationResult.NonFinite where) implements Streamed {}
  }

  private static Streamed stream(
      String blob,
      BlobMetadata metadata,
      List<TensorSpec> tensors,
      Supplier<Kernel> kernels,
      Path target,
      Workers workers)
      throws IOException {
    ElementType type = blob.equals(MODEL) ? ElementType.F32 : ElementType.F64;
    SafetensorsHeader header = new SafetensorsHeader(metadata.toMap(), tensors);
    long elements = tensors.stream().mapToLong(TensorSpec::elements).sum();
    try (SafetensorsWriter writer = SafetensorsWriter.create(target, header)) {
      OptionalLong nonFinite = BlockStream.write(writer, type, elements, kernels, workers);
      return nonFinite.isPresent()
          ? new Streamed.Broken(nonFinite(blob, tensors, nonFinite.getAsLong()))
          : new Streamed.Whole(writer.commit());
    }
  }

  private static AggregationResult.NonFinite nonFinite(
      String blob, List<TensorSpec> tensors, long flatElement) {
    long element = flatElement;
    int tensor = 0;
    while (element >= tensors.get(tensor).elements()) {
      element -= tensors.get(tensor).elements();
      tensor++;
    }
    return new AggregationResult.NonFinite(blob, tensors.get(tensor).name(), element);
  }

  private static List<WeightedUpdate> ordered(List<WeightedUpdate> updates) {
    if (updates.isEmpty()) {
      throw new IllegalArgumentException("an aggregate takes at least one update");
    }
    List<WeightedUpdate> ordered =
        updates.stream().sorted(Comparator.comparing(WeightedUpdate::participant)).toList();
    for (int i = 1; i < ordered.size(); i++) {
      if (ordered.get(i).participant().equals(ordered.get(i - 1).participant())) {
        throw new IllegalArgumentException(
            "two updates of participant " + ordered.get(i).participant());
      }
    }
    return ordered;
  }
}
