package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./fedledger} puts on the class path of each command. */
class LauncherIT {

  private static final Path HOME = Path.of(System.getProperty("fedledger.home"));

  /** Of DL4J and what it drags in. */
  private static final String[] TRAINING = {"deeplearning4j", "nd4j-native", "javacpp"};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit verify",
        "audit verify-bundle",
        "verifier run",
        "federation create",
        "keys new",
        "model get",
        "participant commit"
      })
  void shouldStartWithoutDl4jWhatDoesNotTrain(String command) throws Exception {
    assertThat(started(command)).contains("fedledger-protocol").doesNotContain(TRAINING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"participant run", "participant train", "participant check", "model predict"})
  void shouldStartWithDl4jWhatTrainsOrUsesAModel(String command) throws Exception {
    assertThat(started(command)).contains("fedledger-protocol").contains(TRAINING);
  }

  /** The properties of the JVM in which a command shows its help, its class path among them. */
  private String started(String command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("bash", HOME.resolve("fedledger").toString()));
    words.addAll(List.of(command.split(" ")));
    words.add("--help");
    Path talk = folder.resolve("talk");
    Path help = folder.resolve("help");
    ProcessBuilder launcher =
        new ProcessBuilder(words).redirectError(talk.toFile()).redirectOutput(help.toFile());
    launcher.environment().put("FEDLEDGER_JAVA_OPTS", "-XshowSettings:properties");
    Process process = launcher.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(help).content().contains("Usage: fedledger " + command);
    return Files.readString(talk, StandardCharsets.UTF_8);
  }
}
