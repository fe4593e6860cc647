/** The commands that make and check bundles: an audit's evidence in one file. */
package org.fedledger.client.audit.bundle;
