package org.fedledger.node.http;

import java.time.InstantSource;
import java.util.List;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.records.Evaluations;
import org.fedledger.node.records.IssuedReceipts;
import org.fedledger.role.RoleLoop;
import org.fedledger.store.BlobStore;
import org.fedledger.types.Address;

/**
 * What the API answers from.
 *
 * @param node address of the node's key
 * @param roles what the node does beside answering
 * @param onStored run whenever a blob has come; must not block
 */
public record HttpServices(
    Address node,
    Federation federation,
    BlobStore store,
    IssuedReceipts receipts,
    Evaluations evaluations,
    NodeIndex index,
    List<RoleLoop> roles,
    InstantSource clock,
    HttpObserver observer,
    Runnable onStored) {}
