package org.fedledger.contracts;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/**
 * One contract's logs, asked for in spans that the chain node answers.
 *
 * <p>How many blocks or logs a node gives at once, and by what words and codes it refuses more,
 * each provider decides for itself. Whatever it says, half as many blocks are asked for next, and
 * twice as many again once it has answered some times.
 */
final class LogSpans {

  /** Answers in a row after which more is tried. */
  private static final int STREAK = 8;

  private final Rpc rpc;
  private final String contract;
  private final AtomicLong longest = new AtomicLong(LedgerReader.MAX_SPAN);

  LogSpans(Rpc rpc, Address contract) {
    this.rpc = rpc;
    this.contract = contract.toString();
  }

  /**
   * @param from first block
   * @param to last one, included
   * @throws LedgerUnreachableException if the node does not answer, or not even for one block
   */
  List<Log> between(long from, long to) {
    List<Log> logs = new ArrayList<>();
    int streak = 0;
    long next = from;
    while (next <= to) {
      long span = Math.min(longest.get(), to - next + 1);
      Optional<List<Log>> answer = answer(next, next + span - 1);
      if (answer.isPresent()) {
        logs.addAll(answer.get());
        next += span;
        streak++;
        if (streak == STREAK) {
          longest.updateAndGet(length -> Math.min(LedgerReader.MAX_SPAN, 2 * length));
          streak = 0;
        }
      } else {
        longest.set(span / 2);
        streak = 0;
      }
    }
    return logs;
  }

  /**
   * The logs of these blocks; empty if fewer blocks are to be asked for.
   *
   * @throws LedgerUnreachableException if that would not help
   */
  private Optional<List<Log>> answer(long from, long to) {
    Request<?, EthLog> request = rpc.web3j().ethGetLogs(filter(from, to));
    EthLog answer;
    try {
      answer = rpc.send(request);
    } catch (LedgerUnreachableException e) {
      if (from < to && e.getCause() instanceof BoundedAnswers.TooLongException) {
        return Optional.empty();
      }
      throw e;
    }
    if (!answer.hasError()) {
      return Optional.of(rpc.read(request, answer, LogSpans::logs));
    }
    if (from < to) {
      return Optional.empty();
    }
    throw new LedgerUnreachableException(
        "the chain node at %s refused the logs of the blocks %d to %d: %s"
            .formatted(rpc.origin(), from, to, answer.getError().getMessage()),
        null);
  }

  private static List<Log> logs(EthLog answer) {
    List<Log> logs = new ArrayList<>();
    for (EthLog.LogResult<?> result : answer.getLogs()) {
      Log log = (Log) result.get();
      Objects.requireNonNull(log.getBlockHash(), "a log without a block");
      log.getBlockNumber().longValueExact();
      log.getLogIndex().intValueExact();
      TransactionHash.of(log.getTransactionHash());
      logs.add(log);
    }
    return logs;
  }

  private EthFilter filter(long from, long to) {
    return new EthFilter(
        DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
        DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
        contract);
  }
}
