/**
 * What may be tried against a federation from outside, as docs/threats.md lists it. Each story ends
 * with honest rounds final in time, and with the node up.
 */
package org.fedledger.devnet.attack;
