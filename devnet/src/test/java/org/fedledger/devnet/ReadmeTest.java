package org.fedledger.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fedledger.client.ClientMain;
import org.fedledger.node.NodeMain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the README tells people to type is what the programs understand. */
class ReadmeTest {

  private static final Path HOME = Path.of(System.getProperty("fedledger.home"));

  private static final String ENODE =
      "enode://%s@besu.hospital.org:30303".formatted("0a".repeat(64));

  @ParameterizedTest
  @CsvSource({"README.md, 14", "docs/besu.md, 3", "docs/offices.md, 6"})
  void everyCommandIsOneThatItsProgramTakes(String file, int atLeast) throws IOException {
    List<String> commands =
        Files.readString(HOME.resolve(file))
            .replaceAll("\\\\\n", " ")
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("./fedledger "))
            .map(line -> line.replaceAll("\\s+#.*", ""))
            .toList();
    assertThat(commands).hasSizeGreaterThanOrEqualTo(atLeast);
    for (String command : commands) {
      String[] args = filledIn(command).split("\\s+");
      assertThatCode(() -> program(args[0]).parseArgs(args)).as(command).doesNotThrowAnyException();
    }
  }

  @Test
  void thePageOfOfficesTellsOfEveryCommandThatAnybodyMaySend() throws IOException {
    String page = Files.readString(HOME.resolve("docs/offices.md"));
    CommandLine federation = ClientMain.commandLine().getSubcommands().get("federation");
    assertThat(federation.getSubcommands()).isNotEmpty();
    federation
        .getSubcommands()
        .forEach(
            (name, command) -> {
              assertThat(page).containsPattern("[` ]" + name + "[`, ]");
              command
                  .getSubcommands()
                  .keySet()
                  .forEach(sub -> assertThat(page).contains(name + " " + sub));
            });
  }

  @Test
  void theTestCommandIsTheOneThatContinuousIntegrationRuns() throws IOException {
    assertThat(Files.readString(HOME.resolve("README.md"))).contains("\nmvn -B verify ");
    assertThat(Files.readAllLines(HOME.resolve(".ci/run"))).contains("mvn -B verify");
  }

  @Test
  void itsJavaIsTheExampleThatIsCompiledAndRun() throws IOException {
    String readme = Files.readString(HOME.resolve("README.md"));
    String java = readme.split("```java\n")[1].split("```")[0];
    assertThat(java).contains("takePart");
    assertThat(
            HOME.resolve(
                "client/training/src/test/java/org/fedledger/client/example/HospitalExample.java"))
        .content()
        .contains(java);
  }

  @Test
  void everyFileItNamesIsThere() throws IOException {
    String readme = Files.readString(HOME.resolve("README.md"));
    List<String> named =
        java.util.regex.Pattern.compile("`(docs/[a-z.-]+|\\.ci/[a-z]+)`")
            .matcher(readme)
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(named).isNotEmpty().allSatisfy(n -> assertThat(HOME.resolve(n)).exists());
  }

  private static String filledIn(String command) {
    return command
        .substring("./fedledger ".length())
        .replace("--rpc URL", "--rpc http://127.0.0.1:8545")
        .replaceAll("ENODE[0-9]", ENODE)
        .replace("NODE", "http://127.0.0.1:8080")
        .replaceAll("0x(…|HOSPITAL[0-9]|NEW)", "0x" + "00".repeat(20))
        .replace("0xhttp://127.0.0.1:8080", "0x" + "00".repeat(20));
  }

  private static CommandLine program(String command) {
    return switch (command) {
      case "demo", "simulate", "devnet" -> DevnetMain.commandLine();
      case "node" -> NodeMain.commandLine();
      default -> ClientMain.commandLine();
    };
  }
}
