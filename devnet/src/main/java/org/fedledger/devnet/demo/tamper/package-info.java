/** Frauds that a demo plays: each by its culprit's own hand, against the real protocol. */
package org.fedledger.devnet.demo.tamper;
