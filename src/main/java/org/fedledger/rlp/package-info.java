/** Recursive Length Prefix encoding, in which Ethereum writes what it hashes. */
package org.fedledger.rlp;
