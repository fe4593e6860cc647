package org.fedledger.contracts;

import java.math.BigInteger;
import java.util.Optional;
import org.web3j.crypto.RawTransaction;
import org.web3j.protocol.core.DefaultBlockParameterName;

/** What a transaction offers for each unit of gas, in wei. */
sealed interface Fees {

  /** The same price whatever a block costs, as where blocks have no base fee, or gas no price. */
  record Flat(BigInteger price) implements Fees {}

  /**
   * What the block costs and a tip, up to a bound.
   *
   * @param tip for whoever makes the block
   * @param cap that base fee and tip together do not exceed
   */
  record Capped(BigInteger tip, BigInteger cap) implements Fees {}

  /** The base fee may double until the transaction's block: after six full blocks in a row. */
  BigInteger GROWTH = BigInteger.TWO;

  /** Nodes replace a transaction for a tenth more; an eighth is on the safe side. */
  BigInteger SHARE = BigInteger.valueOf(8);

  /**
   * How many times what the next blocks ask for is offered at most. What is not taken for that is
   * not left for its fee, and one of many offers is paid.
   */
  BigInteger MOST_TIMES = BigInteger.valueOf(8);

  /** What the next blocks ask for. */
  static Fees asked(Rpc rpc) {
    BigInteger price = rpc.value(rpc.web3j().ethGasPrice(), answer -> answer.getGasPrice());
    BigInteger base = baseFee(rpc).orElse(BigInteger.ZERO);
    if (base.signum() == 0) {
      return new Flat(price.multiply(GROWTH));
    }
    var suggested = rpc.send(rpc.web3j().ethMaxPriorityFeePerGas());
    BigInteger tip =
        suggested.hasError() || suggested.getResult() == null
            ? price.subtract(base).max(BigInteger.ZERO)
            : suggested.getMaxPriorityFeePerGas();
    return new Capped(tip, base.multiply(GROWTH).add(tip));
  }

  private static Optional<BigInteger> baseFee(Rpc rpc) {
    var newest =
        rpc.value(
            rpc.web3j().ethGetBlockByNumber(DefaultBlockParameterName.LATEST, false),
            answer -> answer.getBlock());
    return newest.getBaseFeePerGasRaw() == null
        ? Optional.empty()
        : Optional.of(newest.getBaseFeePerGas());
  }

  /** What a transaction that was decoded offers. */
  static Fees of(RawTransaction transaction) {
    return transaction.getTransaction()
            instanceof org.web3j.crypto.transaction.type.Transaction1559 capped
        ? new Capped(capped.getMaxPriorityFeePerGas(), capped.getMaxFeePerGas())
        : new Flat(transaction.getGasPrice());
  }

  /** The most that a unit of gas may come to cost. */
  default BigInteger most() {
    return switch (this) {
      case Flat(BigInteger price) -> price;
      case Capped(BigInteger _, BigInteger cap) -> cap;
    };
  }

  private BigInteger tipOrPrice() {
    return switch (this) {
      case Flat(BigInteger price) -> price;
      case Capped(BigInteger tip, BigInteger _) -> tip;
    };
  }

  /**
   * These, and at least as much above former ones as nodes want for a replacement; empty if that
   * would be many times these.
   */
  default Optional<Fees> above(Fees former) {
    BigInteger most = most().max(raised(former.most()));
    if (most.compareTo(most().multiply(MOST_TIMES)) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        switch (this) {
          case Flat _ -> new Flat(most);
          case Capped(BigInteger tip, BigInteger _) ->
              new Capped(tip.max(raised(former.tipOrPrice())), most);
        });
  }

  private static BigInteger raised(BigInteger fee) {
    return fee.add(fee.divide(SHARE)).add(BigInteger.ONE);
  }

  /** The transaction that offers these. */
  default RawTransaction transaction(
      long chainId, long nonce, BigInteger gas, String to, String data) {
    BigInteger number = BigInteger.valueOf(nonce);
    return switch (this) {
      case Flat(BigInteger price) ->
          RawTransaction.createTransaction(number, price, gas, to, BigInteger.ZERO, data);
      case Capped(BigInteger tip, BigInteger cap) ->
          RawTransaction.createTransaction(
              chainId, number, gas, to, BigInteger.ZERO, data, tip, cap);
    };
  }
}
