package org.fedledger.contracts;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.retry.Backoff;
import org.fedledger.types.Address;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

/**
 * Signs and sends one account's transactions, one at a time, and waits for each.
 *
 * <p>Asks the node for the nonce every time, so that neither a failed send nor a restart leaves a
 * gap. Transactions are of the legacy type with the node's gas price, which every network takes,
 * those without fees included.
 */
final class TransactionSender {

  /** A transaction may wait for a halted chain; the caller asks again after that. */
  static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(2);

  private static final int NONCE_TRIES = 5;

  /** What nodes say of a transaction that they have: geth, Anvil, Besu. */
  private static final List<String> KNOWN =
      List.of("already known", "already imported", "known transaction");

  private static final Duration FIRST_LOOK = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  /** What became of a transaction that was sent. */
  sealed interface Sent {
    record Included(TransactionReceipt receipt) implements Sent {}

    record Refused(Outcome.Refused why) implements Sent {}
  }

  private final Rpc rpc;
  private final long chainId;
  private final Credentials credentials;
  private final Duration patience;
  private final ReentrantLock oneAtATime = new ReentrantLock();

  TransactionSender(Rpc rpc, long chainId, SigningKey key, Duration patience) {
    this.rpc = rpc;
    this.chainId = chainId;
    this.credentials = Credentials.create(ECKeyPair.create(new BigInteger(1, key.revealSecret())));
    this.patience = patience;
  }

  /**
   * @param to empty for a deployment
   * @throws LedgerUnreachableException if the node is away or the transaction's fate unknown
   */
  Sent send(Optional<Address> to, String data) {
    oneAtATime.lock();
    try {
      return sendAlone(to.map(Address::toString).orElse(null), data);
    } finally {
      oneAtATime.unlock();
    }
  }

  /**
   * Sends a call without asking first whether it would be refused, so that a refusal stands in a
   * block.
   *
   * @param gasLimit enough for what the call does
   * @throws LedgerUnreachableException if the node is away or the transaction's fate unknown
   */
  Sent sendUnasked(Address to, String data, long gasLimit) {
    oneAtATime.lock();
    try {
      String contract = to.toString();
      return included(
          call(contract, data), broadcast(contract, data, BigInteger.valueOf(gasLimit)));
    } finally {
      oneAtATime.unlock();
    }
  }

  private Sent sendAlone(String to, String data) {
    Transaction call = call(to, data);
    var estimate = rpc.send(rpc.web3j().ethEstimateGas(call));
    if (estimate.hasError()) {
      return refusedOr(estimate.getError());
    }
    // The estimate holds for the newest block; the one that includes it may differ a little.
    BigInteger gas =
        estimate.getAmountUsed().multiply(BigInteger.valueOf(13)).divide(BigInteger.TEN);
    return included(call, broadcast(to, data, gas));
  }

  private Transaction call(String to, String data) {
    return new Transaction(credentials.getAddress(), null, null, null, to, BigInteger.ZERO, data);
  }

  private Sent included(Transaction call, String hash) {
    TransactionReceipt receipt = await(hash);
    if (receipt.isStatusOK()) {
      return new Sent.Included(receipt);
    }
    return new Sent.Refused(whyFailed(call, receipt));
  }

  /** A receipt does not tell why; calling again does, as long as nothing else has changed. */
  private Outcome.Refused whyFailed(Transaction call, TransactionReceipt receipt) {
    var why = rpc.send(rpc.web3j().ethCall(call, DefaultBlockParameterName.LATEST));
    if (!why.hasError() && !why.isReverted()) {
      throw new LedgerUnreachableException(
          "transaction %s failed in its block and would succeed now; ask again"
              .formatted(receipt.getTransactionHash()),
          null);
    }
    return RevertReasons.of(why).costing(receipt.getGasUsed().longValueExact());
  }

  private Sent refusedOr(Response.Error error) {
    String data = RevertReasons.dataOf(error);
    String message = error.getMessage() == null ? "" : error.getMessage();
    if (data != null || message.toLowerCase(Locale.ROOT).contains("revert")) {
      return new Sent.Refused(RevertReasons.of(data, message));
    }
    throw new LedgerUnreachableException(
        "the chain node at %s took no transaction: %s".formatted(rpc.url(), message), null);
  }

  private String broadcast(String to, String data, BigInteger gas) {
    BigInteger price = rpc.result(rpc.web3j().ethGasPrice()).getGasPrice();
    String refusal = "";
    for (int i = 0; i < NONCE_TRIES; i++) {
      BigInteger nonce =
          rpc.result(
                  rpc.web3j()
                      .ethGetTransactionCount(
                          credentials.getAddress(), DefaultBlockParameterName.PENDING))
              .getTransactionCount();
      RawTransaction raw =
          RawTransaction.createTransaction(
              nonce, price.multiply(BigInteger.TWO), gas, to, BigInteger.ZERO, data);
      byte[] signed = TransactionEncoder.signMessage(raw, chainId, credentials);
      var sent = rpc.send(rpc.web3j().ethSendRawTransaction(Numeric.toHexString(signed)));
      if (!sent.hasError()) {
        return sent.getTransactionHash();
      }
      refusal = sent.getError().getMessage();
      String lower = refusal.toLowerCase(Locale.ROOT);
      if (KNOWN.stream().anyMatch(lower::contains)) {
        return org.web3j.crypto.Hash.sha3(Numeric.toHexString(signed));
      }
      if (!lower.contains("nonce")) {
        break;
      }
    }
    throw new LedgerUnreachableException(
        "the chain node at %s took no transaction of %s: %s"
            .formatted(rpc.url(), credentials.getAddress(), refusal),
        null);
  }

  private TransactionReceipt await(String hash) {
    long deadline = System.nanoTime() + patience.toNanos();
    Backoff looks = new Backoff(FIRST_LOOK, LONGEST_PAUSE);
    while (System.nanoTime() < deadline) {
      var receipt =
          rpc.find(
              rpc.web3j().ethGetTransactionReceipt(hash),
              answer -> answer.getTransactionReceipt().orElseThrow());
      if (receipt.isPresent()) {
        return receipt.get();
      }
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
      LockSupport.parkNanos(looks.next().toNanos());
    }
    throw new LedgerUnreachableException(
        "transaction %s was not mined within %d seconds; it may be yet, and sending again is harmless"
            .formatted(hash, patience.toSeconds()),
        null);
  }
}
