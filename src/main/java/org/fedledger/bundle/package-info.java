/**
 * An audit's evidence in one file, which is checked without any network. {@code docs/bundle.md}
 * gives the format.
 */
package org.fedledger.bundle;
