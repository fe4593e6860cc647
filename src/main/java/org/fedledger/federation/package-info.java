/** A federation as its ledger and its files tell it together. */
package org.fedledger.federation;
