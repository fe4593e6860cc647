package org.fedledger.client.cli;

import java.net.URI;
import java.util.Optional;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.types.Address;
import picocli.CommandLine.Option;

/** Which chain node and which contract. */
public final class ChainOptions {

  @Option(
      names = "--rpc",
      required = true,
      paramLabel = "URL",
      description = "the chain node's JSON-RPC address, like http://127.0.0.1:8545")
  private URI rpc;

  @Option(
      names = "--ws",
      paramLabel = "URL",
      description = "its WebSocket address, to be told of new blocks at once")
  private URI webSocket;

  @Option(
      names = "--contract",
      required = true,
      paramLabel = "0x…",
      description = "the federation's contract")
  private String contract;

  public Rpc open() {
    return RpcOption.open(rpc);
  }

  public Address contract() {
    try {
      return Address.of(contract.toLowerCase(java.util.Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--contract: " + e.getMessage());
    }
  }

  public Web3jLedgerReader reader(Rpc open) {
    return new Web3jLedgerReader(open, contract(), Optional.ofNullable(webSocket));
  }

  public Web3jLedger ledger(Rpc open, SigningKey key) {
    return new Web3jLedger(open, contract(), Optional.ofNullable(webSocket), key);
  }
}
