/**
 * How a round's updates become the next model: bit-exact functions of files.
 *
 * <p>Whatever the number of threads, updates or tensors, the same input gives the same bytes, in
 * memory that does not grow with any of them. Each operation on binary64 is rounded on its own;
 * Java never fuses a multiplication with an addition.
 */
package org.fedledger.rule;
