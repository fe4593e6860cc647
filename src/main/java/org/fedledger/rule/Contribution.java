package org.fedledger.rule;

import org.fedledger.tensor.Elements;
import org.fedledger.types.Address;

/**
 * An accepted update as a rule sees it.
 *
 * @param weight number of training examples as committed, 1 to 2^32-1
 * @param elements local weights minus those of the base version
 */
public record Contribution(Address participant, long weight, Elements elements) {}
