package org.fedledger.node.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.fedledger.crypto.SigningKey;
import org.fedledger.loop.Loop;
import org.fedledger.node.chain.Federation;
import org.fedledger.node.chain.NodeIndex;
import org.fedledger.node.records.Evaluations;
import org.fedledger.node.records.IssuedReceipts;
import org.fedledger.store.BlobStore;

/**
 * What the API answers from.
 *
 * @param key the node's
 * @param loops what the node does beside answering
 * @param trail of reads of updates
 * @param uploadsUnderWay counts the requests that bring something, for the observer
 * @param maxStandstill how long the chain may have no new block
 * @param onStored run whenever a blob has come; must not block
 * @param onDeath told an error after which the node cannot be trusted to answer
 */
public record HttpServices(
    SigningKey key,
    Federation federation,
    BlobStore store,
    IssuedReceipts receipts,
    Evaluations evaluations,
    NodeIndex index,
    List<Loop> loops,
    InstantSource clock,
    HttpObserver observer,
    ReadTrail trail,
    DiskSpace disk,
    AtomicInteger uploadsUnderWay,
    Duration maxStandstill,
    Runnable onStored,
    Consumer<Error> onDeath) {}
