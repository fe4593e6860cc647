package org.fedledger.devnet.besu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.fedledger.client.cli.CommandException;
import org.fedledger.devnet.network.Network;
import org.fedledger.files.WholeFile;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.types.Address;

/**
 * What a network of Besu keeps on disk: one genesis, the ports last used, and a folder for each
 * validator. What is there is used again, so that the same chain goes on.
 */
final class BesuFolder {

  /** Where no number is given. */
  static final int DEFAULT_VALIDATORS = 4;

  /** Each takes some 350 MB of memory. */
  static final int MAX_VALIDATORS = 16;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long MAX_BYTES = 1 << 20;

  private final Path root;

  BesuFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  Path genesis() {
    return root.resolve("genesis.json");
  }

  private Path portsFile() {
    return root.resolve("ports.json");
  }

  private Path validator(int index) {
    return root.resolve(name(index));
  }

  private static String name(int index) {
    return "validator-" + (index + 1);
  }

  /**
   * Makes what is not there yet: keys, genesis, ports, lists of peers.
   *
   * @param wanted how many validators; empty for as many as there are, else the default
   * @param rpc port of the first validator's RPC; empty for the one it had if that is free, or else
   *     any
   * @throws CommandException if that does not fit what is there
   */
  List<ValidatorSetup> prepare(OptionalInt wanted, OptionalInt rpc) throws IOException {
    Files.createDirectories(root);
    int count = count(wanted);
    List<NodeKey> keys = keys(count);
    agreeOnGenesis(keys.stream().map(NodeKey::address).toList());
    List<ValidatorPorts> ports = ports(count, rpc);
    List<ValidatorSetup> setups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path log = root.resolve(name(i) + ".log");
      setups.add(new ValidatorSetup(name(i), validator(i), log, keys.get(i), ports.get(i)));
    }
    writePeers(setups);
    return setups;
  }

  private int count(OptionalInt wanted) throws IOException {
    if (!Files.exists(genesis())) {
      return wanted.orElse(DEFAULT_VALIDATORS);
    }
    int there = 0;
    while (Files.isDirectory(validator(there))) {
      there++;
    }
    if (wanted.isPresent() && wanted.getAsInt() != there) {
      throw CommandException.usage(
          "the chain in %s began with %d validators, not %d; leave out --validators, or name another --dir"
              .formatted(root, there, wanted.getAsInt()));
    }
    return there;
  }

  private List<NodeKey> keys(int count) throws IOException {
    SecureRandom random = new SecureRandom();
    List<NodeKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = Files.createDirectories(validator(i)).resolve("key");
      if (Files.exists(genesis()) && !Files.exists(file)) {
        throw CommandException.usage(
            "%s is missing, without which this chain does not go on; put it back, or name another --dir"
                .formatted(file));
      }
      keys.add(NodeKey.readOrMake(file, random));
    }
    return keys;
  }

  /** A genesis that is there stays, byte for byte, since all blocks build on it. */
  private void agreeOnGenesis(List<Address> validators) throws IOException {
    List<Address> ascending = validators.stream().sorted().toList();
    byte[] made = new BesuGenesis(Network.CHAIN_ID, ascending).file();
    if (!Files.exists(genesis())) {
      WholeFile.write(genesis(), made);
      return;
    }
    byte[] there = read(genesis());
    if (!member(there, "/extraData").equals(member(made, "/extraData"))) {
      throw CommandException.usage(
          "%s names other validators than the keys beside it; put back what belongs together, or name another --dir"
              .formatted(genesis()));
    }
    String chainId = member(there, "/config/chainId");
    if (!chainId.equals(Long.toString(Network.CHAIN_ID))) {
      throw CommandException.usage(
          "%s is of a chain with the id %s, and 'devnet up' runs chains with the id %d; 'docker compose up --detach' there runs it, or name another --dir"
              .formatted(genesis(), chainId, Network.CHAIN_ID));
    }
  }

  private static byte[] read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + ": too large for what belongs there");
    }
    return Files.readAllBytes(file);
  }

  private String member(byte[] file, String pointer) throws IOException {
    try {
      return MAPPER.readTree(file).at(pointer).asText();
    } catch (JsonProcessingException e) {
      throw new IOException(genesis() + ": not a genesis file: " + e.getOriginalMessage(), e);
    }
  }

  private List<ValidatorPorts> ports(int count, OptionalInt rpc) throws IOException {
    List<ValidatorPorts> ports = new ArrayList<>(lastPorts());
    if (ports.size() != count || ValidatorPorts.firstTaken(ports) != 0) {
      ports = new ArrayList<>(ValidatorPorts.choose(count));
    }
    if (rpc.isPresent() && ports.getFirst().rpc() != rpc.getAsInt()) {
      if (!ValidatorPorts.free(rpc.getAsInt())) {
        throw new IOException("port %d of 127.0.0.1 is taken".formatted(rpc.getAsInt()));
      }
      ports.set(0, ports.getFirst().withRpc(rpc.getAsInt()));
    }
    WholeFile.write(portsFile(), MAPPER.writeValueAsBytes(json(ports)));
    return ports;
  }

  private static ObjectNode json(List<ValidatorPorts> ports) {
    ObjectNode document = MAPPER.createObjectNode();
    ArrayNode all = document.putArray("validators");
    for (ValidatorPorts each : ports) {
      all.addObject()
          .put("p2p", each.p2p())
          .put("rpc", each.rpc())
          .put("webSocket", each.webSocket());
    }
    return document;
  }

  private List<ValidatorPorts> lastPorts() throws IOException {
    if (!Files.exists(portsFile())) {
      return List.of();
    }
    try {
      JsonNode document = MAPPER.readTree(read(portsFile()));
      JsonReader reader = JsonReader.of("ports", document);
      List<ValidatorPorts> ports = reader.objects("validators", BesuFolder::readPorts);
      reader.end();
      return ports;
    } catch (MalformedJsonException | JsonProcessingException e) {
      throw new IOException(portsFile() + ": " + e.getMessage() + "; remove the file", e);
    }
  }

  private static ValidatorPorts readPorts(JsonReader reader) {
    ValidatorPorts ports =
        new ValidatorPorts(port(reader, "p2p"), port(reader, "rpc"), port(reader, "webSocket"));
    reader.end();
    return ports;
  }

  private static int port(JsonReader reader, String key) {
    return (int) reader.integer(key, 1, ValidatorPorts.LARGEST);
  }

  /** Each knows all, so that it does not matter who is up first. */
  private static void writePeers(List<ValidatorSetup> setups) throws IOException {
    byte[] peers =
        MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValueAsBytes(setups.stream().map(setup -> setup.enode().toString()).toList());
    for (ValidatorSetup setup : setups) {
      WholeFile.write(setup.folder().resolve("static-nodes.json"), peers);
    }
  }
}
