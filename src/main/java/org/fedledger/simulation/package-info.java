/**
 * A whole federation in one thread: every role, a ledger in memory, virtual time, and a scheduler
 * drawn from a seed that delays, drops and repeats messages and kills roles between any two calls
 * of a port. The same seed gives the same trace, to the byte.
 */
package org.fedledger.simulation;
