package org.fedledger.devnet.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fedledger.contracts.Rpc;
import org.fedledger.devnet.DevnetMain;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(180)
class DevnetCommandIT {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine commands = DevnetMain.commandLine();
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    return commands.execute(args);
  }

  private int devnet(String command, String... more) {
    String[] args = new String[4 + more.length];
    args[0] = "devnet";
    args[1] = command;
    args[2] = "--dir";
    args[3] = folder.toString();
    System.arraycopy(more, 0, args, 4, more.length);
    return run(args);
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(out.toString());
  }

  @AfterEach
  void endWhatIsLeft() {
    devnet("down");
  }

  @Test
  void shouldStartShowAndEndANetworkOfItsOwnProcess() throws Exception {
    assertThat(devnet("status")).isEqualTo(4);
    assertThat(devnet("up", "--detach", "--json")).as(err.toString()).isZero();
    JsonNode up = json();
    assertThat(up.get("chain").textValue()).isEqualTo("anvil");
    assertThat(up.get("chainId").longValue()).isEqualTo(1337);
    try (Rpc rpc = new Rpc(URI.create(up.get("rpc").textValue()))) {
      assertThat(rpc.chainId()).isEqualTo(1337);
    }
    assertThat(devnet("status", "--json")).isZero();
    assertThat(json().get("up").booleanValue()).isTrue();
    assertThat(json().get("rpc")).isEqualTo(up.get("rpc"));

    ProcessHandle holder = ProcessHandle.of(up.get("process").longValue()).orElseThrow();
    assertThat(devnet("down", "--json")).isZero();
    assertThat(json().get("ended").booleanValue()).isTrue();
    assertThat(holder.isAlive()).isFalse();
    assertThat(folder.resolve("network.json")).doesNotExist();
    assertThat(devnet("status", "--json")).isEqualTo(4);
    assertThat(json().get("up").booleanValue()).isFalse();
    assertThat(devnet("down")).isZero();
  }

  @Test
  void shouldStartNoSecondNetworkInOneFolderNorOnOnePort() throws Exception {
    assertThat(devnet("up", "--detach", "--json")).as(err.toString()).isZero();
    String rpc = json().get("rpc").textValue();
    assertThat(devnet("up", "--detach")).isEqualTo(2);
    assertThat(err.toString()).contains("is up").contains(rpc);

    String port = Integer.toString(URI.create(rpc).getPort());
    assertThat(run("devnet", "up", "--dir", folder.resolve("other").toString(), "--port", port))
        .isEqualTo(4);
    assertThat(err.toString()).contains("port " + port + " of 127.0.0.1 is taken");
  }

  @Test
  void shouldTakeNoOtherProcessForItsNetwork() throws Exception {
    assertThat(devnet("up", "--detach", "--json")).as(err.toString()).isZero();
    ProcessHandle holder = ProcessHandle.of(json().get("process").longValue()).orElseThrow();
    holder.destroyForcibly();
    holder.onExit().get(30, TimeUnit.SECONDS);
    assertThat(devnet("status")).isEqualTo(4);

    // The id of another process, ours, as if it had been given out again.
    Path file = folder.resolve("network.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(Long.toString(holder.pid()), Long.toString(ProcessHandle.current().pid())));
    assertThat(devnet("status")).isEqualTo(4);
    assertThat(devnet("down", "--json")).isZero();
    assertThat(json().get("ended").booleanValue()).isFalse();
  }

  @Test
  void shouldGoOnWithItsChainWhenStartedAgain() throws Exception {
    assertThat(devnet("up", "--detach", "--json")).as(err.toString()).isZero();
    URI rpc = URI.create(json().get("rpc").textValue());
    long seen = awaitBlock(rpc, 3);
    assertThat(devnet("down")).isZero();
    assertThat(devnet("up", "--detach", "--json")).as(err.toString()).isZero();
    try (Rpc again = new Rpc(URI.create(json().get("rpc").textValue()))) {
      assertThat(again.blockNumber()).isGreaterThanOrEqualTo(seen);
    }
  }

  private static long awaitBlock(URI url, long number) {
    try (Rpc rpc = new Rpc(url)) {
      long seen = rpc.blockNumber();
      while (seen < number) {
        Thread.onSpinWait();
        seen = rpc.blockNumber();
      }
      return seen;
    }
  }

  @Test
  void shouldSayWhatUsageIsRight() {
    assertThat(run("devnet")).isEqualTo(2);
    assertThat(err.toString())
        .contains("name one of up, status, restart, down")
        .contains("Usage: fedledger devnet");
    assertThat(devnet("up", "--chain", "geth")).isEqualTo(2);
    assertThat(err.toString()).contains("--chain takes anvil");
    assertThat(devnet("up", "--port", "70000")).isEqualTo(2);
    assertThat(run("devnet", "up", "--help")).isZero();
    assertThat(out.toString()).contains("Example: fedledger devnet up");
  }

  @Test
  void shouldRefuseAFileThatIsNotItsOwn() throws Exception {
    Files.writeString(folder.resolve("network.json"), "{\"process\": \"all of them\"}");
    assertThat(devnet("status")).isEqualTo(4);
    assertThat(err.toString()).contains("not a file that tells of a network");
    Files.delete(folder.resolve("network.json"));
  }
}
