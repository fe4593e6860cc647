/** The devnet command: a local network that is started, looked at and ended. */
package org.fedledger.devnet.command;
