/** The audit's queries: what the ledger records, from an index of it that anybody can fill. */
package org.fedledger.client.audit.query;
