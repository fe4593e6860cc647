package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.KeyFile;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.node.NodeMain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every program refuses a contract that tells a federation's story and has other code than ours.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LookAlikeIT {

  private static final String NO_NODE = "http://127.0.0.1:9";

  private Path folder;
  private AnvilNetwork network;
  private AnvilWorld world;
  private Path key;
  private Path password;

  private record Run(int exitCode, String err) {}

  @BeforeAll
  void found(@TempDir Path given) throws IOException, InterruptedException {
    folder = given;
    network = AnvilNetwork.start(folder.resolve("anvil"));
    LedgerStory.begin(
        setup -> {
          world = new AnvilWorld(network, setup);
          return world;
        },
        LedgerStory.Cast.SMALL);
    key = folder.resolve("key.json");
    password = Files.writeString(folder.resolve("password"), "a password\n");
    KeyFile.write(key, LedgerStory.COORDINATOR, "a password", KeyFile.Strength.LIGHT);
    // Its last byte, which no call ever reaches: it behaves as ours does, and is not.
    String code =
        world
            .control()
            .call("eth_getCode", world.deployed().contract().toString(), "latest")
            .textValue();
    byte[] other = HexFormat.of().parseHex(code.substring(2));
    other[other.length - 1] ^= 1;
    world
        .control()
        .call(
            "anvil_setCode",
            world.deployed().contract().toString(),
            "0x" + HexFormat.of().formatHex(other));
  }

  @AfterAll
  void end() {
    world.close();
    network.close();
  }

  private Run run(CommandLine program, List<String> command) {
    List<String> args = new ArrayList<>(command);
    args.addAll(
        List.of(
            "--rpc",
            network.rpc().toString(),
            "--contract",
            world.deployed().contract().toString()));
    StringWriter err = new StringWriter();
    program.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));
    return new Run(program.execute(args.toArray(String[]::new)), err.toString());
  }

  private Run client(String... command) {
    return run(ClientMain.commandLine(), List.of(command));
  }

  static Stream<List<String>> queries() {
    return Stream.of(
        List.of("audit", "rounds"),
        List.of("audit", "versions"),
        List.of("audit", "participants"),
        List.of("audit", "rejections"),
        List.of("audit", "gas"),
        List.of("federation", "status"));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void shouldAnswerNoQueryFromIt(List<String> command) {
    List<String> all = new ArrayList<>(command);
    if (command.getFirst().equals("audit")) {
      all.addAll(List.of("--index", folder.resolve("index.db").toString()));
    }
    refuses(run(ClientMain.commandLine(), all), ExitCode.REFUSED);
  }

  @Test
  void shouldFailWhereSomethingIsVerified() {
    refuses(
        client(
            "model", "get", "--blobs", folder.toString(), "--out", folder.resolve("m").toString()),
        ExitCode.VERIFICATION_FAILED);
    Run verify = client("audit", "verify", "--blobs", folder.toString(), "--json");
    assertThat(verify.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    refuses(
        client(
            "audit",
            "export",
            "--blobs",
            folder.toString(),
            "--out",
            folder.resolve("bundle.zip").toString()),
        ExitCode.VERIFICATION_FAILED);
  }

  @Test
  void shouldSignNothingForIt() throws IOException {
    Path data = Files.writeString(folder.resolve("data.csv"), "a\n");
    refuses(
        client(
            "participant",
            "run",
            "--node",
            NO_NODE,
            "--keystore",
            key.toString(),
            "--password-file",
            password.toString(),
            "--data",
            data.toString(),
            "--dir",
            folder.resolve("work").toString()),
        ExitCode.REFUSED);
    refuses(
        client(
            "verifier",
            "run",
            "--node",
            NO_NODE,
            "--keystore",
            key.toString(),
            "--password-file",
            password.toString(),
            "--dir",
            folder.resolve("verifier").toString()),
        ExitCode.REFUSED);
  }

  @Test
  void shouldStartNoNodeOnIt() {
    refuses(
        run(
            NodeMain.commandLine(),
            List.of(
                "node",
                "--keystore",
                key.toString(),
                "--password-file",
                password.toString(),
                "--data-dir",
                folder.resolve("node").toString())),
        ExitCode.REFUSED);
  }

  private static void refuses(Run run, int exitCode) {
    assertThat(run.err()).contains("the contract is not this build's: the deployed code, of");
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }
}
