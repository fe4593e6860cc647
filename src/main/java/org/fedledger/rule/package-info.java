/**
 * How a round's updates become the next model: bit-exact functions of numbers, each rule in a file
 * of its own and in the list of {@link org.fedledger.rule.Rules}.
 *
 * <p>Whatever the number of threads, updates or tensors, the same input gives the same bytes, in
 * memory that does not grow with the model. Each operation on binary64 is rounded on its own; Java
 * never fuses a multiplication with an addition.
 */
package org.fedledger.rule;
