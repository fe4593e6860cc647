/**
 * The one place where a round's terms and files are brought together and checked, for whoever
 * trains, aggregates, attests or audits.
 */
package org.fedledger.round;
