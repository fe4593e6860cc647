/** A whole federation on one machine, from the first block to the audit. */
package org.fedledger.devnet.demo;
