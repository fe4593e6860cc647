package org.fedledger.devnet.demo;

import java.io.IOException;
import java.net.URI;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;

/** Reads from the chain how much gas a transaction took. */
final class GasMeter implements AutoCloseable {

  private final Web3j web3j;

  GasMeter(URI rpc) {
    this.web3j = Web3j.build(new HttpService(rpc.toString()));
  }

  /**
   * @throws LedgerUnreachableException if the chain node does not answer
   */
  long used(TransactionHash transaction) {
    try {
      return web3j
          .ethGetTransactionReceipt(transaction.toString())
          .send()
          .getTransactionReceipt()
          .orElseThrow(() -> new IOException("there is no receipt of " + transaction))
          .getGasUsed()
          .longValueExact();
    } catch (IOException e) {
      throw new LedgerUnreachableException(
          "the gas of %s could not be read: %s".formatted(transaction, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    web3j.shutdown();
  }
}
