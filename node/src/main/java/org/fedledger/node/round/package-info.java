/** What an aggregator does: moves each round on, step by step, and publishes what it comes to. */
package org.fedledger.node.round;
