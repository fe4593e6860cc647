package org.fedledger.rule;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fedledger.tensor.Elements;
import org.fedledger.types.Address;

/** What a rule makes of a round: a model and, where it has one, a state, element by element. */
public interface Aggregate {

  /**
   * The new model's elements, each then rounded once to binary32.
   *
   * @param state the new state, for a rule that has one
   * @return a kernel for each thread that asks
   */
  Supplier<Kernel> model(Optional<Elements> state);

  /** The new state's elements, for a rule that has one; a kernel for each thread that asks. */
  default Optional<Supplier<Kernel>> state() {
    return Optional.empty();
  }

  /** Participants whose accepted updates the rule did not choose, in order of address. */
  default List<Address> leftOut() {
    return List.of();
  }
}
