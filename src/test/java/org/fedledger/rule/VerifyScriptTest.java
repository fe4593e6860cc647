package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/verify.py, which shares no code with the rule, must agree with it to the bit. */
class VerifyScriptTest {

  private static final int EQUAL = 0;
  private static final int USAGE = 2;
  private static final int DIFFERENT = 3;

  private static final Path SCRIPT =
      Path.of(System.getProperty("basedir", ""), "..", "docs", "verify.py").toAbsolutePath();

  @TempDir Path folder;

  @BeforeAll
  static void requirePython() throws Exception {
    assumeTrue(hasPython(), "docs/verify.py is not tested: python3 is not on the PATH");
  }

  static Stream<FedAvgVector> vectors() throws IOException {
    return FedAvgVector.all().stream();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldComeToTheSameResult(FedAvgVector vector) throws Exception {
    switch (vector.expected()) {
      case AggregationResult.Written written -> {
        Run run = run(vector, vector.published());
        assertThat(run.status).as(run.output).isEqualTo(EQUAL);
        assertThat(run.output)
            .contains("published  " + written.model().digest())
            .contains("recomputed " + written.model().digest())
            .endsWith("equal\n");
      }
      case AggregationResult.NonFinite nonFinite -> {
        Run run = run(vector, vector.base());
        assertThat(run.status).as(run.output).isEqualTo(DIFFERENT);
        assertThat(run.output)
            .contains("element %d of %s is".formatted(nonFinite.element(), nonFinite.tensor()));
      }
    }
  }

  @Test
  void shouldSayWhereAPublishedFileDiffers() throws Exception {
    FedAvgVector vector = vector("names-and-shapes");
    byte[] published = Files.readAllBytes(vector.published());
    int size = published.length;

    assertDifferent(vector, flipped(published, size - 1), "element 0 of scalar");
    assertDifferent(vector, flipped(published, size - 4 * 14), "element 0 of Layer2.weight");
    assertDifferent(vector, flipped(published, 0), "the header");
    assertDifferent(vector, flipped(published, 100), "the header");
    assertDifferent(vector, Arrays.copyOf(published, size + 1), "bytes after the last element");
    assertDifferent(vector, Arrays.copyOf(published, size - 1), "element 0 of scalar");
    assertDifferent(vector, new byte[0], "the header");
  }

  @Test
  void shouldSeeAnotherWeightRateUpdateOrBase() throws Exception {
    FedAvgVector vector = vector("residuals");
    List<String> right = arguments(vector, vector.published());
    WeightedUpdate first = vector.updates().getFirst();
    Path other = vector.updates().get(1).file();

    assertThat(run(right).status).isEqualTo(EQUAL);
    assertThat(run(replaced(right, argument(first), argument(first, first.weight() + 1))).status)
        .isEqualTo(DIFFERENT);
    assertThat(run(replaced(right, "1.0", "1.0000000000000002")).status).isEqualTo(DIFFERENT);
    assertThat(
            run(replaced(
                    right,
                    argument(first),
                    argument(first).replace(first.file().toString(), other.toString())))
                .status)
        .isEqualTo(DIFFERENT);
    assertThat(run(replaced(right, vector.base().toString(), vector.published().toString())).status)
        .isEqualTo(DIFFERENT);
  }

  @Test
  void shouldSayWhatItCannotUse() throws Exception {
    FedAvgVector vector = vector("one-update");
    List<String> right = arguments(vector, vector.published());
    String update = argument(vector.updates().getFirst());
    Path text = Files.writeString(folder.resolve("text"), "no safetensors at all");

    assertUnusable(List.of(), "--base");
    assertUnusable(replaced(right, update, "0x00:1:file"), "ADDRESS:WEIGHT:FILE");
    assertUnusable(replaced(right, update, update.replace(":12345:", ":0:")), "weight 1 to");
    assertUnusable(replaced(right, "1.0", "0"), "--server-rate");
    assertUnusable(replaced(right, "1.0", "nan"), "--server-rate");
    assertUnusable(replaced(right, vector.base().toString(), "missing"), "missing: No such file");
    assertUnusable(replaced(right, vector.base().toString(), text.toString()), "not a canonical");
    List<String> twice = new ArrayList<>(right);
    twice.addAll(List.of("--update", update));
    assertUnusable(twice, "two updates of one participant");
    Path otherShape = vector("server-rate").base();
    assertUnusable(
        replaced(right, vector.base().toString(), otherShape.toString()),
        "its tensors are not the base version's");
  }

  private record Run(int status, String output) {}

  private Run run(FedAvgVector vector, Path published) throws Exception {
    return run(arguments(vector, published));
  }

  private Run run(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
    command.addAll(arguments);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("verify.py ends").isTrue();
    return new Run(process.exitValue(), Files.readString(output));
  }

  private void assertDifferent(FedAvgVector vector, byte[] published, String where)
      throws Exception {
    Run run = run(vector, Files.write(folder.resolve("published"), published));
    assertThat(run.output).contains("different, first at " + where);
    assertThat(run.status).isEqualTo(DIFFERENT);
  }

  private void assertUnusable(List<String> arguments, String why) throws Exception {
    Run run = run(arguments);
    assertThat(run.output).contains(why);
    assertThat(run.status).isEqualTo(USAGE);
  }

  private static FedAvgVector vector(String name) throws IOException {
    return vectors().filter(vector -> vector.toString().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> arguments(FedAvgVector vector, Path published) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--base", vector.base().toString()));
    arguments.addAll(List.of("--published", published.toString()));
    arguments.addAll(List.of("--server-rate", Double.toString(vector.serverRate())));
    for (WeightedUpdate update : vector.updates()) {
      arguments.addAll(List.of("--update", argument(update)));
    }
    return arguments;
  }

  private static String argument(WeightedUpdate update) {
    return argument(update, update.weight());
  }

  private static String argument(WeightedUpdate update, long weight) {
    return "%s:%d:%s".formatted(update.participant(), weight, update.file());
  }

  private static List<String> replaced(List<String> arguments, String old, String by) {
    assertThat(arguments).contains(old);
    return arguments.stream().map(argument -> argument.equals(old) ? by : argument).toList();
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= 1;
    return flipped;
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
