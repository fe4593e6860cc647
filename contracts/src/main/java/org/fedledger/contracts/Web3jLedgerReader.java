package org.fedledger.contracts;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.Log;

/** A federation's contract, read over JSON-RPC. Reads blocks and logs only, never old state. */
public class Web3jLedgerReader implements LedgerReader {

  private static final int CACHED_BLOCKS = 4_096;

  /** How often logs are asked for before what is left out is told. */
  private static final int ANSWERS = 3;

  private final Rpc rpc;
  private final SigningDomain domain;
  private final Optional<URI> webSocket;
  private final LogSpans logs;
  private final BloomCheck blooms;
  private final AtomicLong newest = new AtomicLong();
  private final Map<String, BlockRef> blocks =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, BlockRef> eldest) {
              return size() > CACHED_BLOCKS;
            }
          });

  /**
   * @param webSocket where new blocks are told of; without it, followers look by themselves
   * @throws LedgerUnreachableException if the node does not tell its chain id
   */
  public Web3jLedgerReader(Rpc rpc, Address contract, Optional<URI> webSocket) {
    this.rpc = rpc;
    this.domain = new SigningDomain(rpc.chainId(), contract);
    this.logs = new LogSpans(rpc, contract);
    this.webSocket = webSocket;
    this.blooms = new BloomCheck(rpc, contract);
  }

  final Rpc rpc() {
    return rpc;
  }

  @Override
  public final SigningDomain domain() {
    return domain;
  }

  @Override
  public final BlockRef head() {
    BlockRef head =
        blockAt(DefaultBlockParameterName.LATEST)
            .orElseThrow(() -> new LedgerUnreachableException("the chain node has no block", null));
    newest.accumulateAndGet(head.number(), Math::max);
    rpc.saw(head.number());
    return head;
  }

  @Override
  public final Optional<BlockRef> block(long number) {
    return blockAt(DefaultBlockParameter.valueOf(BigInteger.valueOf(number)));
  }

  private Optional<BlockRef> blockAt(DefaultBlockParameter which) {
    return rpc.find(
        rpc.web3j().ethGetBlockByNumber(which, false), answer -> seen(answer.getBlock()));
  }

  private BlockRef seen(EthBlock.Block block) {
    blooms.saw(block);
    return ref(block);
  }

  @Override
  public final boolean isWithoutEvents(BlockRef block) {
    return blooms.excludes(block.hash());
  }

  private static BlockRef ref(EthBlock.Block block) {
    return new BlockRef(
        block.getNumber().longValueExact(),
        BlockHash.of(block.getHash()),
        BlockHash.of(block.getParentHash()),
        block.getTimestamp().longValueExact());
  }

  /**
   * {@inheritDoc}
   *
   * @throws LedgerUnreachableException if the node leaves out what one of the newest blocks records
   */
  @Override
  public final List<RecordedEvent> events(long from, long to) {
    if (to - from >= MAX_SPAN) {
      throw new IllegalArgumentException(
          "events are read %d blocks at a time, not %d".formatted(MAX_SPAN, to - from + 1));
    }
    List<RecordedEvent> events = new ArrayList<>();
    for (Log log : logs(from, to)) {
      Events.read(log)
          .ifPresent(
              event ->
                  events.add(
                      new RecordedEvent(
                          event,
                          blockOf(log),
                          TransactionHash.of(log.getTransactionHash()),
                          log.getLogIndex().intValueExact())));
    }
    return events;
  }

  private List<Log> logs(long from, long to) {
    OptionalLong leftOut = OptionalLong.empty();
    for (int i = 0; i < ANSWERS; i++) {
      List<Log> logs = this.logs.between(from, to);
      Set<Long> withLogs = new HashSet<>();
      logs.forEach(log -> withLogs.add(log.getBlockNumber().longValueExact()));
      leftOut = blooms.leftOut(from, to, Math.max(to, newest.get()), withLogs);
      if (leftOut.isEmpty()) {
        return logs;
      }
    }
    throw new LedgerUnreachableException(
        "the chain node at %s leaves out what block %d records"
            .formatted(rpc.origin(), leftOut.getAsLong()),
        null);
  }

  /** With their places, without which none is of use. */
  private BlockRef blockOf(Log log) {
    BlockRef known = blocks.get(log.getBlockHash());
    if (known != null) {
      return known;
    }
    BlockRef ref =
        rpc.find(
                rpc.web3j().ethGetBlockByHash(log.getBlockHash(), false),
                answer -> ref(answer.getBlock()))
            .orElseThrow(
                () ->
                    new LedgerUnreachableException(
                        "block %s is no longer on the chain".formatted(log.getBlockHash()), null));
    blocks.put(log.getBlockHash(), ref);
    return ref;
  }

  @Override
  public final Subscription subscribe(Runnable onHead) {
    return webSocket.<Subscription>map(url -> new HeadSubscription(url, onHead)).orElse(() -> {});
  }
}
