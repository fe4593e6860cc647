package org.fedledger.devnet.besu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fedledger.types.Address;

/**
 * Who runs a network together. Whoever knows the same of it makes the same files, whatever the
 * order in which they were told it.
 *
 * @param chainId from 1
 * @param founders validators from the first block on, by address
 * @param joining nodes that are peers and no validators yet, by address
 * @param accounts that may send transactions; none for all
 */
public record Consortium(
    long chainId, List<Enode> founders, List<Enode> joining, Set<Address> accounts) {

  /** As many as one machine should have to run. */
  public static final int MAX_NODES = 64;

  public Consortium {
    founders = founders.stream().sorted(Comparator.comparing(Enode::address)).toList();
    joining = joining.stream().sorted(Comparator.comparing(Enode::address)).toList();
    accounts = Set.copyOf(accounts);
    List<Enode> all = new ArrayList<>(founders);
    all.addAll(joining);
    requireApart(all);
  }

  private static void requireApart(List<Enode> nodes) {
    if (nodes.size() > MAX_NODES) {
      throw new IllegalArgumentException(
          "%d nodes are more than %d".formatted(nodes.size(), MAX_NODES));
    }
    Set<Object> seen = new HashSet<>();
    for (Enode node : nodes) {
      if (!seen.add(node.publicKey())) {
        throw new IllegalArgumentException(
            "two nodes have the same key, of address " + node.address());
      }
      if (!seen.add(node.host() + ":" + node.port())) {
        throw new IllegalArgumentException(
            "two nodes are at %s:%d".formatted(node.host(), node.port()));
      }
    }
  }

  public BesuGenesis genesis() {
    return new BesuGenesis(chainId, founders.stream().map(Enode::address).toList());
  }

  /** Every node, whether it validates or not. */
  public List<Enode> nodes() {
    List<Enode> nodes = new ArrayList<>(founders);
    nodes.addAll(joining);
    return nodes;
  }

  /**
   * Writes what the organisation with that node needs on its host, next to its key, {@code key}.
   *
   * @throws IllegalArgumentException if the node is none of these
   */
  public void writeFor(Enode own, Path folder) throws IOException {
    if (!nodes().contains(own)) {
      throw new IllegalArgumentException("not a node of this network: " + own);
    }
    ComposeService service =
        new ComposeService("besu", own, ComposeService.RPC_PORT, ".", true, !accounts.isEmpty());
    new ComposeProject(genesis(), nodes(), accounts, List.of(service)).write(folder);
  }

  /**
   * Writes what one host needs to run all of it, next to a folder with the key of each: {@code
   * validator1/key} and so on.
   *
   * @param nodes all of it, in the order in which they are numbered
   * @param rpcPorts of each, on loopback; WebSocket has the next one
   */
  public void writeForOneHost(List<Enode> nodes, List<Integer> rpcPorts, Path folder)
      throws IOException {
    List<ComposeService> services = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      String name = "validator" + (i + 1);
      services.add(
          new ComposeService(
              name, nodes.get(i), rpcPorts.get(i), name, false, !accounts.isEmpty()));
    }
    new ComposeProject(genesis(), nodes(), accounts, services).write(folder);
  }
}
