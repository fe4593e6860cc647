package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.devnet.besu.Consortium;
import org.fedledger.devnet.besu.Consortium.LocalNode;
import org.fedledger.devnet.besu.Enode;
import org.fedledger.devnet.besu.NodeKey;
import org.fedledger.devnet.besu.QbftTimes;
import org.fedledger.devnet.network.Network;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what docker compose needs to run Besu validators, here or on several hosts. */
@Command(
    name = "compose",
    description = {
      "Write docker compose projects that run a network of Besu validators.",
      "With --node: one folder for each organisation's host, without its key. Whoever is given the"
          + " same nodes writes the same files.",
      "With --host: the same, and a key for each, to be carried there.",
      "With neither: one folder that runs all validators on this machine.",
      "They are for Compose v2: docker compose up --detach"
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger devnet compose --dir consortium --node enode://... --node enode://..."
    })
final class ComposeCommand implements Callable<Integer> {

  private static final int FIRST_RPC_PORT = 8545;
  private static final int FIRST_METRICS_PORT = 9545;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Option(names = "--dir", required = true, paramLabel = "DIR", description = "where to write")
  private Path folder;

  @Option(
      names = "--node",
      paramLabel = "ENODE",
      converter = HostAndPort.EnodeConverter.class,
      description = "a validator from the start, as 'devnet node-key' prints it; repeatable")
  private List<Enode> nodes = List.of();

  @Option(
      names = "--joining",
      paramLabel = "ENODE",
      converter = HostAndPort.EnodeConverter.class,
      description = "a node that is to be voted in later; repeatable")
  private List<Enode> joining = List.of();

  @Option(
      names = "--host",
      paramLabel = "HOST[:PORT]",
      converter = HostAndPort.Converter.class,
      description = "a host for a validator whose key is made here; repeatable")
  private List<HostAndPort> hosts = List.of();

  @Option(
      names = "--validators",
      defaultValue = "4",
      paramLabel = "N",
      description = "validators on this machine, where no node and no host is named (default: 4)")
  private int validators;

  @Option(
      names = "--account",
      paramLabel = "0x…",
      description = "let only this account, and others named so, send transactions; repeatable")
  private List<String> accounts = List.of();

  @Option(
      names = "--chain-id",
      paramLabel = "N",
      description =
          "of the network (default: one that is made from the validators' keys, the same for all"
              + " who name them; 1337 where all run on this machine)")
  private Long chainId;

  @Option(
      names = "--empty-block-period",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description =
          "a block that holds nothing comes only every so often, 1 to 3600 (default:"
              + " ${DEFAULT-VALUE}); deadlines of rounds are noticed so much later at most")
  private int emptyBlockPeriod;

  @Mixin private Output output;

  private final SecureRandom random = new SecureRandom();
  private final ObjectNode document = MAPPER.createObjectNode();

  @Override
  public Integer call() throws IOException {
    if (!nodes.isEmpty() && !hosts.isEmpty()) {
      throw CommandException.usage("give nodes with their keys (--node) or hosts (--host)");
    }
    try {
      Consortium consortium = nodes.isEmpty() && hosts.isEmpty() ? onOneHost() : onSeveral();
      String digest = Digest.ofContent(consortium.genesis().file()).hex();
      output.line(
          "chain id %d%s",
          consortium.chainId(), chainId == null ? "; --chain-id sets another" : "");
      output.line("genesis.json, the same for all: SHA-256 %s", digest);
      output.document(document.put("chainId", consortium.chainId()).put("genesisSha256", digest));
      return ExitCode.DONE;
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private Consortium onSeveral() throws IOException {
    List<Enode> founders = new ArrayList<>(nodes);
    for (HostAndPort place : hosts) {
      // Checked before anything is written.
      new Enode("0".repeat(128), place.host(), place.port());
    }
    for (HostAndPort place : hosts) {
      Path key = folder(place.host(), place.port()).resolve("key");
      founders.add(NodeKey.readOrMake(key, random).at(place.host(), place.port()));
    }
    Consortium consortium = consortium(Consortium.freshChainId(founders), founders);
    for (Enode node : consortium.nodes()) {
      Path own = folder(node.host(), node.port());
      consortium.writeFor(node, own);
      tell(node, own);
      if (!Files.exists(own.resolve("key"))) {
        output.talk("%s wants its key beside its compose.yaml, as 'key'", node.host());
      }
    }
    return consortium;
  }

  private Path folder(String host, int port) {
    return folder.resolve(port == Enode.DEFAULT_PORT ? host : host + "-" + port);
  }

  private Consortium onOneHost() throws IOException {
    if (validators < 1 || validators > Consortium.MAX_NODES || !joining.isEmpty()) {
      throw CommandException.usage(
          "on one machine --validators is from 1 to %d, and nobody joins later"
              .formatted(Consortium.MAX_NODES));
    }
    List<LocalNode> nodes = new ArrayList<>();
    for (int i = 0; i < validators; i++) {
      String name = "validator-" + (i + 1);
      NodeKey key = NodeKey.readOrMake(folder.resolve(name).resolve("key"), random);
      Enode enode = key.at("127.0.0.1", Enode.DEFAULT_PORT + i);
      int rpc = FIRST_RPC_PORT + 2 * i;
      nodes.add(new LocalNode(name, enode, rpc, rpc + 1, OptionalInt.of(FIRST_METRICS_PORT + i)));
    }
    List<Enode> founders = nodes.stream().map(LocalNode::enode).toList();
    Consortium consortium = consortium(Network.CHAIN_ID, founders);
    consortium.writeForOneHost(nodes, folder);
    founders.forEach(node -> tell(node, folder));
    return consortium;
  }

  private Consortium consortium(long freshChainId, List<Enode> founders) {
    Set<Address> allowed = new LinkedHashSet<>();
    accounts.forEach(text -> allowed.add(Address.of(text)));
    return new Consortium(
        chainId == null ? freshChainId : chainId,
        QbftTimes.withEmptyBlocksEvery(emptyBlockPeriod),
        founders,
        joining,
        allowed);
  }

  private void tell(Enode node, Path own) {
    output.line("%s  %s  %s", node.address(), node.host() + ":" + node.port(), own);
    ArrayNode told = document.withArray("nodes");
    told.addObject()
        .put("address", node.address().toString())
        .put("enode", node.toString())
        .put("folder", own.toString());
  }
}
