/** The federation as a node sees it: its ledger, followed, and the files that say what it is. */
package org.fedledger.node.chain;
