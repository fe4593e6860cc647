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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.ledger.AnvilControl;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.Outcome;
import org.fedledger.types.Address;
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
      haveRefused(rpc, contract);
      Path checkpoint = folder.resolve("last.json");
      refusalsAreNotedAndCheckpointsGoneOnFrom(rpc, contract, kept, checkpoint);
      queriesAgreeWithTheReport(
          question ->
              asked(question, rpc, contract, "--index", folder.resolve("index.db").toString()),
          report);
      anErasedUpdateIsCalledErased(folder, rpc, contract, kept);
      if (Networks.isAnvil()) {
        rewrittenChainIsTold(rpc, contract, kept, checkpoint);
      }
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

  private record Run(int exitCode, String out, String err) {}

  private static Run audit(String rpc, String contract, Path kept, Object... more) {
    List<String> arguments = new ArrayList<>(List.of("audit", "verify", "--rpc", rpc));
    arguments.addAll(List.of("--contract", contract));
    arguments.addAll(List.of("--blobs", kept.resolve("node").resolve("blobs").toString()));
    Stream.of(more).map(Object::toString).forEach(arguments::add);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        ClientMain.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }

  /** Sends what no stranger may do, and pays for its refusal. */
  private static void haveRefused(String rpc, String contract) {
    try (Rpc chain = new Rpc(URI.create(rpc))) {
      LedgerAction admit = new LedgerAction.Admit(LedgerStory.participant(0).address(), 0);
      Web3jLedger stranger =
          new Web3jLedger(chain, Address.of(contract), Optional.empty(), LedgerStory.ANYBODY);
      assertThat(stranger.submitUnasked(admit, 500_000)).isInstanceOf(Outcome.Refused.class);
    }
  }

  private static void refusalsAreNotedAndCheckpointsGoneOnFrom(
      String rpc, String contract, Path kept, Path checkpoint) throws IOException {
    String note = "the contract refused transaction 0x";
    String sender = " of %s: NotCoordinator".formatted(LedgerStory.ANYBODY.address());

    Run whole = audit(rpc, contract, kept, "--checkpoint", checkpoint);
    assertThat(whole.exitCode()).as(whole.err()).isEqualTo(ExitCode.DONE);
    assertThat(whole.out()).contains(note).contains(sender).contains("verified: 1 rounds");
    assertThat(checkpoint).exists();

    Run rest = audit(rpc, contract, kept, "--since", checkpoint);
    assertThat(rest.exitCode()).as(rest.err()).isEqualTo(ExitCode.DONE);
    assertThat(rest.out())
        .contains(note)
        .contains("verified: no round has ended since the checkpoint of round 1");

    Path damaged = checkpoint.resolveSibling("damaged.json");
    Files.writeString(
        damaged, Files.readString(checkpoint).replace("\"closed\":false", "\"closed\":true"));
    Run refused = audit(rpc, contract, kept, "--since", damaged);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("damaged.json is no checkpoint");
  }

  private static void rewrittenChainIsTold(String rpc, String contract, Path kept, Path checkpoint)
      throws IOException {
    long verified =
        new ObjectMapper().readTree(checkpoint.toFile()).at("/content/block/number").asLong();
    try (Rpc chain = new Rpc(URI.create(rpc));
        AnvilControl control = new AnvilControl(URI.create(rpc))) {
      control.reorganise(Math.toIntExact(chain.blockNumber() - verified + 1));
    }
    Run run = audit(rpc, contract, kept, "--since", checkpoint);
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(run.err()).contains("it was reorganised, or is another one");
  }
}
