/** What the demo trains on: data made from the seed, and public data sets read from files. */
package org.fedledger.devnet.dataset;
