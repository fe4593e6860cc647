package org.fedledger.client.participant.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.participant.TabularFederation;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.contracts.KeyFile;
import org.fedledger.crypto.Signature;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.Activation;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.Layer;
import org.fedledger.spec.Loss;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParticipantCommandTest {

  private static final String NOBODY_LISTENS = "http://127.0.0.1:9";

  @TempDir Path folder;
  private TabularFederation federation;
  private Path work;
  private Path key;
  private Path password;

  @BeforeEach
  void start() throws IOException {
    federation = new TabularFederation(folder.resolve("federation"));
    work = folder.resolve("work");
    key = folder.resolve("hospital.key");
    password = Files.writeString(folder.resolve("password"), "open sesame\n");
    KeyFile.write(key, federation.participant, "open sesame", KeyFile.Strength.LIGHT);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void shouldTrainAndSignWithoutANetworkAndTheSameEachTime() throws Exception {
    pull();
    federation.close();
    CommandRun trained =
        CommandRun.of("participant", "train", "--dir", work, "--data", federation.table());
    assertThat(trained).extracting(CommandRun::exitCode).isEqualTo(ExitCode.DONE);
    assertThat(trained.err()).contains("4 rows to train on, 2 held out, 0 left out");
    JsonNode again =
        json(
            CommandRun.of(
                "participant", "train", "--dir", work, "--data", federation.table(), "--json"));
    assertThat(trained.out()).startsWith(again.path("digest").asText() + "  ");

    JsonNode signed = json(sign("--json"));
    assertThat(json(sign("--json"))).isEqualTo(signed);
    assertThat(signed.path("digest")).isEqualTo(again.path("digest"));
    UpdateCommitment commitment =
        new UpdateCommitment(
            RoundId.of(signed.path("roundId").asText()),
            0,
            Address.of(signed.path("participant").asText()),
            Digest.of(signed.path("digest").asText()),
            signed.path("size").asLong(),
            4,
            0);
    assertThat(
            TabularFederation.DOMAIN.signer(
                commitment, Signature.of(signed.path("signature").asText())))
        .contains(federation.participant.address());

    JsonNode status = json(CommandRun.of("participant", "status", "--dir", work, "--json"));
    assertThat(status.path("trained").asBoolean()).isTrue();
    assertThat(status.path("commitment")).isEqualTo(signed);
    assertThat(status.path("receipts")).isEmpty();
  }

  @Test
  void shouldSayWhichStepComesFirst() throws Exception {
    assertFails(
        CommandRun.of("participant", "status", "--dir", folder.resolve("none")),
        ExitCode.USAGE,
        "begin with 'participant pull'");
    pull();
    assertFails(sign(), ExitCode.REFUSED, "train first");
    assertFails(
        CommandRun.of(
            "participant", "commit", "--dir", work, "--rpc", NOBODY_LISTENS, "--keystore", key),
        ExitCode.USAGE,
        "run 'participant sign' first");
  }

  @Test
  void shouldNameWhatIsWrongWithATable() throws Exception {
    pull();
    Path table = Files.writeString(folder.resolve("bad.csv"), "age,sex,ill\nold,f,0\n");
    assertFails(
        CommandRun.of("participant", "train", "--dir", work, "--data", table),
        ExitCode.USAGE,
        "bad.csv: line 2, column 'age': a finite decimal number belongs here, not 'old'");
    assertFails(
        CommandRun.of("participant", "train", "--dir", work, "--data", folder.resolve("no.csv")),
        ExitCode.OUT_OF_REACH,
        "no.csv: there is no such file");
  }

  @Test
  void shouldSayBeforeItTrainsThatNoTableFitsTheModel() throws Exception {
    federation.close();
    federation =
        new TabularFederation(
            folder.resolve("other"),
            new Architecture(
                List.of(new Layer.Dense(2, 2, Activation.SOFTMAX)),
                Loss.CATEGORICAL_CROSS_ENTROPY));
    pull();
    assertFails(
        CommandRun.of("participant", "train", "--dir", work, "--data", federation.table()),
        ExitCode.USAGE,
        "rows of 2 features and 1 label, but a model that takes 2 and gives 2");
  }

  @Test
  void shouldSayThatTheChainNodeIsOutOfReach() throws Exception {
    assertFails(
        CommandRun.of(
            "participant",
            "run",
            "--rpc",
            NOBODY_LISTENS,
            "--contract",
            TabularFederation.DOMAIN.contract(),
            "--node",
            federation.node.address(),
            "--keystore",
            key,
            "--password-file",
            password,
            "--data",
            federation.table(),
            "--dir",
            work),
        ExitCode.OUT_OF_REACH,
        NOBODY_LISTENS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "pull", "train", "sign", "commit", "upload", "status"})
  void shouldShowAnExampleAndTheRightFormOfEachStep(String step) {
    CommandRun help = CommandRun.of("participant", step, "--help");
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out()).contains("Example: fedledger participant " + step);
    CommandRun wrong = CommandRun.of("participant", step, "--nonsense");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("Usage: fedledger participant " + step);
    assertThat(wrong.out()).isEmpty();
  }

  @Test
  void shouldDoTheSameAsAProcessOfItsOwn() throws Exception {
    pull();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.fedledger.client.ClientMain",
                    "participant",
                    "train",
                    "--dir",
                    work.toString(),
                    "--data",
                    federation.table().toString(),
                    "--json"))
            .redirectError(new File(folder.toFile(), "stderr"))
            .start();
    byte[] out = process.getInputStream().readAllBytes();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.DONE);
    JsonNode trained = new ObjectMapper().readTree(out);
    Path file = Path.of(trained.path("file").asText());
    assertThat(org.fedledger.tensor.Blobs.id(file).digest())
        .hasToString(trained.path("digest").asText());
    assertThat(Files.readString(folder.resolve("stderr")))
        .isEqualTo(
            "%s: 4 rows to train on, 2 held out, 0 left out since a value is missing\n"
                .formatted(federation.table()));
  }

  private void pull() throws IOException {
    federation.openRound();
    try (WorkFolder opened = WorkFolder.open(work);
        NodeClient node = new NodeClient(federation.node.address(), TabularFederation.DOMAIN)) {
      PullCommand.pull(
          TabularFederation.DOMAIN,
          federation.state(),
          federation.participant.address(),
          opened.blobs(List.of(node)),
          opened);
    }
  }

  private CommandRun sign(Object... more) {
    Object[] args = {
      "participant", "sign", "--dir", work, "--keystore", key, "--password-file", password
    };
    Object[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  private static void assertFails(CommandRun run, int exitCode, String message) {
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
  }
}
