/**
 * What block headers prove by themselves: which validators sealed a block, and that a receipt's log
 * is in it. {@code docs/finality.md} gives the formats.
 */
package org.fedledger.finality;
