package org.fedledger.client.participant.command;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.Requester;
import org.fedledger.signing.SigningDomain;
import picocli.CommandLine.Option;

/** Which nodes are asked, and get uploads. */
final class NodesOption {

  @Option(
      names = "--node",
      required = true,
      paramLabel = "URL",
      description = "a node's address; give several to reach all of them")
  private List<String> nodes;

  /** Clients that are closed after use. */
  record Opened(List<NodeClient> clients) implements AutoCloseable {
    @Override
    public void close() {
      clients.forEach(NodeClient::close);
    }
  }

  /** Clients that ask without saying who asks. */
  Opened open(SigningDomain domain) {
    return open(address -> new NodeClient(address, domain));
  }

  /** Clients that sign. */
  Opened open(SigningDomain domain, Requester self) {
    return open(address -> new NodeClient(address, domain, self));
  }

  private Opened open(Function<URI, NodeClient> client) {
    List<NodeClient> clients = new ArrayList<>();
    try {
      for (String node : nodes) {
        clients.add(client.apply(NodeOption.address("--node", node)));
      }
      return new Opened(List.copyOf(clients));
    } catch (IllegalArgumentException e) {
      clients.forEach(NodeClient::close);
      throw CommandException.usage("--node: " + e.getMessage());
    }
  }
}
