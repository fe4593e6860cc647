package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.demo.tamper.Tamper;
import org.fedledger.rule.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  @Test
  void shouldNameTheNetworksItKnows() {
    DemoRun run = DemoRun.of("--chain", "geth").ending(ExitCode.USAGE);
    assertThat(run.told()).contains("--chain takes anvil or besu, not 'geth'");
  }

  @Test
  void shouldKillNoValidatorWhereThereIsNone() {
    DemoRun run = DemoRun.of("--chain", "anvil", "--kill-validator", "1").ending(ExitCode.USAGE);
    assertThat(run.told()).contains("--kill-validator goes with --chain besu; anvil has none");
  }

  @Test
  void shouldNameTheRulesItKnows() {
    DemoRun run = DemoRun.of("--rule", "fedprox").ending(ExitCode.USAGE);
    assertThat(run.told()).contains("the rule 'fedprox' is unknown; known are " + Rules.names());
  }

  @Test
  void shouldNameTheDataSetsItKnows() {
    DemoRun run = DemoRun.of("--dataset", "flowers").ending(ExitCode.USAGE);
    assertThat(run.told()).contains("known are patients, heart, digits, mnist");
  }

  @Test
  void shouldNameTheFraudsItKnows() {
    DemoRun run = DemoRun.of("--tamper", "all").ending(ExitCode.USAGE);
    assertThat(run.told()).contains(Tamper.texts()).contains("not 'all'");
  }

  @Test
  void shouldListTheFraudsInItsHelpEachInALine() {
    String help = DemoRun.of("--help").ending(ExitCode.DONE).result();
    for (Tamper kind : Tamper.values()) {
      assertThat(help.lines().map(String::strip))
          .anyMatch(line -> line.matches(kind.text() + " +" + kind.meaning()));
    }
  }

  @Test
  void shouldColludeOnlyWhereThatChangesAnything() {
    assertThat(DemoRun.of("--collude").ending(ExitCode.USAGE).told())
        .contains("--collude goes with --tamper KIND");
    assertThat(
            DemoRun.of("--tamper", "forged-signature", "--collude").ending(ExitCode.USAGE).told())
        .contains("--collude changes nothing in forged-signature");
    assertThat(
            DemoRun.of("--tamper", "aggregate-ulp", "--collude", "--verifiers", "0")
                .ending(ExitCode.USAGE)
                .told())
        .contains("--collude takes verifiers to collude with");
  }

  @Test
  void shouldAskForWhatAFraudTakes() {
    assertThat(DemoRun.of("--tamper", "stale-base", "--rounds", "1").ending(ExitCode.USAGE).told())
        .contains("--tamper stale-base takes at least 3 participants and 2 rounds, not 3 and 1");
    assertThat(
            DemoRun.of("--tamper", "framed-verifier", "--verifiers", "2")
                .ending(ExitCode.USAGE)
                .told())
        .contains("--tamper framed-verifier takes at least 3 verifiers, not 2");
    assertThat(
            DemoRun.of("--tamper", "wider-plan", "--verifiers", "3").ending(ExitCode.USAGE).told())
        .contains("--tamper wider-plan comes to no version where verifiers are honest");
    assertThat(DemoRun.of("--verifiers", "17").ending(ExitCode.USAGE).told())
        .contains("verifiers are 0 to 16, not 17");
  }

  @Test
  void shouldBoundParticipantsAndRounds() {
    assertThat(DemoRun.of("--participants", "65").ending(ExitCode.USAGE).told())
        .contains("participants are 1 to 64, not 65");
    assertThat(DemoRun.of("--rounds", "0").ending(ExitCode.USAGE).told())
        .contains("rounds are 1 to 1000, not 0");
  }

  @Test
  void shouldSayWhatToFetchWhereFilesAreAbsent(@TempDir Path empty) {
    DemoRun run =
        DemoRun.of("--dataset", "mnist", "--data", empty.toString()).ending(ExitCode.OUT_OF_REACH);
    assertThat(run.told()).contains("MNIST", "t10k-labels-idx1-ubyte.gz", "SHA-256");
  }

  @Test
  void shouldNotMixWithWhatIsInAFolder(@TempDir Path used) throws Exception {
    Files.writeString(used.resolve("notes.txt"), "mine");
    DemoRun run = DemoRun.of("--dir", used.toString()).ending(ExitCode.USAGE);
    assertThat(run.told()).contains("is not empty");
    assertThat(used.resolve("notes.txt")).hasContent("mine");
  }

  @Test
  void shouldShowExamplesInItsHelp() {
    assertThat(DemoRun.of("--help").ending(ExitCode.DONE).result())
        .contains("Example: fedledger demo", "--tamper")
        .doesNotContain("shuffle");
  }
}
