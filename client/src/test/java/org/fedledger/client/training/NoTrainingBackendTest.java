package org.fedledger.client.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client as auditors install it: without a library that trains. */
class NoTrainingBackendTest {

  @TempDir Path folder;

  @Test
  void shouldSayThatItCannotTrain() {
    assertNeedsTraining("participant", "train", "--data", "patients.csv", "--dir", folder);
  }

  @Test
  void shouldSayThatItCannotTakePartBeforeAnythingIsAskedOfTheNetwork() {
    assertNeedsTraining(
        "participant",
        "run",
        "--rpc",
        "http://127.0.0.1:1",
        "--contract",
        "0x" + "00".repeat(20),
        "--node",
        "http://127.0.0.1:1",
        "--keystore",
        folder.resolve("hospital.key"),
        "--data",
        "patients.csv",
        "--dir",
        folder);
  }

  @Test
  void shouldSayThatItCannotPredict() {
    assertNeedsTraining(
        "model", "predict", "--model", "model", "--spec", "spec.json", "--data", "patients.csv");
  }

  private static void assertNeedsTraining(Object... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("fedledger-training is not on its class path");
    assertThat(run.out()).isEmpty();
  }
}
