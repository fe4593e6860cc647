/**
 * Taking part in a federation: follow the ledger, train, sign, commit, upload, evaluate, round
 * after round.
 *
 * <p>All that cannot be rebuilt stands in a work folder before it is needed, so that a participant
 * killed anywhere goes on to the same digests, and never signs two updates for one round.
 */
package org.fedledger.client.participant;
