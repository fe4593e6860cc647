package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A running node loses final versions, and anybody with the right to read updates mends it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RebuildIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path kept;
  private JsonNode report;
  private String node;

  private record Run(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      return JSON.readTree(out);
    }
  }

  @Test
  void mendsANodeThatLostVersionsWithTheirRuleState() throws Exception {
    kept = folder.resolve("demo");
    List<String> arguments =
        new ArrayList<>(List.of("demo", "--rounds", "2", "--rule", "fedavgm", "--keep-running"));
    arguments.addAll(List.of("--dir", kept.toString()));
    arguments.addAll(Networks.words());
    try (Program demo = Program.start("demo", folder, DevnetMain.class, arguments)) {
      demo.awaitSaying("Chain and node go on running");
      report = JSON.readTree(kept.resolve("report.json").toFile());
      node = JSON.readTree(kept.resolve("node/node.json").toFile()).get("url").textValue();
      List<JsonNode> versions = new ArrayList<>();
      asked("audit", "versions", "--index", folder.resolve("index.db"))
          .get("items")
          .forEach(versions::add);
      assertThat(audit().exitCode()).isEqualTo(ExitCode.DONE);

      for (JsonNode version : versions.subList(1, 3)) {
        Files.delete(stored(version.get("model")));
        Files.delete(stored(version.get("state")));
      }
      Run lost = audit();
      assertThat(lost.exitCode()).as(lost.out()).isEqualTo(ExitCode.OUT_OF_REACH);
      assertThat(lost.out())
          .contains("the file of version 2", "the rule state of version 2")
          .doesNotContain("NOT verified");

      whoMayNotReadUpdatesLearnsWhichAreLacking();
      theNodeIsMended(versions);
      assertThat(audit().exitCode()).isEqualTo(ExitCode.DONE);
      anOlderVersionIsMendedToo(versions.get(1));
      theBundleAloneIsEnough(versions.get(2));
      demo.interrupt();
    }
  }

  private void whoMayNotReadUpdatesLearnsWhichAreLacking() throws IOException {
    Run run = rebuild(2, "--blobs", node, "--upload", node, "--json");
    assertThat(run.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    List<String> updates = new ArrayList<>();
    asked("audit", "round", 1, "--index", folder.resolve("index.db"))
        .get("items")
        .forEach(update -> updates.add(update.get("digest").textValue()));
    assertThat(run.json().get("lacking").findValuesAsText("digest"))
        .containsExactlyInAnyOrderElementsOf(updates);
    assertThat(run.err()).contains("--keystore");
  }

  private void theNodeIsMended(List<JsonNode> versions) throws IOException {
    Path file = folder.resolve("two.safetensors");
    Run run = rebuild(2, reading(), "--upload", node, "--out", file, "--json");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode document = run.json();
    assertThat(document.get("rebuilt").findValuesAsText("version")).containsExactly("1", "2");
    assertThat(document.get("uploaded")).hasSize(4);
    assertThat(document.get("digest")).isEqualTo(versions.get(2).get("model"));
    assertThat(digest(file)).isEqualTo(versions.get(2).get("model").textValue());
    assertThat(digest(folder.resolve("two-state.safetensors")))
        .isEqualTo(versions.get(2).get("state").textValue());
    assertThat(run.err()).contains("rebuilding version 1 from the updates of round 1");
    for (JsonNode version : versions) {
      assertThat(digest(stored(version.get("model")))).isEqualTo(version.get("model").textValue());
      assertThat(digest(stored(version.get("state")))).isEqualTo(version.get("state").textValue());
    }
  }

  private void anOlderVersionIsMendedToo(JsonNode version) throws IOException {
    Path lost = stored(version.get("model"));
    Files.writeString(lost, "damaged");
    assertThat(audit().exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    Run run = rebuild(1, reading(), "--upload", node);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains(version.get("model").textValue() + " to " + node);
    assertThat(audit().exitCode()).isEqualTo(ExitCode.DONE);
  }

  private void theBundleAloneIsEnough(JsonNode version) throws IOException {
    Path file = folder.resolve("from-the-bundle");
    Run run = rebuild(2, "--blobs", kept.resolve("audit-bundle.zip"), "--out", file);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(digest(file)).isEqualTo(version.get("model").textValue());
    assertThat(digest(folder.resolve("from-the-bundle-state")))
        .isEqualTo(version.get("state").textValue());
  }

  private Run rebuild(int version, Object... more) {
    return run("model", "rebuild", "--version", version, more);
  }

  private Run audit() {
    return run("audit", "verify", reading());
  }

  /** The node, by one who may read updates. */
  private Object[] reading() {
    Path keys = kept.resolve("keys");
    return new Object[] {
      "--blobs",
      node,
      "--keystore",
      keys.resolve("auditor.key"),
      "--password-file",
      keys.resolve("password")
    };
  }

  private JsonNode asked(Object... words) throws IOException {
    Run run = run(words, "--json");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return run.json();
  }

  private Run run(Object... words) {
    List<String> all = new ArrayList<>();
    add(words, all);
    all.addAll(List.of("--rpc", report.at("/chain/rpc").textValue()));
    all.addAll(List.of("--contract", report.get("contract").textValue()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        ClientMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(all.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }

  private static void add(Object words, List<String> all) {
    if (words instanceof Object[] several) {
      for (Object each : several) {
        add(each, all);
      }
    } else {
      all.add(words.toString());
    }
  }

  private Path stored(JsonNode digest) {
    String hex = Digest.of(digest.textValue()).hex();
    return kept.resolve("node/blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private static String digest(Path file) throws IOException {
    return Digest.ofContent(Files.readAllBytes(file)).toString();
  }
}
