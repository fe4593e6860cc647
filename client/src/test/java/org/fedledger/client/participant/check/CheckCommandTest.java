package org.fedledger.client.participant.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.KeyFile;
import org.fedledger.ledger.TestKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  /** A port at which nobody listens. */
  private static final String NOWHERE = "http://127.0.0.1:1";

  private static final String CONTRACT = "0x" + "fe".repeat(20);

  @TempDir Path root;
  private Path key;
  private Path password;

  @BeforeEach
  void makeKey() throws IOException {
    key = root.resolve("ward.key");
    password = Files.writeString(root.resolve("ward.password"), "correct horse\n");
    KeyFile.write(key, TestKeys.key(3), "correct horse", KeyFile.Strength.LIGHT);
  }

  @Test
  void makesAllChecksEvenIfNothingAnswers() {
    CommandRun run = check(NOWHERE);
    assertThat(run.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    List<String> lines = run.out().lines().toList();
    assertThat(lines.get(0)).startsWith("FAILED   chain").contains(NOWHERE, "to do: ");
    assertThat(lines.get(1)).isEqualTo("skipped  contract  needs 'chain', which failed");
    assertThat(lines.get(3))
        .isEqualTo("ok       key       the key file opens: " + TestKeys.key(3).address());
    assertThat(lines.get(5)).startsWith("FAILED   node").contains(NOWHERE);
    assertThat(lines.get(8)).startsWith("ok       folder");
    assertThat(lines.get(9)).isEqualTo("not ready to take part");
    assertThat(root.resolve("work")).doesNotExist();
  }

  @Test
  void tellsTheSameAsOneJsonDocument() throws IOException {
    CommandRun run = check(NOWHERE, "--json");
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(document.path("ready").asBoolean(true)).isFalse();
    assertThat(document.path("checks").findValuesAsText("check"))
        .containsExactly(
            "chain", "contract", "clock", "key", "member", "node", "spec", "table", "folder");
    assertThat(document.path("checks").findValuesAsText("status"))
        .containsExactly(
            "failed", "skipped", "skipped", "ok", "skipped", "failed", "skipped", "skipped", "ok");
    assertThat(document.at("/checks/0/todo").asText()).contains("--rpc");
  }

  @Test
  void saysWhatANodesAddressLooksLike() {
    assertThat(check("http://node.example").out()).contains("use https for node.example");
    assertThat(check("node example").out()).contains("a node's address is like https://");
  }

  @Test
  void saysThatAPasswordDoesNotOpenTheKey() throws IOException {
    Files.writeString(password, "wrong horse\n");
    assertThat(check(NOWHERE).out())
        .contains("FAILED   key", "ward.key", "--password-file")
        .doesNotContain("horse");
  }

  @Test
  void refusesWrongUsageBeforeItChecks() {
    CommandRun run = run("--rpc", "nonsense", "--contract", CONTRACT, "--node", NOWHERE);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void teachesItsUse() {
    CommandRun help = run("--help");
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out()).contains("Example:", "Exit code 0: ready", "--json");
  }

  private CommandRun check(String node, String... more) {
    List<String> args = new ArrayList<>(List.of("--rpc", NOWHERE, "--contract", CONTRACT));
    args.addAll(List.of("--node", node, "--keystore", "" + key, "--password-file", "" + password));
    args.addAll(List.of("--data", "" + root.resolve("ward.csv")));
    args.addAll(List.of("--dir", "" + root.resolve("work")));
    args.addAll(List.of(more));
    return run(args.toArray());
  }

  private static CommandRun run(Object... args) {
    List<Object> all = new ArrayList<>(List.of("participant", "check"));
    all.addAll(List.of(args));
    return CommandRun.of(all.toArray());
  }
}
