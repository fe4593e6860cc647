package org.fedledger.spec;

import org.fedledger.types.Digest;

/**
 * What one round does, committed by digest when it opens.
 *
 * @param spec digest of the federation's spec, to which the plan belongs
 */
public record RoundPlan(Digest spec, PlanTerms terms) {}
