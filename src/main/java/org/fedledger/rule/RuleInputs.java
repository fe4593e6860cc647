package org.fedledger.rule;

import java.util.List;
import java.util.Optional;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.TensorSpec;

/**
 * What a rule aggregates.
 *
 * @param tensors the model's, in name order
 * @param base the base version's elements
 * @param state the base version's rule state, for a rule that has one
 * @param updates at least one, each participant once, in ascending order of address
 */
public record RuleInputs(
    List<TensorSpec> tensors, Elements base, Optional<Elements> state, List<Contribution> updates) {

  public RuleInputs {
    tensors = List.copyOf(tensors);
    updates = List.copyOf(updates);
  }

  /** The same round with other updates. */
  RuleInputs with(List<Contribution> others) {
    return new RuleInputs(tensors, base, state, others);
  }

  /** The same round built on another state. */
  RuleInputs with(Elements otherState) {
    return new RuleInputs(tensors, base, Optional.of(otherState), updates);
  }
}
