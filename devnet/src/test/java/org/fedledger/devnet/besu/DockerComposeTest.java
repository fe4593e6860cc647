package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against scripts that answer as docker does, with and without compose and an engine. */
class DockerComposeTest {

  @TempDir private Path folder;

  @Test
  void isFoundWhereComposeAndTheEngineAnswer() throws Exception {
    Map<String, String> environment = docker("exit 0");
    assertThat(DockerCompose.find(environment).up(folder, "validator-1"))
        .containsExactly(
            folder.resolve("docker").toString(),
            "compose",
            "--file",
            folder.resolve("compose.yaml").toString(),
            "up",
            "--no-log-prefix",
            "--no-color",
            "validator-1");
  }

  @Test
  void saysThatThereIsNoDocker() {
    misses(Map.of("PATH", folder.toString()), "no docker on the PATH");
  }

  @Test
  void saysThatComposeIsMissing() throws IOException {
    misses(
        docker(
            "if [ \"$1\" = compose ]; then echo \"unknown command: docker compose\" >&2; exit 1;"
                + " fi"),
        "'docker compose version' says: unknown command: docker compose");
  }

  @Test
  void saysThatTheEngineDoesNotRun() throws IOException {
    misses(
        docker(
            "if [ \"$1\" = info ]; then echo \"Cannot connect to the Docker daemon\"; exit 1; fi"),
        "'docker info' says: Cannot connect to the Docker daemon");
  }

  @Test
  void givesTheKeysToWhomeverBesuIsInTheContainerAndThatIsNeverRoot() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "a key");
    int owner = (int) Files.getAttribute(key, "unix:uid");

    Map<String, String> user = DockerCompose.user(List.of(key));

    assertThat(user.get("BESU_UID")).isNotEqualTo("0").isEqualTo(owner == 0 ? "1000" : owner + "");
    assertThat(Files.getAttribute(key, "unix:uid")).hasToString(user.get("BESU_UID"));
    assertThat(DockerCompose.user(List.of(key))).isEqualTo(user);
  }

  @Test
  void runsAServiceForEachValidatorAndTellsWhatDockerSaidWhereItEnds() throws Exception {
    Map<String, String> environment =
        docker(
            """
            case "$*" in
            *up*) echo "$BESU_UID $*" >> "%s/asked"; echo "no such image" >&2; exit 1;;
            esac
            """
                .formatted(folder));
    Path chain = folder.resolve("chain");
    List<String> told = new ArrayList<>();
    BesuKind kind =
        new BesuKind(
            OptionalInt.of(2), new BesuOptions(Optional.empty(), false, true), environment);

    kind.require(told::add);
    try (Network network = kind.in(chain, OptionalInt.empty(), told::add)) {
      assertThatThrownBy(network::start).hasMessageContaining("no such image");

      assertThat(told).first().asString().contains("2 validators", BesuRelease.PINNED.image());
      assertThat(Files.readAllLines(folder.resolve("asked")))
          .allMatch(line -> !line.startsWith("0 "))
          .anyMatch(
              line ->
                  line.endsWith(
                      "--file %s/compose.yaml up --no-log-prefix --no-color validator-1"
                          .formatted(chain)));
      assertThat(chain.resolve("compose.yaml"))
          .content()
          .contains("--rpc-http-port=" + network.rpc().getPort())
          .contains("--rpc-ws-port=" + network.webSocket().getPort())
          .contains("file: ./validator-2/key");
    }
    assertThat(kind.words()).contains("--docker");
  }

  private static void misses(Map<String, String> environment, String what) {
    assertThatThrownBy(() -> DockerCompose.find(environment))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH))
        .hasMessageStartingWith("--docker needs Docker with Compose v2 ('docker compose'; ")
        .hasMessageContaining(what);
  }

  private Map<String, String> docker(String script) throws IOException {
    Path docker = folder.resolve("docker");
    Files.writeString(docker, "#!/bin/sh\n" + script + "\n");
    assertThat(docker.toFile().setExecutable(true)).isTrue();
    String cache = folder.resolve("cache").toString();
    return Map.of("PATH", folder.toString(), "XDG_CACHE_HOME", cache);
  }
}
