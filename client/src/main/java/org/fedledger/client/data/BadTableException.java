package org.fedledger.client.data;

import java.util.List;

/** A table that does not fit its schema. */
public final class BadTableException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param problems each naming file, line, column and what belongs there; at least one
   * @param untold how many more there are
   */
  BadTableException(List<String> problems, long untold) {
    super(String.join("\n", problems) + (untold == 0 ? "" : "\nand %d more".formatted(untold)));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
