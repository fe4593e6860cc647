package org.fedledger.devnet.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.besu.BesuRelease;
import org.fedledger.devnet.besu.Enode;
import org.fedledger.devnet.besu.NodeKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/** The files from which a consortium runs its validators. */
class ComposeCommandTest {

  private static final List<String> HOSTS =
      List.of("besu.alpha.org", "besu.beta.org", "10.0.0.3", "besu.delta.org:30999");

  @TempDir private Path temporary;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyOrganisationWritesTheSameNetworkFromWhatAllTell() throws IOException {
    List<String> enodes = enodes();
    Path alpha = temporary.resolve("alpha");
    Path beta = temporary.resolve("beta");

    assertThat(run(compose(alpha, "--node", enodes))).isEqualTo(ExitCode.DONE);
    assertThat(run(compose(beta, "--node", enodes.reversed()))).isEqualTo(ExitCode.DONE);

    assertThat(contents(alpha)).isEqualTo(contents(beta)).hasSize(16);
    assertThat(alpha.toFile().list())
        .containsExactlyInAnyOrder(
            "10.0.0.3", "besu.alpha.org", "besu.beta.org", "besu.delta.org-30999");
    assertThat(err.toString()).contains("besu.alpha.org wants its key beside its compose.yaml");
  }

  @Test
  void aServiceHoldsItsRpcOnLoopbackAndItsRightsSmall() throws IOException {
    run(compose(temporary, "--node", enodes()));

    Map<String, Object> project = yaml(temporary.resolve("10.0.0.3/compose.yaml"));
    Map<String, Object> besu = at(project, "services", "besu");

    assertThat(besu)
        .containsEntry("image", BesuRelease.PINNED.image())
        .containsEntry("user", "${BESU_UID:-1000}:${BESU_GID:-1000}")
        .containsEntry("restart", "unless-stopped")
        .containsEntry("mem_limit", "1g")
        .containsEntry("cap_drop", List.of("ALL"))
        .containsEntry("security_opt", List.of("no-new-privileges:true"))
        .containsEntry("network_mode", "host")
        .containsEntry("secrets", List.of("besu-key"))
        .containsKeys("healthcheck", "logging", "stop_grace_period")
        .doesNotContainKeys("ports", "privileged");
    assertThat(BesuRelease.PINNED.image()).matches("hyperledger/besu:[0-9.]+@sha256:[0-9a-f]{64}");
    assertThat(strings(besu.get("command")))
        .contains(
            "--rpc-http-host=127.0.0.1",
            "--rpc-http-port=8545",
            "--rpc-ws-host=127.0.0.1",
            "--rpc-ws-port=8546",
            "--host-allowlist=localhost,127.0.0.1",
            "--permissions-nodes-config-file-enabled",
            "--node-private-key-file=/run/secrets/besu-key",
            "--p2p-interface=0.0.0.0",
            "--p2p-host=10.0.0.3",
            "--metrics-enabled",
            "--metrics-host=127.0.0.1",
            "--metrics-port=9545",
            "--min-gas-price=0")
        .doesNotContain("--permissions-accounts-config-file-enabled")
        .allMatch(word -> word.matches("--[A-Za-z0-9=/.,_-]+"), "needs no quoting in a shell");
    assertThat(strings(besu.get("volumes")))
        .contains("besu-data:/data")
        .filteredOn(volume -> volume.startsWith("./"))
        .hasSize(3)
        .allMatch(volume -> volume.endsWith(":ro"));
    assertThat(at(project, "secrets", "besu-key")).containsEntry("file", "./key");
    assertThat(at(project, "volumes")).containsOnlyKeys("besu-data");
    assertThat(project.get("name")).asString().matches("fedledger-[0-9a-f]{12}");
  }

  @Test
  void onlyTheServiceThatHandsTheVolumeOverIsRootAndItCanDoNothingElse() throws IOException {
    run(compose(temporary, "--node", enodes()));
    Map<String, Object> services = at(yaml(temporary.resolve("10.0.0.3/compose.yaml")), "services");
    assertThat(services).containsOnlyKeys("besu-owner", "besu");
    assertThat(at(services, "besu-owner"))
        .containsEntry("user", "0:0")
        .containsEntry("entrypoint", List.of("chown"))
        .containsEntry("network_mode", "none")
        .containsEntry("cap_drop", List.of("ALL"))
        .containsEntry("cap_add", List.of("CHOWN"))
        .containsEntry("volumes", List.of("besu-data:/data"))
        .doesNotContainKey("secrets");
  }

  @Test
  void peersAreThoseNamedAndNoOthersMayConnect() throws IOException {
    List<String> enodes = enodes();
    run(compose(temporary, "--node", enodes));
    Path own = temporary.resolve("besu.beta.org");
    assertThat(new ObjectMapper().readTree(own.resolve("static-nodes.json").toFile()))
        .extracting(JsonNode::textValue)
        .containsExactlyInAnyOrderElementsOf(enodes);
    String permissions = Files.readString(own.resolve("permissions.toml"));
    assertThat(permissions).startsWith("nodes-allowlist = [").doesNotContain("accounts");
    assertThat(enodes).allSatisfy(enode -> assertThat(permissions).contains('"' + enode + '"'));
  }

  @Test
  void onlyTheAccountsNamedMaySendTransactions() throws IOException {
    List<String> command = new ArrayList<>(List.of(compose(temporary, "--node", enodes())));
    String account = "0x" + "ab".repeat(20);
    command.addAll(List.of("--account", account));
    run(command.toArray(String[]::new));
    Path own = temporary.resolve("besu.beta.org");
    assertThat(Files.readString(own.resolve("permissions.toml")))
        .contains("accounts-allowlist = [\n  \"%s\"\n]".formatted(account));
    assertThat(strings(at(yaml(own.resolve("compose.yaml")), "services", "besu").get("command")))
        .contains("--permissions-accounts-config-file-enabled");
  }

  @Test
  void aNodeThatJoinsIsAPeerAndNoValidatorOfTheSameNetwork() throws IOException {
    List<String> four = enodes();
    Path before = temporary.resolve("before");
    run(compose(before, "--node", four));
    byte[] genesis = Files.readAllBytes(before.resolve("10.0.0.3/genesis.json"));

    List<String> command = new ArrayList<>(List.of(compose(before, "--node", four)));
    String fifth = NodeKey.generate(new SecureRandom()).at("besu.epsilon.org", 30_303).toString();
    command.addAll(List.of("--joining", fifth));
    assertThat(run(command.toArray(String[]::new))).isEqualTo(ExitCode.DONE);

    for (String own : List.of("10.0.0.3", "besu.epsilon.org")) {
      assertThat(before.resolve(own + "/genesis.json")).hasBinaryContent(genesis);
      assertThat(before.resolve(own + "/static-nodes.json")).content().contains(fifth);
    }
  }

  @Test
  void aConsortiumHasAChainIdOfItsOwnThatAllOfItsOrganisationsMake() throws IOException {
    List<String> enodes = enodes();
    run(compose(temporary.resolve("alpha"), "--node", enodes));
    assertThat(out.toString()).containsPattern("chain id 1[0-9]{9}; --chain-id sets another");
    long alpha = chainId("alpha/10.0.0.3");
    run(compose(temporary.resolve("beta"), "--node", enodes.reversed()));
    assertThat(chainId("beta/10.0.0.3")).isEqualTo(alpha).isBetween(1_000_000_000L, 1_999_999_999L);
    run(compose(temporary.resolve("others"), "--node", enodes()));
    assertThat(chainId("others/10.0.0.3")).isNotEqualTo(alpha);

    List<String> chosen =
        new ArrayList<>(List.of(compose(temporary.resolve("mine"), "--node", enodes)));
    chosen.addAll(List.of("--chain-id", "20261128"));
    run(chosen.toArray(String[]::new));
    assertThat(chainId("mine/10.0.0.3")).isEqualTo(20_261_128);
    run("devnet", "compose", "--dir", temporary.resolve("rehearsal").toString());
    assertThat(chainId("rehearsal")).isEqualTo(1337);
  }

  private long chainId(String folder) throws IOException {
    return genesis(folder).at("/config/chainId").longValue();
  }

  private JsonNode genesis(String folder) throws IOException {
    return new ObjectMapper().readTree(temporary.resolve(folder + "/genesis.json").toFile());
  }

  @Test
  void blocksThatHoldNothingComeOnlyEverySoOften() throws IOException {
    run(compose(temporary.resolve("default"), "--node", enodes()));
    assertThat(genesis("default/10.0.0.3").at("/config/qbft/emptyblockperiodseconds").intValue())
        .isEqualTo(10);
    assertThat(genesis("default/10.0.0.3").at("/config/qbft/blockperiodseconds").intValue())
        .isEqualTo(1);
    assertThat(temporary.resolve("default/10.0.0.3/compose.yaml")).content().contains("<= 42 ))");

    run("devnet", "compose", "--dir", temporary + "/slow", "--empty-block-period", "60");
    assertThat(genesis("slow").at("/config/qbft/emptyblockperiodseconds").intValue()).isEqualTo(60);
    assertThat(temporary.resolve("slow/compose.yaml")).content().contains("<= 92 ))");
    run("devnet", "compose", "--dir", temporary + "/always", "--empty-block-period", "1");
    assertThat(genesis("always").at("/config/qbft").has("emptyblockperiodseconds")).isFalse();
  }

  @Test
  void aChainGoesOnByTheCommandOfItsKindAndNoOther() throws IOException {
    run("devnet", "compose", "--dir", temporary.resolve("rehearsal").toString());
    run(compose(temporary.resolve("consortium"), "--node", enodes()));
    Path anvil = Files.createDirectory(temporary.resolve("anvil"));
    Files.writeString(anvil.resolve("anvil-state.json"), "{}");

    refusesToStartIn("rehearsal", "anvil", "'fedledger devnet up --chain besu --dir ");
    refusesToStartIn("consortium/10.0.0.3", "anvil", "'docker compose up --detach' there goes on");
    refusesToStartIn("consortium/10.0.0.3", "besu", "'docker compose up --detach' there goes on");
    refusesToStartIn("anvil", "besu", "'fedledger devnet up --dir ");
  }

  private void refusesToStartIn(String folder, String chain, String why) throws IOException {
    Map<String, String> before = contents(temporary.resolve(folder));
    err.getBuffer().setLength(0);
    String place = temporary.resolve(folder).toString();
    assertThat(run("devnet", "up", "--dir", place, "--chain", chain)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(why);
    assertThat(contents(temporary.resolve(folder))).isEqualTo(before);
  }

  @Test
  void aFolderOfAnotherNetworkIsLeftAlone() throws IOException {
    run(compose(temporary, "--node", enodes()));
    Map<String, String> before = contents(temporary);
    assertThat(run(compose(temporary, "--node", enodes()))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("is of another network");
    assertThat(contents(temporary)).isEqualTo(before);
  }

  @Test
  void keysMadeHereAreForTheirOwnerAndMadeOnce() throws IOException {
    assertThat(run(compose(temporary, "--host", HOSTS))).isEqualTo(ExitCode.DONE);
    Map<String, String> before = contents(temporary);
    assertThat(run(compose(temporary, "--host", HOSTS))).isEqualTo(ExitCode.DONE);
    assertThat(contents(temporary)).isEqualTo(before).hasSize(20);
    Path key = temporary.resolve("besu.alpha.org/key");
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    String secret = Files.readString(key).substring(2);
    assertThat(out.toString() + err).doesNotContain(secret);
    assertThat(temporary.resolve("besu.alpha.org/compose.yaml")).content().doesNotContain(secret);
  }

  @Test
  void oneMachineRunsFourOnLoopbackAlone() throws IOException {
    assertThat(run("devnet", "compose", "--dir", temporary.toString(), "--json"))
        .isEqualTo(ExitCode.DONE);
    JsonNode told = new ObjectMapper().readTree(out.toString());
    assertThat(told.get("nodes")).hasSize(4);

    Map<String, Object> project = yaml(temporary.resolve("compose.yaml"));
    assertThat(at(project, "volumes")).hasSize(4);
    List<String> ports = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      assertThat(at(project, "secrets", "validator-" + i + "-key"))
          .containsEntry("file", "./validator-" + i + "/key");
      Map<String, Object> service = at(project, "services", "validator-" + i);
      assertThat(service).containsEntry("restart", "no").containsEntry("network_mode", "host");
      List<String> words = strings(service.get("command"));
      assertThat(words)
          .contains("--p2p-interface=127.0.0.1", "--p2p-host=127.0.0.1")
          .noneMatch(word -> word.contains("0.0.0.0"));
      words.stream().filter(word -> word.contains("-port=")).forEach(ports::add);
      String enode = told.at("/nodes/%d/enode".formatted(i - 1)).textValue();
      assertThat(words).contains("--p2p-port=" + Enode.of(enode).port());
      assertThat(NodeKey.read(temporary.resolve("validator-" + i + "/key")).publicKey())
          .isEqualTo(Enode.of(enode).publicKey());
    }
    assertThat(ports.stream().map(word -> word.split("=")[1])).hasSize(16).doesNotHaveDuplicates();
  }

  @Test
  void wrongWordsAreSaidToBeWrong() {
    List<List<String>> wrong =
        List.of(
            List.of("--node", "enode://12@a:1"),
            List.of("--host", "a/../b"),
            List.of("--host", "a:0"),
            List.of("--host", "a:b"),
            List.of("--host", "a", "--host", "a"),
            List.of("--validators", "0"),
            List.of("--validators", "65"),
            List.of("--account", "0x12"),
            List.of("--chain-id", "0"),
            List.of("--empty-block-period", "0"),
            List.of("--empty-block-period", "3601"));
    for (List<String> words : wrong) {
      List<String> command = new ArrayList<>(List.of("devnet", "compose", "--dir"));
      command.add(temporary.resolve("wrong" + wrong.indexOf(words)).toString());
      command.addAll(words);
      assertThat(run(command.toArray(String[]::new))).as("%s", words).isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void aNodesKeyStaysAndItsEnodeIsTold() {
    String file = temporary.resolve("key").toString();
    assertThat(run("devnet", "node-key", file, "--host", "besu.alpha.org")).isZero();
    String told = out.toString();
    assertThat(told).matches("enode://[0-9a-f]{128}@besu\\.alpha\\.org:30303\\?discport=0\\R");
    out.getBuffer().setLength(0);
    assertThat(run("devnet", "node-key", file, "--host", "besu.alpha.org")).isZero();
    assertThat(out).hasToString(told);
    assertThat(run("devnet", "node-key", file, "--host", "a b")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void dockerComposeUnderstandsTheFiles() throws Exception {
    assumeTrue(dockerCompose("version").waitFor() == 0, "there is no docker compose here");
    run("devnet", "compose", "--dir", temporary.toString());
    Process config =
        dockerCompose("-f", temporary.resolve("compose.yaml").toString(), "config", "--quiet");
    String said = new String(config.getInputStream().readAllBytes());
    assertThat(config.waitFor()).as(said).isZero();
  }

  private static Process dockerCompose(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker", "compose"));
    command.addAll(List.of(words));
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new ProcessBuilder("false").start();
    }
  }

  private List<String> enodes() throws IOException {
    List<String> enodes = new ArrayList<>();
    for (String host : HOSTS) {
      String[] parts = host.split(":");
      int port = parts.length == 1 ? Enode.DEFAULT_PORT : Integer.parseInt(parts[1]);
      enodes.add(NodeKey.generate(new SecureRandom()).at(parts[0], port).toString());
    }
    return enodes;
  }

  private static String[] compose(Path folder, String option, List<String> values) {
    List<String> words = new ArrayList<>(List.of("devnet", "compose", "--dir", folder.toString()));
    values.forEach(value -> words.addAll(List.of(option, value)));
    return words.toArray(String[]::new);
  }

  private int run(String... words) {
    CommandLine program = DevnetMain.commandLine();
    return program.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return contents;
  }

  private static Map<String, Object> yaml(Path file) throws IOException {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> at(Map<String, Object> yaml, String... path) {
    Object value = yaml;
    for (String key : path) {
      value = ((Map<String, Object>) value).get(key);
      assertThat(value).as("%s", Arrays.toString(path)).isNotNull();
    }
    return (Map<String, Object>) value;
  }

  private static List<String> strings(Object list) {
    return ((List<?>) list).stream().map(Object::toString).toList();
  }
}
