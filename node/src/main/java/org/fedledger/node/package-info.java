/**
 * The aggregator: takes updates, aggregates, publishes, and serves what anybody may read.
 *
 * <p>{@link org.fedledger.node.Node} is the library, {@link org.fedledger.node.NodeMain} the
 * program.
 */
package org.fedledger.node;
