package org.fedledger.client.cli;

import java.net.URI;
import java.util.List;
import org.fedledger.contracts.Rpc;
import picocli.CommandLine.Option;

/** Which chain node, or nodes. */
public final class RpcOption {

  @Option(
      names = "--rpc",
      required = true,
      paramLabel = "URL",
      description =
          "the chain node's JSON-RPC address, like http://127.0.0.1:8545; give several nodes of"
              + " the chain, and another is asked when one fails or falls behind")
  private List<URI> rpc;

  /**
   * @throws CommandException if it is no such address, or nodes are of different chains
   */
  public Rpc open() {
    try {
      Rpc opened = new Rpc(rpc);
      opened.requireOneChain();
      return opened;
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--rpc: " + e.getMessage());
    }
  }
}
