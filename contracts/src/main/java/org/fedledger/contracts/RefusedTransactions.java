package org.fedledger.contracts;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * What a federation's contract refused in blocks, and by which rule.
 *
 * <p>A transaction that failed leaves no event, so blocks are looked through one by one. Honest
 * parties ask before they send, so that there are few.
 */
public final class RefusedTransactions {

  private final Rpc rpc;
  private final Address contract;

  public RefusedTransactions(Rpc rpc, Address contract) {
    this.rpc = rpc;
    this.contract = contract;
  }

  /**
   * A transaction that failed.
   *
   * @param sender of the transaction, whoever signed what is in it
   * @param rule as the contract's custom error; empty where the chain node no longer has the state
   *     that the call needs
   */
  public record RefusedTransaction(
      TransactionHash hash, long block, Address sender, Optional<Outcome.Refused> rule) {}

  /**
   * Those of the blocks, in order.
   *
   * @param from first block
   * @param to last block, included
   * @throws LedgerUnreachableException if the chain node does not answer
   */
  public List<RefusedTransaction> between(long from, long to) {
    List<RefusedTransaction> refused = new ArrayList<>();
    for (long number = from; number <= to; number++) {
      EthBlock.Block block =
          rpc.value(rpc.web3j().ethGetBlockByNumber(at(number), true), answer -> answer.getBlock());
      for (EthBlock.TransactionResult<?> result : block.getTransactions()) {
        look(((EthBlock.TransactionObject) result).get(), number).ifPresent(refused::add);
      }
    }
    return refused;
  }

  private Optional<RefusedTransaction> look(
      org.web3j.protocol.core.methods.response.Transaction sent, long number) {
    if (sent.getTo() == null
        || !sent.getTo().toLowerCase(Locale.ROOT).equals(contract.toString())) {
      return Optional.empty();
    }
    TransactionReceipt receipt =
        rpc.value(
            rpc.web3j().ethGetTransactionReceipt(sent.getHash()), answer -> answer.getResult());
    if (receipt.isStatusOK()) {
      return Optional.empty();
    }
    return Optional.of(
        new RefusedTransaction(
            TransactionHash.of(sent.getHash()),
            number,
            Address.of(sent.getFrom().toLowerCase(Locale.ROOT)),
            rule(sent, number)
                .map(refused -> refused.costing(receipt.getGasUsed().longValueExact()))));
  }

  /** The same call again, as the chain stood before its block. */
  private Optional<Outcome.Refused> rule(
      org.web3j.protocol.core.methods.response.Transaction sent, long number) {
    Transaction call =
        new Transaction(
            sent.getFrom(), null, null, null, sent.getTo(), BigInteger.ZERO, sent.getInput());
    var again = rpc.send(rpc.web3j().ethCall(call, at(number - 1)));
    if (again.isReverted() || RevertReasons.dataOf(again.getError()) != null) {
      return Optional.of(RevertReasons.of(again));
    }
    return Optional.empty();
  }

  private static DefaultBlockParameter at(long number) {
    return DefaultBlockParameter.valueOf(BigInteger.valueOf(number));
  }
}
