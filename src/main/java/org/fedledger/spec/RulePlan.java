package org.fedledger.spec;

/**
 * Which aggregation rule a round uses.
 *
 * @param name the rule's name, such as {@code fedavg}
 * @param version the rule's version, from 1
 * @param serverRate factor on the step from the base to the mean; 1 is plain averaging of models
 */
public record RulePlan(String name, int version, double serverRate) {

  public RulePlan {
    if (!name.matches("[a-z][a-z0-9-]{0,63}")) {
      throw new IllegalArgumentException("a rule is named like 'fedavg', not '" + name + "'");
    }
    if (version < 1) {
      throw new IllegalArgumentException("rule versions count from 1, not " + version);
    }
    if (!Double.isFinite(serverRate) || serverRate <= 0) {
      throw new IllegalArgumentException("serverRate is a positive number, not " + serverRate);
    }
  }

  public static RulePlan fedavg() {
    return new RulePlan("fedavg", 1, 1.0);
  }
}
