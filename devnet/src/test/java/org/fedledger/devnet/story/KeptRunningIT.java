package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KeptRunningIT {

  @Test
  void canBeAuditedUntilInterruptedAndThenLeavesNothingRunning(@TempDir Path folder)
      throws Exception {
    Path kept = folder.resolve("demo");
    List<String> arguments = new ArrayList<>(List.of("demo", "--rounds", "1", "--keep-running"));
    arguments.addAll(List.of("--dir", kept.toString()));
    arguments.addAll(Networks.words());
    try (Program demo = Program.start("demo", folder, DevnetMain.class, arguments)) {
      demo.awaitSaying("Chain and node go on running");
      JsonNode report = new ObjectMapper().readTree(kept.resolve("report.json").toFile());
      String rpc = report.at("/chain/rpc").textValue();

      String contract = report.get("contract").textValue();
      assertThat(audit(rpc, contract, kept)).isEqualTo(ExitCode.DONE);
      queriesAgreeWithTheReport(
          question ->
              asked(question, rpc, contract, "--index", folder.resolve("index.db").toString()),
          report);
      anErasedUpdateIsCalledErased(folder, rpc, contract, kept);
      demo.interrupt();

      int port = URI.create(rpc).getPort();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(java.net.ConnectException.class);
    }
  }

  /** As under a retention rule: a line of text stands in place of the file. */
  private static void anErasedUpdateIsCalledErased(
      Path folder, String rpc, String contract, Path kept) throws IOException {
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    String update =
        asked("round 1", rpc, contract, "--index", folder.resolve("index.db").toString())
            .at("/items/0/digest")
            .textValue()
            .substring(2);
    try (Stream<Path> files = Files.walk(kept.resolve("node").resolve("blobs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.getFileName().toString().equals(update)) {
          Files.writeString(blobs.resolve(update + ".erased"), "kept for 30 days");
        } else {
          Files.copy(file, blobs.resolve(file.getFileName()));
        }
      }
    }
    Path bundle = folder.resolve("bundle.zip");
    JsonNode exported = asked("export --out " + bundle, rpc, contract, "--blobs", blobs.toString());
    assertThat(exported.get("missing")).isEmpty();
    StringWriter out = new StringWriter();
    int exitCode =
        ClientMain.commandLine()
            .setOut(new PrintWriter(out))
            .execute("audit", "verify-bundle", bundle.toString(), "--json");
    assertThat(exitCode).as(out.toString()).isEqualTo(ExitCode.OUT_OF_REACH);
    JsonNode document = new ObjectMapper().readTree(out.toString());
    assertThat(document.get("problems")).isEmpty();
    assertThat(document.at("/rounds/0/updates").findValuesAsText("status"))
        .containsOnlyOnce("erased")
        .contains("verified")
        .doesNotContain("tampered");
    assertThat(document.get("gaps").toString()).contains("kept for 30 days");
  }

  private static void queriesAgreeWithTheReport(Function<String, JsonNode> ask, JsonNode report) {
    JsonNode played = report.at("/rounds/0");
    JsonNode round = ask.apply("round 1");
    assertThat(round.at("/round/status").textValue()).isEqualTo("final");
    assertThat(texts(round.get("items"), "participant"))
        .containsExactlyInAnyOrderElementsOf(texts(played.get("accepted")));
    assertThat(round.get("items").findValues("gas").stream().map(JsonNode::longValue).toList())
        .containsExactlyInAnyOrderElementsOf(
            StreamSupport.stream(played.at("/gas/commit").spliterator(), false)
                .map(JsonNode::longValue)
                .toList());
    assertThat(ask.apply("version 1").at("/version/model")).isEqualTo(played.get("digest"));
    assertThat(ask.apply("lineage 1").get("items")).hasSize(3);
    String update = round.at("/items/0/digest").textValue();
    JsonNode reach = ask.apply("lineage --update " + update);
    assertThat(reach.get("firstVersion").intValue()).isEqualTo(1);
    assertThat(reach.get("lastVersionWithout").intValue()).isZero();
    assertThat(ask.apply("participants").get("items")).hasSize(3);
    assertThat(ask.apply("rejections").get("items")).isEmpty();
    assertThat(ask.apply("gas").get("gas").longValue()).isPositive();
  }

  private static List<String> texts(JsonNode items, String name) {
    return items.findValues(name).stream().map(JsonNode::textValue).toList();
  }

  private static List<String> texts(JsonNode items) {
    return StreamSupport.stream(items.spliterator(), false).map(JsonNode::textValue).toList();
  }

  /** The answer of {@code audit QUESTION}, on the command line. */
  private static JsonNode asked(String question, String rpc, String contract, String... options) {
    List<String> arguments = new ArrayList<>(List.of("audit"));
    arguments.addAll(List.of(question.split(" ")));
    arguments.addAll(List.of("--rpc", rpc, "--contract", contract, "--json"));
    arguments.addAll(List.of(options));
    StringWriter out = new StringWriter();
    int exitCode =
        ClientMain.commandLine()
            .setOut(new PrintWriter(out))
            .execute(arguments.toArray(String[]::new));
    assertThat(exitCode).as(question).isEqualTo(ExitCode.DONE);
    try {
      return new ObjectMapper().readTree(out.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int audit(String rpc, String contract, Path kept) {
    return ClientMain.commandLine()
        .execute(
            "audit",
            "verify",
            "--rpc",
            rpc,
            "--contract",
            contract,
            "--blobs",
            kept.resolve("node").resolve("blobs").toString());
  }
}
