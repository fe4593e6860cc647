/** The port to whatever trains: a library, a participant's own program, or a simulation's. */
package org.fedledger.training;
