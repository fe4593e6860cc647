package org.fedledger.rule;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.FileElements;
import org.fedledger.tensor.MalformedFileException;
import org.fedledger.tensor.TensorData;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Digest;

/**
 * A published result that is not the rule's, and the means to find out what was done.
 *
 * <p>Guesses are made on a few elements and then proven on all of them: what is said is what comes
 * out, bit for bit. The work is bounded; that nothing is found means nothing. For one thread.
 */
public final class Difference {

  /** Elements on which a guess is tried. */
  private static final int PROBES = 32;

  /** Whole aggregates computed at most. */
  private static final int PROOFS = 6;

  /**
   * What was published.
   *
   * @param file the model's, its digest already checked
   * @param state {@link Digest#NONE} for none
   */
  public record Published(Path file, Digest model, Digest state) {}

  private final RuleInputs inputs;
  private final List<Contribution> rejected;
  private final Elements model;
  private final Published published;
  private final RuleApplication.NewVersion version;
  private final Path work;
  private final Workers workers;
  private final long[] probed;
  private final Map<Elements, Elements> samples = new IdentityHashMap<>();
  private int proofs;

  private Difference(
      RuleInputs inputs,
      List<Contribution> rejected,
      Elements model,
      Published published,
      RuleApplication.NewVersion version,
      Path work,
      Workers workers) {
    this.inputs = inputs;
    this.rejected = rejected;
    this.model = model;
    this.published = published;
    this.version = version;
    this.work = work;
    this.workers = workers;
    this.probed = spread(model.count());
  }

  /**
   * Asks the rule what was done.
   *
   * @param source the round's files, as they should have been taken
   * @param rejected updates with files of the right form that were not accepted
   * @param version whose publication it was
   * @param work folder for whole aggregates, deleted again
   * @param threads at least 1
   * @return in words; empty if no single change explains it
   */
  public static Optional<String> explain(
      Rule rule,
      RuleApplication.Source source,
      List<WeightedUpdate> rejected,
      RuleApplication.NewVersion version,
      Published published,
      Path work,
      int threads)
      throws IOException {
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(threads)) {
      RuleInputs inputs = RuleApplication.open(rule, source, arena);
      return rule.explain(
          new Difference(
              inputs,
              RuleApplication.open(rule, rejected, inputs.tensors(), arena),
              FileElements.open(published.file(), ElementType.F32, inputs.tensors(), arena),
              published,
              version,
              work,
              workers));
    } catch (MalformedFileException e) {
      return Optional.empty(); // A file of another form is no aggregate of anything.
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** As they should have been taken. */
  RuleInputs inputs() {
    return inputs;
  }

  /** Not accepted, though of the right form. */
  List<Contribution> rejected() {
    return rejected;
  }

  /** Whether the rule makes exactly the published bytes of these inputs. */
  boolean madeBy(Rule rule, RuleInputs changed) {
    return fits(rule, changed) && proven(rule, changed);
  }

  /** Whether one accepted update was left out. */
  Optional<String> leftOut(Rule rule) {
    List<Contribution> updates = inputs.updates();
    for (int i = 0; i < updates.size() && updates.size() > 1; i++) {
      List<Contribution> others = new ArrayList<>(updates);
      Contribution dropped = others.remove(i);
      if (madeBy(rule, inputs.with(others))) {
        return Optional.of(
            "the update of %s was left out, though it was accepted"
                .formatted(dropped.participant()));
      }
    }
    return Optional.empty();
  }

  /** Whether one rejected update was taken in. */
  Optional<String> takenIn(Rule rule) {
    for (Contribution update : rejected) {
      List<Contribution> more = new ArrayList<>(inputs.updates());
      more.add(update);
      more.sort(Comparator.comparing(Contribution::participant));
      if (madeBy(rule, inputs.with(more))) {
        return Optional.of(
            "the update of %s was taken in, though it was rejected"
                .formatted(update.participant()));
      }
    }
    return Optional.empty();
  }

  /** Whether the updates were just averaged, for a rule that does something else with them. */
  Optional<String> averaged() {
    return madeBy(new FedAvg(1), inputs)
        ? Optional.of("the updates were averaged, as fedavg/1 does")
        : Optional.empty();
  }

  /** Whether the base version's state was taken for zeros; says so in the words given. */
  Optional<String> without(String words, Rule rule) {
    return inputs
        .state()
        .filter(state -> madeBy(rule, inputs.with(new Zeros(state.count()))))
        .map(_ -> words);
  }

  /**
   * Whether a few elements come out as published. Tells nothing, so that all must be computed, of a
   * rule whose state is not laid out as the model is.
   */
  boolean fits(Rule rule, RuleInputs changed) {
    if (changed.state().filter(state -> state.count() != model.count()).isPresent()) {
      return true;
    }
    Aggregate aggregate = rule.aggregate(sampled(changed), workers);
    double[] made = new double[TensorData.BLOCK];
    Optional<Elements> state =
        aggregate
            .state()
            .map(
                kernels -> {
                  kernels.get().compute(0, probed.length, made);
                  return new Sample(Arrays.copyOf(made, probed.length));
                });
    aggregate.model(state).get().compute(0, probed.length, made);
    double[] wanted = probes(model);
    for (int i = 0; i < wanted.length; i++) {
      if (Float.floatToRawIntBits((float) made[i]) != Float.floatToRawIntBits((float) wanted[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean proven(Rule rule, RuleInputs changed) {
    if (proofs++ >= PROOFS) {
      return false;
    }
    try {
      Path folder = Files.createTempDirectory(work, "guess");
      var target = new RuleApplication.Target(folder.resolve("model"), folder.resolve("state"));
      try {
        return RuleApplication.write(rule, changed, version, target, workers)
                instanceof AggregationResult.Written written
            && written.model().digest().equals(published.model())
            && written.state().map(id -> id.digest().equals(published.state())).orElse(true);
      } finally {
        Files.deleteIfExists(target.model());
        Files.deleteIfExists(target.state());
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The probed elements of the published model. */
  double[] publishedProbes() {
    return probes(model);
  }

  /** The probed elements of one of the round's rows. */
  double[] probes(Elements elements) {
    double[] values = new double[probed.length];
    sample(elements).doubles(0, values, values.length);
    return values;
  }

  private RuleInputs sampled(RuleInputs all) {
    return new RuleInputs(
        List.of(TensorSpec.of("probes", ElementType.F32, probed.length)),
        sample(all.base()),
        all.state().map(this::sample),
        all.updates().stream()
            .map(u -> new Contribution(u.participant(), u.weight(), sample(u.elements())))
            .toList());
  }

  private Elements sample(Elements elements) {
    return samples.computeIfAbsent(
        elements,
        all -> {
          double[] values = new double[probed.length];
          double[] one = new double[1];
          for (int i = 0; i < values.length; i++) {
            all.doubles(probed[i], one, 1);
            values[i] = one[0];
          }
          return new Sample(values);
        });
  }

  private static long[] spread(long elements) {
    int count = (int) Math.min(PROBES, elements);
    long[] at = new long[count];
    for (int i = 0; i < count; i++) {
      at[i] = elements / count * i;
    }
    return at;
  }

  /** A few elements in memory. */
  private record Sample(double[] values) implements Elements {
    @Override
    public long count() {
      return values.length;
    }

    @Override
    public void floats(long from, float[] into, int count) {
      for (int i = 0; i < count; i++) {
        into[i] = (float) values[(int) from + i];
      }
    }

    @Override
    public void doubles(long from, double[] into, int count) {
      System.arraycopy(values, (int) from, into, 0, count);
    }
  }

  private record Zeros(long count) implements Elements {
    @Override
    public void floats(long from, float[] into, int count) {
      Arrays.fill(into, 0, count, 0f);
    }

    @Override
    public void doubles(long from, double[] into, int count) {
      Arrays.fill(into, 0, count, 0.0);
    }
  }
}
