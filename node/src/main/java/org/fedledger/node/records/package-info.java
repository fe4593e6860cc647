/** What a node keeps beside blobs: receipts it signed and evaluations it was given. */
package org.fedledger.node.records;
