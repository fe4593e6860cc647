package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/verify.py, which shares no code with the rule, must agree with it to the bit. */
class VerifyScriptTest {

  private static final int EQUAL = VerifyScript.EQUAL;
  private static final int USAGE = VerifyScript.USAGE;
  private static final int DIFFERENT = VerifyScript.DIFFERENT;

  @TempDir Path folder;

  @BeforeAll
  static void requirePython() throws Exception {
    assumeTrue(VerifyScript.isHere(), "docs/verify.py is not tested: python3 is not on the PATH");
  }

  @Test
  void shouldSayWhereAPublishedFileDiffers() throws Exception {
    RuleVector vector = vector("names-and-shapes");
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
    RuleVector vector = vector("residuals");
    List<String> right = VerifyScript.arguments(vector, vector.published());
    WeightedUpdate first = vector.updates().getFirst();
    Path other = vector.updates().get(1).file();

    assertThat(run(right).status()).isEqualTo(EQUAL);
    assertThat(
            run(replaced(
                    right,
                    VerifyScript.argument(first),
                    VerifyScript.argument(first, first.weight() + 1)))
                .status())
        .isEqualTo(DIFFERENT);
    assertThat(run(replaced(right, "serverRate=1.0", "serverRate=1.0000000000000002")).status())
        .isEqualTo(DIFFERENT);
    assertThat(
            run(replaced(
                    right,
                    VerifyScript.argument(first),
                    VerifyScript.argument(first)
                        .replace(first.file().toString(), other.toString())))
                .status())
        .isEqualTo(DIFFERENT);
    assertThat(
            run(replaced(right, vector.base().toString(), vector.published().toString())).status())
        .isEqualTo(DIFFERENT);
  }

  @Test
  void shouldSayWhereAPublishedStateDiffers() throws Exception {
    RuleVector vector = RuleVector.of(FedAvgM.KIND, "names-and-shapes");
    List<String> right = VerifyScript.arguments(vector, vector.published());
    byte[] published = Files.readAllBytes(vector.publishedState());
    Path changed = Files.write(folder.resolve("changed"), flipped(published, published.length - 8));

    VerifyScript.Run run =
        run(replaced(right, vector.publishedState().toString(), changed.toString()));

    assertThat(run.output()).contains("different, first at element 0 of scalar in the state");
    assertThat(run.status()).isEqualTo(DIFFERENT);
    assertUnusable(
        right.stream().filter(a -> !a.contains("state")).toList(), "fedavgm/1 takes --state");
  }

  @Test
  void shouldSayWhatItCannotUse() throws Exception {
    RuleVector vector = vector("one-update");
    List<String> right = VerifyScript.arguments(vector, vector.published());
    String update = VerifyScript.argument(vector.updates().getFirst());
    Path text = Files.writeString(folder.resolve("text"), "no safetensors at all");

    assertUnusable(List.of(), "--base");
    assertUnusable(replaced(right, update, "0x00:1:file"), "ADDRESS:WEIGHT:FILE");
    assertUnusable(replaced(right, update, update.replace(":12345:", ":0:")), "weight 1 to");
    assertUnusable(replaced(right, "serverRate=1.0", "serverRate=0"), "serverRate");
    assertUnusable(replaced(right, "serverRate=1.0", "serverRate=nan"), "serverRate");
    assertUnusable(replaced(right, vector.base().toString(), "missing"), "missing: No such file");
    assertUnusable(replaced(right, vector.base().toString(), text.toString()), "not a canonical");
    assertUnusable(replaced(right, "serverRate=1.0", "momentum=1"), "fedavg/1 takes serverRate");
    assertUnusable(replaced(right, "fedavg/1", "fedavg/2"), "known are fedavg/1, fedavgm/1");
    assertUnusable(replaced(right, "fedavg/1", "krum/1"), "krum/1 takes byzantine");
    List<String> twice = new ArrayList<>(right);
    twice.addAll(List.of("--update", update));
    assertUnusable(twice, "two updates of one participant");
    Path otherShape = vector("server-rate").base();
    assertUnusable(
        replaced(right, vector.base().toString(), otherShape.toString()),
        "its tensors are not the base version's");
  }

  private void assertDifferent(RuleVector vector, byte[] published, String where) throws Exception {
    VerifyScript.Run run =
        run(VerifyScript.arguments(vector, Files.write(folder.resolve("published"), published)));
    assertThat(run.output()).contains("different, first at " + where);
    assertThat(run.status()).isEqualTo(DIFFERENT);
  }

  private void assertUnusable(List<String> arguments, String why) throws Exception {
    VerifyScript.Run run = run(arguments);
    assertThat(run.output()).contains(why);
    assertThat(run.status()).isEqualTo(USAGE);
  }

  private VerifyScript.Run run(List<String> arguments) throws Exception {
    return new VerifyScript(folder).run(arguments);
  }

  private static RuleVector vector(String name) throws IOException {
    return RuleVector.of(FedAvg.KIND, name);
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
}
