package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.dataset.RealData;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoIT {

  @Test
  void makesTheSameVersionsOnEveryRunAndInEveryOrderOfArrival() throws Exception {
    DemoRun first = DemoRun.of("--json").ending(ExitCode.DONE);
    DemoRun second = DemoRun.of("--json", "--shuffle-arrival").ending(ExitCode.DONE);
    DemoRun other = DemoRun.of("--json", "--rounds", "1", "--seed", "2").ending(ExitCode.DONE);

    assertThat(first.digests()).hasSize(5).doesNotHaveDuplicates();
    assertThat(second.digests()).isEqualTo(first.digests());
    assertThat(other.digests()).doesNotContainAnyElementsOf(first.digests());
    learnsAndIsVerified(first.report());
  }

  private static void learnsAndIsVerified(JsonNode report) {
    assertThat(report.at("/audit/verified").booleanValue()).isTrue();
    assertThat(report.at("/audit/rounds").intValue()).isEqualTo(5);
    assertThat(report.at("/audit/updates").intValue()).isEqualTo(15);
    assertThat(report.at("/final/metrics/accuracy").doubleValue()).isGreaterThan(0.8);
    assertThat(report.at("/final/perParticipant")).hasSize(3);
    assertThat(report.at("/federation/participants")).hasSize(3);
    assertThat(report.at("/chain/chainId").intValue()).isEqualTo(1337);
    for (JsonNode round : report.get("rounds")) {
      assertThat(round.get("accepted")).hasSize(3);
      assertThat(round.get("rejected")).isEmpty();
      assertThat(round.at("/gas/publish").longValue()).isBetween(21_000L, 120_000L);
      assertThat(round.at("/gas/commit")).hasSize(3);
      round
          .at("/gas/commit")
          .forEach(gas -> assertThat(gas.longValue()).isBetween(21_000L, 75_000L));
    }
  }

  @Test
  void namesTheStoreInWhichAnUpdateWasChanged() {
    DemoRun run = DemoRun.of("--rounds", "3", "--tamper", "update-byte");

    run.ending(ExitCode.OUT_OF_REACH);
    assertThat(run.result())
        .contains("damaged in the store", "committedDigest 0x", "foundDigest 0x")
        .doesNotContain("Audit: FAILED.");
  }

  @Test
  void namesTheAggregatorWhoPublishedAModelOneUlpOff() {
    DemoRun run = DemoRun.of("--rounds", "3", "--tamper", "aggregate-ulp");

    run.ending(ExitCode.VERIFICATION_FAILED);
    assertThat(run.result())
        .contains("Audit: FAILED.", "round 2, 0x", "publishedDigest 0x", "recomputedDigest 0x")
        .contains("The fraud was caught");
  }

  @Test
  void drawsDigitsAndLearnsThem() throws Exception {
    DemoRun run = DemoRun.of("--dataset", "digits", "--json").ending(ExitCode.DONE);

    assertThat(run.report().at("/final/metrics/accuracy").doubleValue()).isGreaterThan(0.9);
  }

  @Test
  void comparesTheFourHospitalsWithThePublishedFigure() throws Exception {
    String folder = RealData.folder("heart").toString();

    DemoRun run = DemoRun.of("--dataset", "heart", "--data", folder, "--rounds", "15", "--json");

    run.ending(ExitCode.DONE);
    assertThat(run.report().at("/final/metrics/accuracy").doubleValue())
        .isGreaterThanOrEqualTo(0.71);
    assertThat(run.told()).contains("for comparison, accuracy 0.685: published FedAvg");
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void readsRealDigitsAsWellAsOneModelTrainedOnAllOfThem() throws Exception {
    String folder = RealData.folder("mnist").toString();

    DemoRun run =
        DemoRun.of(
            "--dataset",
            "mnist",
            "--data",
            folder,
            "--participants",
            "10",
            "--rounds",
            "10",
            "--json");

    run.ending(ExitCode.DONE);
    assertThat(run.report().at("/final/metrics/accuracy").doubleValue())
        .isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void keepsRoundsThatAnIndependentProgramRecomputes(@TempDir Path folder) throws Exception {
    Path kept = folder.resolve("demo");
    DemoRun.of("--rounds", "2", "--dir", kept.toString()).ending(ExitCode.DONE);

    JsonNode report = new ObjectMapper().readTree(kept.resolve("report.json").toFile());
    Process python = start(verification(kept, report));

    assertThat(python.waitFor(1, TimeUnit.MINUTES)).isTrue();
    String said = new String(python.getInputStream().readAllBytes());
    assertThat(python.exitValue()).as(said).isZero();
    assertThat(said).contains(report.at("/rounds/1/digest").textValue().substring(2));
  }

  /** The second round, from its files alone. */
  private static List<String> verification(Path kept, JsonNode report) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", script().toString()));
    command.addAll(List.of("--base", blob(kept, report.at("/rounds/0/digest").textValue())));
    command.addAll(List.of("--published", blob(kept, report.at("/rounds/1/digest").textValue())));
    for (JsonNode update : report.at("/rounds/1/updates")) {
      command.add("--update");
      command.add(
          "%s:%d:%s"
              .formatted(
                  update.get("participant").textValue(),
                  update.get("weight").longValue(),
                  blob(kept, update.get("digest").textValue())));
    }
    return command;
  }

  private static String blob(Path kept, String digest) {
    String hex = digest.substring(2);
    return kept.resolve("node/blobs").resolve(hex.substring(0, 2)).resolve(hex).toString();
  }

  private static Path script() {
    Path script = Path.of("../docs/verify.py");
    assertThat(Files.exists(script)).isTrue();
    return script;
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (java.io.IOException e) {
      return Assumptions.abort("there is no python3 on this machine");
    }
  }
}
