/** Audits told to people who will not run a command. */
package org.fedledger.report;
