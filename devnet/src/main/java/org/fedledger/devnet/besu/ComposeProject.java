package org.fedledger.devnet.besu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fedledger.client.cli.CommandException;
import org.fedledger.files.WholeFile;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * A folder from which docker compose runs validators: the compose file, the genesis file that all
 * share, and the lists of peers and accounts that may take part. The same network and services give
 * the same bytes.
 */
final class ComposeProject {

  /** Of the genesis file's SHA-256, by which the networks of a host are told apart. */
  private static final int NAME_DIGITS = 12;

  private final BesuGenesis genesis;
  private final List<Enode> peers;
  private final Set<Address> accounts;
  private final List<ComposeService> services;

  /**
   * @param peers every node of the network, those of the project too
   * @param accounts that may send transactions; none for all
   */
  ComposeProject(
      BesuGenesis genesis,
      List<Enode> peers,
      Set<Address> accounts,
      List<ComposeService> services) {
    this.genesis = genesis;
    this.peers = List.copyOf(peers);
    this.accounts = Set.copyOf(accounts);
    this.services = List.copyOf(services);
  }

  /**
   * Writes it. Keys are left alone; files of the same network are replaced.
   *
   * @throws CommandException if the folder belongs to another network
   */
  void write(Path folder) throws IOException {
    Path genesisFile = folder.resolve("genesis.json");
    if (Files.exists(genesisFile)
        && !Arrays.equals(Files.readAllBytes(genesisFile), genesis.file())) {
      throw CommandException.usage(
          "%s is of another network, which its nodes would not go on with; name another folder"
              .formatted(genesisFile));
    }
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      // The services read them under accounts of their own.
      WholeFile.writeForOthers(folder.resolve(file.getKey()), to -> to.write(file.getValue()));
    }
  }

  /** By name, the one that refers to the others last. */
  Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("genesis.json", genesis.file());
    files.put("static-nodes.json", bytes("[\n" + quoted(peers) + "\n]\n"));
    files.put("permissions.toml", bytes(permissions()));
    files.put("compose.yaml", bytes(compose()));
    return files;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(Iterable<?> values) {
    StringBuilder lines = new StringBuilder();
    for (Object value : values) {
      lines.append(lines.isEmpty() ? "" : ",\n").append("  \"").append(value).append('"');
    }
    return lines.toString();
  }

  private String permissions() {
    String nodes = "nodes-allowlist = [\n%s\n]\n".formatted(quoted(peers));
    return accounts.isEmpty()
        ? nodes
        : nodes + "accounts-allowlist = [\n%s\n]\n".formatted(quoted(new TreeSet<>(accounts)));
  }

  private String compose() {
    String network = Digest.ofContent(genesis.file()).hex().substring(0, NAME_DIGITS);
    return HEAD.formatted(network, BesuRelease.PINNED.image())
        + joined(ComposeService::yaml)
        + "secrets:\n"
        + joined(ComposeService::secretYaml)
        + "volumes:\n"
        + joined(ComposeService::volumesYaml);
  }

  private String joined(Function<ComposeService, String> part) {
    return services.stream().map(part).collect(Collectors.joining());
  }

  private static final String HEAD =
      """
      # Written by "fedledger devnet compose", which writes it again for the same network.
      # For Compose v2: docker compose up --detach
      name: fedledger-%s
      x-image: &image %s
      x-besu: &besu
        image: *image
        # Never root. Whoever this is must be able to read the key.
        user: "${BESU_UID:-1000}:${BESU_GID:-1000}"
        network_mode: host
        restart: unless-stopped
        stop_grace_period: 30s
        mem_limit: 1g
        cap_drop: [ALL]
        security_opt: [no-new-privileges:true]
        environment:
          BESU_OPTS: -Xmx512m
        logging:
          driver: json-file
          options:
            max-size: 10m
            max-file: "5"
      services:
      """;
}
