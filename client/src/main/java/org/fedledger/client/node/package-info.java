/**
 * An aggregator's or verifier's HTTP API, as its clients call it.
 *
 * <p>All times are bounded; only what may be repeated without harm is tried again. A node that
 * cannot be had gives {@link org.fedledger.client.node.NodeUnreachableException}; what it refuses
 * is a value.
 */
package org.fedledger.client.node;
