package org.fedledger.contracts;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.fedledger.finality.LogsBloom;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.utils.Numeric;

/**
 * Finds logs that a chain node left out of an answer, as one of several behind an address does
 * while it is behind the others: it answers with what it has, and does not say that this is less.
 *
 * <p>A block's header says by its bloom whether the contract may have logs in it; where it may and
 * none came, the block is asked for them by its hash, which a node that has not got it refuses.
 * Only the newest blocks are looked at, which are those that a node may lack; each costs a header.
 */
final class BloomCheck {

  /** How far below the newest block answers are checked. */
  static final int NEWEST = 1_024;

  /** Headers asked for in one request; every node takes as many. */
  private static final int AT_ONCE = 128;

  /** Blocks of which it is remembered that they have no logs. */
  private static final int REMEMBERED = 256;

  private final Rpc rpc;
  private final Address contract;
  private final Set<BlockHash> excluded =
      Collections.newSetFromMap(
          Collections.synchronizedMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<BlockHash, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  BloomCheck(Rpc rpc, Address contract) {
    this.rpc = rpc;
    this.contract = contract;
  }

  /** A header came. */
  void saw(EthBlock.Block header) {
    if (!mayHaveLogs(header)) {
      excluded.add(BlockHash.of(header.getHash()));
    }
  }

  /** Whether the block's header was seen, and tells that the contract has no logs in it. */
  boolean excludes(BlockHash block) {
    return excluded.contains(block);
  }

  /**
   * The first block of which logs were left out.
   *
   * @param from first block that was asked for
   * @param to last one
   * @param newest block of the chain, as far as it is known
   * @param withLogs blocks of which some came, and so all
   * @throws LedgerUnreachableException if the node does not answer, or lacks one of the blocks
   */
  OptionalLong leftOut(long from, long to, long newest, Set<Long> withLogs) {
    Set<Long> without = new TreeSet<>();
    for (long number = Math.max(from, newest - NEWEST + 1); number <= to; number++) {
      if (!withLogs.contains(number)) {
        without.add(number);
      }
    }
    List<Long> asked = new ArrayList<>(without);
    for (int i = 0; i < asked.size(); i += AT_ONCE) {
      for (EthBlock.Block header : headers(asked.subList(i, Math.min(asked.size(), i + AT_ONCE)))) {
        if (mayHaveLogs(header) && hasLogs(header)) {
          return OptionalLong.of(header.getNumber().longValueExact());
        }
      }
    }
    return OptionalLong.empty();
  }

  private List<EthBlock.Block> headers(List<Long> numbers) {
    List<Request<?, EthBlock>> requests = new ArrayList<>(numbers.size());
    for (long number : numbers) {
      requests.add(
          rpc.web3j()
              .ethGetBlockByNumber(
                  DefaultBlockParameter.valueOf(BigInteger.valueOf(number)), false));
    }
    List<EthBlock.Block> headers = new ArrayList<>(numbers.size());
    List<EthBlock> answers = rpc.results(requests);
    for (int i = 0; i < answers.size(); i++) {
      EthBlock.Block header = answers.get(i).getBlock();
      if (header == null || header.getNumber().longValueExact() != numbers.get(i)) {
        throw new LedgerUnreachableException(
            "the chain node at %s does not give block %d".formatted(rpc.origin(), numbers.get(i)),
            null);
      }
      headers.add(header);
    }
    return headers;
  }

  private boolean mayHaveLogs(EthBlock.Block header) {
    // Without a bloom nothing is excluded.
    return header.getLogsBloom() == null
        || new LogsBloom(Numeric.hexStringToByteArray(header.getLogsBloom())).mayContain(contract);
  }

  private boolean hasLogs(EthBlock.Block header) {
    return !rpc.result(rpc.web3j().ethGetLogs(new EthFilter(header.getHash(), contract.toString())))
        .getLogs()
        .isEmpty();
  }
}
