/**
 * A ledger in this process: the contract's rules once more, for tests and simulations. {@link
 * org.fedledger.memory.InMemoryChain} is the door; the suite that every ledger passes holds it to
 * the contract.
 */
package org.fedledger.memory;
