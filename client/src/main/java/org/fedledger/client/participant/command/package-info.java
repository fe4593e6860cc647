/** The participant commands: all steps in a row, or one by one over a work folder. */
package org.fedledger.client.participant.command;
