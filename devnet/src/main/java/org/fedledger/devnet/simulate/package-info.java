/** A simulated federation on the command line. */
package org.fedledger.devnet.simulate;
