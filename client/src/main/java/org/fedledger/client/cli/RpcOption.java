package org.fedledger.client.cli;

import java.net.URI;
import org.fedledger.contracts.Rpc;
import picocli.CommandLine.Option;

/** Which chain node, where there is no contract yet. */
public final class RpcOption {

  @Option(
      names = "--rpc",
      required = true,
      paramLabel = "URL",
      description = "the chain node's JSON-RPC address, like http://127.0.0.1:8545")
  private URI rpc;

  public Rpc open() {
    return open(rpc);
  }

  static Rpc open(URI url) {
    try {
      return new Rpc(url);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--rpc: " + e.getMessage());
    }
  }
}
