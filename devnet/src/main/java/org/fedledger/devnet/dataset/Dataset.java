package org.fedledger.devnet.dataset;

import java.util.List;
import java.util.Optional;
import org.fedledger.rule.Rule;
import org.fedledger.spec.FederationSpec;

/**
 * What a demo trains, and on what.
 *
 * @param spec the federation's spec, whole
 * @param holdings one for each participant
 * @param common pictures that belong to no participant, on which every version is measured too
 * @param reference a published figure to compare with
 */
public record Dataset(
    FederationSpec spec,
    List<Holding> holdings,
    Optional<LabelledImages> common,
    Optional<Reference> reference) {

  /**
   * A published figure.
   *
   * @param accuracy mean over the participants, unweighted
   * @param source who reached it how, in one line
   */
  public record Reference(double accuracy, String source) {}

  public Dataset {
    holdings = List.copyOf(holdings);
  }

  /** The same, aggregated by another rule. */
  public Dataset with(Rule rule) {
    return new Dataset(spec.with(spec.plan().with(rule)), holdings, common, reference);
  }
}
