package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.federation.SpecFile;
import org.fedledger.contracts.KeyFile;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.TestKeys;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.SpecJson;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A block counts for a command once as many stand above it as the federation's spec says. */
@Timeout(120)
class ConfirmationsIT {

  /** More than are mined while a test runs, a block each second. */
  private static final int DEPTH = 500;

  private static final FederationId FEDERATION = FederationId.of("0x" + "07".repeat(32));

  @TempDir Path folder;

  private AnvilNetwork network;
  private AnvilControl control;
  private Path blobs;
  private Path spec;
  private String contract;

  private record Run(int exitCode, String out, String err) {
    JsonNode document() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeEach
  void found() throws IOException, InterruptedException {
    network = AnvilNetwork.start(folder.resolve("anvil"));
    control = new AnvilControl(network.rpc());
    KeyFile.write(key(), LedgerStory.COORDINATOR, "a password", KeyFile.Strength.LIGHT);
    Files.writeString(folder.resolve("password"), "a password\n");
    String written =
        Files.readString(example()).replace("\"confirmations\": 0", "\"confirmations\": " + DEPTH);
    spec = Files.writeString(folder.resolve("spec.json"), written);
    FederationSpec parsed = SpecFile.read(spec);
    blobs = Files.createDirectory(folder.resolve("blobs"));
    byte[] canonical = SpecJson.write(parsed);
    Files.write(spec, canonical);
    Files.write(blobs.resolve(Digest.ofContent(canonical).hex()), canonical);
    Path model = folder.resolve("version-0");
    BlobId version0 = InitialModels.write(parsed, FEDERATION, model);
    Files.copy(model, blobs.resolve(version0.digest().hex()));
    Run created =
        signed(
            "federation",
            "create",
            "--spec",
            spec.toString(),
            "--aggregator",
            address(1),
            "--federation-id",
            FEDERATION.toString(),
            "--json");
    assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
    contract = created.document().get("contract").textValue();
  }

  @AfterEach
  void end() {
    control.close();
    network.close();
  }

  private static Path example() {
    return Path.of(System.getProperty("fedledger.home"), "docs", "example-spec.json");
  }

  private Path key() {
    return folder.resolve("coordinator.key");
  }

  private static String address(int key) {
    return TestKeys.key(key).address().toString();
  }

  @Test
  void shouldTellOfWhatIsDeepEnoughOnlyWhereTheSpecIsGiven() throws IOException {
    admit(address(2));
    control.call("anvil_mine", DEPTH);
    admit(address(3));

    assertThat(onContract("federation", "status", "--json").document().get("participants"))
        .hasSize(2);
    assertThat(status(spec).document().at("/participants/0/address").textValue())
        .isEqualTo(address(2));
    assertThat(status(spec).document().get("participants")).hasSize(1);
    assertThat(participants("all.db").document().get("items")).hasSize(2);
    assertThat(participants("deep.db", "--spec", spec.toString()).document().get("items"))
        .hasSize(1);
  }

  @Test
  void shouldTakeNoOtherSpecThanTheOneThatTheLedgerRecords() {
    Run other = status(example());
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("--spec: ");
    Run none = status(folder.resolve("nowhere.json"));
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("--spec: there is no file");
  }

  @Test
  void shouldFetchAModelOnceItsVersionIsDeepEnough() {
    Path target = folder.resolve("model.safetensors");
    Run early = get(target);
    assertThat(early.exitCode()).as(early.err()).isEqualTo(ExitCode.USAGE);
    assertThat(early.err()).contains("records no federation");
    assertThat(target).doesNotExist();

    control.call("anvil_mine", DEPTH);

    Run deep = get(target);
    assertThat(deep.exitCode()).as(deep.err()).isEqualTo(ExitCode.DONE);
    assertThat(target).exists();
  }

  @Test
  void shouldNeverCallARecordVerifiedInWhichNoRoundIsDeepEnough() throws IOException {
    control.call("anvil_mine", DEPTH);
    Run audit = onContract("audit", "verify", "--blobs", blobs.toString(), "--json");
    assertThat(audit.exitCode()).as(audit.err()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(audit.document().get("verified").booleanValue()).isFalse();
    assertThat(audit.document().get("problems")).isEmpty();
    assertThat(audit.document().get("gaps")).isNotEmpty();
  }

  @Test
  void shouldTellThatTheChainStandsStillThoughItsNodeAnswers() throws IOException {
    try (RpcInBetween halted =
        new RpcInBetween(
            network.rpc(),
            new RpcInBetween.Manners() {
              @Override
              public JsonNode instead(String method, JsonNode params, JsonNode result) {
                if (method.equals("eth_getBlockByNumber")
                    && params.get(0).asText().equals("latest")) {
                  ObjectNode block = (ObjectNode) result;
                  long time = Long.decode(block.get("timestamp").textValue());
                  block.put("timestamp", "0x" + Long.toHexString(time - 403));
                }
                return result;
              }
            })) {
      List<String> words = List.of("federation", "status", "--contract", contract, "--json");
      Run run = run(words, halted.url());
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.HALTED);
      assertThat(run.document().at("/chain/halted").booleanValue()).isTrue();
      assertThat(run.document().at("/chain/ageSeconds").longValue()).isBetween(403L, 460L);
      List<String> patient = new ArrayList<>(words);
      patient.addAll(List.of("--block-age", "600"));
      assertThat(run(patient, halted.url()).exitCode()).isEqualTo(ExitCode.DONE);
    }
  }

  private void admit(String participant) {
    Run run = signed("federation", "admit", participant, "--contract", contract);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  private Run status(Path file) {
    return onContract("federation", "status", "--spec", file.toString(), "--json");
  }

  private Run participants(String index, String... more) {
    List<String> words = new ArrayList<>(List.of("audit", "participants", "--json"));
    words.addAll(List.of("--index", folder.resolve(index).toString()));
    words.addAll(List.of(more));
    return onContract(words.toArray(String[]::new));
  }

  private Run get(Path target) {
    return onContract("model", "get", "--blobs", blobs.toString(), "--out", target.toString());
  }

  private Run onContract(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--contract", contract));
    return run(words);
  }

  private Run signed(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--keystore", key().toString()));
    words.addAll(List.of("--password-file", folder.resolve("password").toString()));
    return run(words);
  }

  private Run run(List<String> words) {
    return run(words, network.rpc());
  }

  private static Run run(List<String> words, URI rpc) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("--rpc", rpc.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        ClientMain.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }
}
