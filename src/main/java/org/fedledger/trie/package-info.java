/** Merkle-Patricia tries over lists, as blocks have them of transactions and receipts. */
package org.fedledger.trie;
