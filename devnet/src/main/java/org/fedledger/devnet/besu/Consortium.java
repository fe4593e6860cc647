package org.fedledger.devnet.besu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

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
    long chainId,
    QbftTimes times,
    List<Enode> founders,
    List<Enode> joining,
    Set<Address> accounts) {

  /** Chain ids that are made have ten digits, so that they can be told over the telephone. */
  private static final long FIRST_CHAIN_ID = 1_000_000_000;

  private static final long CHAIN_IDS = 1_000_000_000;

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
    return new BesuGenesis(chainId, founders.stream().map(Enode::address).toList(), times);
  }

  /**
   * A chain id that no other network is likely to have, the same for all who know the founders: it
   * is made from their addresses.
   */
  public static long freshChainId(List<Enode> founders) {
    MessageDigest all = Digest.sha256();
    founders.stream().map(Enode::address).sorted().forEach(address -> all.update(address.bytes()));
    long number = ByteBuffer.wrap(all.digest()).getLong();
    return FIRST_CHAIN_ID + Math.floorMod(number, CHAIN_IDS);
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
        new ComposeService(
            "besu",
            own,
            ComposeService.RPC_PORT,
            ComposeService.WEB_SOCKET_PORT,
            OptionalInt.of(ComposeService.METRICS_PORT),
            times.longestSilence(),
            ".",
            true,
            !accounts.isEmpty());
    new ComposeProject(genesis(), nodes(), accounts, List.of(service)).write(folder);
  }

  /**
   * A node of a network that is all on one host.
   *
   * @param name of its service, and of the folder of its key
   * @param rpcPort on loopback, as the next ones
   * @param metricsPort for Prometheus; empty for none
   */
  public record LocalNode(
      String name, Enode enode, int rpcPort, int webSocketPort, OptionalInt metricsPort) {}

  /** Writes what one host needs to run all of it, next to the keys, {@code NAME/key}. */
  public void writeForOneHost(List<LocalNode> nodes, Path folder) throws IOException {
    List<ComposeService> services = new ArrayList<>();
    for (LocalNode node : nodes) {
      services.add(
          new ComposeService(
              node.name(),
              node.enode(),
              node.rpcPort(),
              node.webSocketPort(),
              node.metricsPort(),
              times.longestSilence(),
              node.name(),
              false,
              !accounts.isEmpty()));
    }
    new ComposeProject(genesis(), nodes(), accounts, services).write(folder);
  }
}
