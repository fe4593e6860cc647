package org.fedledger.role;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.CheckedBlob;
import org.fedledger.training.Evaluator;
import org.fedledger.training.Metrics;
import org.fedledger.training.UnfitDataException;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Measures each final version on examples kept from training, and posts that, signed.
 *
 * <p>A version that cannot be measured, as when its weights have grown beyond all numbers, is told
 * of and passed over, so that it holds up nobody who would train on an earlier one.
 */
public final class VersionEvaluator implements Role {

  /** A version's evaluation on its way to one board. */
  private record Posting(Digest model, String board) {}

  private final SigningDomain domain;
  private final Address self;
  private final SigningKey key;
  private final BlobFiles blobs;
  private final Evaluator evaluator;
  private final EvaluationMemory memory;
  private final List<EvaluationBoard> boards;
  private final Consumer<ParticipantEvent> listener;

  /** The last model that every board shows an evaluation of, or that cannot be measured. */
  private Optional<Digest> done = Optional.empty();

  private final Calls<Posting, Optional<String>> calls;

  /** Boards that show what was measured of the present version. */
  private final Set<Posting> posted = new HashSet<>();

  private Optional<Architecture> architecture = Optional.empty();

  /**
   * @param self the participant's first admitted address
   * @param key its present signing key
   * @param blobs where spec and versions are had
   * @param boards each by a name of its own
   * @param concurrency of posting to several of them
   */
  public VersionEvaluator(
      SigningDomain domain,
      Address self,
      SigningKey key,
      BlobFiles blobs,
      Evaluator evaluator,
      EvaluationMemory memory,
      List<EvaluationBoard> boards,
      Concurrency concurrency,
      Consumer<ParticipantEvent> listener) {
    this.domain = domain;
    this.self = self;
    this.key = key;
    this.blobs = blobs;
    this.evaluator = evaluator;
    this.memory = memory;
    this.boards = List.copyOf(boards);
    this.calls = new Calls<>(concurrency);
    this.listener = listener;
  }

  /** Whether nothing is to be measured or posted of the last final version of that state. */
  public boolean isDone(FederationState state) {
    return done.equals(Optional.of(state.head().model()));
  }

  @Override
  public Step step(FederationState state) throws IOException {
    ModelVersion head = state.head();
    if (isDone(state)) {
      return new Step.Idle("version %d is evaluated".formatted(head.version()));
    }
    Optional<Metrics> before = memory.metrics(head.version(), head.model());
    return before.isPresent() ? post(state, before.get()) : measure(state);
  }

  private Step measure(FederationState state) throws IOException {
    ModelVersion head = state.head();
    if (architecture.isEmpty()) {
      switch (SpecLookup.of(state.created().spec(), blobs.places())) {
        case SpecLookup.Found.Present(FederationSpec spec) ->
            architecture = Optional.of(spec.architecture());
        case SpecLookup.Found.Absent(String why) -> {
          return new Step.Idle(why);
        }
        case SpecLookup.Found.Invalid(String why) -> {
          return new Step.Idle("cannot judge: the federation's spec: " + why);
        }
      }
    }
    try (BlobFiles.Use use = blobs.open()) {
      return switch (use.fetch(head.model(), head.modelSize())) {
        case AbsentBlob why ->
            new Step.Idle("version %d, %s: %s".formatted(head.version(), head.model(), why));
        case CheckedBlob.Here(Path file, long _) -> {
          Metrics metrics;
          try {
            metrics = evaluator.evaluate(architecture.get(), file);
          } catch (UnfitDataException e) {
            throw e;
          } catch (IllegalArgumentException e) {
            yield passOver(head, e.getMessage());
          }
          memory.keep(head.version(), head.model(), metrics);
          yield post(state, metrics);
        }
      };
    }
  }

  private Step passOver(ModelVersion head, String why) {
    done = Optional.of(head.model());
    listener.accept(new ParticipantEvent.NotMeasurable(head.version(), why));
    return new Step.Did("could not measure version %d: %s".formatted(head.version(), why));
  }

  private Step post(FederationState state, Metrics metrics) {
    long version = state.head().version();
    byte[] file = metrics.toJson();
    Evaluation evaluation =
        new Evaluation(
            state.federation(), version, state.head().model(), self, Digest.ofContent(file));
    Signature signature = domain.sign(evaluation, key);
    SequencedMap<Posting, Supplier<Optional<String>>> wanted = new LinkedHashMap<>();
    for (EvaluationBoard board : boards) {
      Posting posting = new Posting(state.head().model(), board.name());
      if (!posted.contains(posting)) {
        wanted.put(posting, () -> post(board, evaluation, signature, file));
      }
    }
    SequencedMap<Posting, Optional<String>> answers = calls.make(wanted);
    List<String> troubles = new ArrayList<>();
    for (Posting posting : wanted.keySet()) {
      if (!answers.containsKey(posting)) {
        troubles.add("no answer yet from " + posting.board());
      } else if (answers.get(posting).isPresent()) {
        troubles.add("%s: %s".formatted(posting.board(), answers.get(posting).get()));
      } else {
        posted.add(posting);
      }
    }
    if (!troubles.isEmpty()) {
      return new Step.Idle(
          "the evaluation of version %d: %s".formatted(version, String.join("; ", troubles)));
    }
    done = Optional.of(state.head().model());
    posted.clear();
    listener.accept(new ParticipantEvent.Evaluated(version, metrics));
    return new Step.Did("evaluated version %d".formatted(version));
  }

  private static Optional<String> post(
      EvaluationBoard board, Evaluation evaluation, Signature signature, byte[] file) {
    try {
      return board.post(evaluation, signature, file);
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }
}
