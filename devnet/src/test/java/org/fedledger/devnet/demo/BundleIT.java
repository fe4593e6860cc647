package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a demo leaves behind is enough for somebody who has nothing else. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BundleIT {

  @TempDir Path folder;

  private record Run(int exitCode, String out, String err) {}

  @Test
  void isVerifiedInAnEmptyFolderWithTheNetworkCut() throws Exception {
    Path bundle = played("--rounds", "2");
    assumeTrue(canCutTheNetwork(), "skipped: this user cannot make a network namespace here");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path copy = Files.copy(bundle, empty.resolve("bundle.zip"));

    Process process =
        new ProcessBuilder(withoutNetwork("audit", "verify-bundle", copy.toString(), "--json"))
            .directory(empty.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(out).isEqualTo(ExitCode.DONE);
    JsonNode document = new ObjectMapper().readTree(out);
    assertThat(document.get("verified").booleanValue()).isTrue();
    assertThat(document.get("rounds")).hasSize(2);
    assertThat(document.get("proven")).isNotEmpty();
    assertThat(document.get("assumed").toString()).contains("nobody seals");
  }

  @Test
  void tellsTheSameOfAFraudAsTheAuditDoes() throws IOException {
    Path kept = folder.resolve("demo");
    DemoRun.of("--rounds", "2", "--tamper", "aggregate-ulp", "--dir", kept.toString())
        .ending(ExitCode.VERIFICATION_FAILED);
    Run run = verify(kept.resolve("audit-bundle.zip"), "--json");
    assertThat(run.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(new ObjectMapper().readTree(run.out()).get("problems").toString())
        .contains("recomputed");
  }

  @Test
  void noticesWhatIsDamagedOrNotInIt() throws IOException {
    Path bundle = played("--rounds", "1");
    assertThat(verify(bundle).exitCode()).isEqualTo(ExitCode.DONE);
    Run more = verify(bundle, "--rounds", "1-2", "--json");
    assertThat(more.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    JsonNode incomplete = new ObjectMapper().readTree(more.out());
    assertThat(incomplete.get("verified").booleanValue()).isFalse();
    assertThat(incomplete.get("problems")).isEmpty();
    assertThat(incomplete.get("gaps").toString())
        .contains("of rounds 1 to 2, 1 have ended in the bundle's record");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[bytes.length / 2] ^= 1;
    Run damaged = verify(Files.write(folder.resolve("damaged.zip"), bytes));
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(damaged.err()).contains("no bundle in its one form");
    assertThat(verify(folder.resolve("nowhere.zip")).exitCode()).isEqualTo(ExitCode.USAGE);
  }

  private Path played(String... options) {
    Path kept = folder.resolve("demo");
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--dir", kept.toString()));
    DemoRun.of(all.toArray(String[]::new)).ending(ExitCode.DONE);
    return kept.resolve("audit-bundle.zip");
  }

  private static Run verify(Path bundle, String... options) {
    List<String> arguments = new ArrayList<>(List.of("audit", "verify-bundle"));
    arguments.add(bundle.toString());
    arguments.addAll(List.of(options));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        ClientMain.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }

  private static boolean canCutTheNetwork() {
    try {
      Process probe = new ProcessBuilder("unshare", "--net", "true").start();
      return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static List<String> withoutNetwork(String... arguments) {
    List<String> command = new ArrayList<>(List.of("unshare", "--net"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(ClientMain.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }
}
