package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.fedledger.tensor.TensorSpec;

/**
 * A way to aggregate with its parameters, fixed to the bit by name and version. A value: rules with
 * the same parameters are equal.
 *
 * <p>A rule sees numbers, not files: see {@link RuleApplication}, which reads and writes them.
 */
public interface Rule {

  /** What it is an instance of. */
  RuleKind kind();

  /** Name and version as one text, such as {@code fedavg/1}. */
  default String id() {
    return kind().id();
  }

  /** Puts its own parameters, all of them, into its place in a plan. */
  void write(ObjectNode parameters);

  /** What a participant hands in, one after the other; plain averaging takes an update. */
  default List<String> stages() {
    return List.of("update");
  }

  /**
   * The tensors of an update, in name order.
   *
   * @param model the model's, in name order
   */
  default List<TensorSpec> updateForm(List<TensorSpec> model) {
    return model;
  }

  /**
   * The tensors, all of F64 and in name order, of what it carries from one version to the next;
   * empty if it carries nothing.
   *
   * @param model the model's, in name order
   */
  default Optional<List<TensorSpec>> stateForm(List<TensorSpec> model) {
    return Optional.empty();
  }

  /** The state that belongs to version 0, for a rule that has one. */
  default Kernel initialState() {
    return Kernel.ZEROS;
  }

  /** With fewer accepted updates than these it makes no model. */
  default int fewest() {
    return 1;
  }

  /**
   * What becomes of a round. Whatever takes all elements together, such as distances, is done here;
   * what is asked of the answer is element by element.
   */
  Aggregate aggregate(RuleInputs inputs, Workers workers);

  /** What one change made the published result of this round's inputs, if one did; in words. */
  Optional<String> explain(Difference difference);
}
