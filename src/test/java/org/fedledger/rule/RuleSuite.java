package org.fedledger.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.fedledger.tensor.Blobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every rule must do with its test vectors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RuleSuite {

  private final RuleKind kind;

  RuleSuite(RuleKind kind) {
    this.kind = kind;
  }

  /** Writes the rule's vectors. */
  abstract void write(Path folder) throws IOException;

  List<RuleVector> vectors() throws IOException {
    return RuleVector.of(kind);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldGiveTheExpectedBytes(RuleVector vector, @TempDir Path folder) throws IOException {
    for (int threads : new int[] {1, 2, 3, 8}) {
      Path own = Files.createDirectory(folder.resolve("threads-" + threads));

      assertThat(vector.run(vector.updates(), own, threads)).isEqualTo(vector.expected());

      if (vector.expected() instanceof AggregationResult.Written written) {
        assertThat(own.resolve("model")).hasSameBinaryContentAs(vector.published());
        if (written.state().isPresent()) {
          assertThat(own.resolve("state")).hasSameBinaryContentAs(vector.publishedState());
        } else {
          assertThat(own.resolve("state")).doesNotExist();
        }
      } else {
        assertThat(own).isEmptyDirectory();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldNotDependOnTheOrderInWhichUpdatesCome(RuleVector vector, @TempDir Path folder)
      throws IOException {
    List<WeightedUpdate> shuffled = new ArrayList<>(vector.updates());
    for (int seed = 0; seed < 3; seed++) {
      Collections.shuffle(shuffled, new Random(seed));

      assertThat(vector.run(shuffled, folder, 2)).isEqualTo(vector.expected());
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldBeRecomputedByTheScript(RuleVector vector, @TempDir Path folder) throws Exception {
    assumeTrue(VerifyScript.isHere(), "docs/verify.py is not tested: python3 is not on the PATH");
    VerifyScript script = new VerifyScript(folder);
    switch (vector.expected()) {
      case AggregationResult.Written written -> {
        VerifyScript.Run run = script.run(VerifyScript.arguments(vector, vector.published()));
        assertThat(run.status()).as(run.output()).isEqualTo(VerifyScript.EQUAL);
        assertThat(run.output())
            .contains("published  " + written.model().digest())
            .contains("recomputed " + written.model().digest())
            .endsWith("equal\n");
        written
            .state()
            .ifPresent(id -> assertThat(run.output()).contains("new state  " + id.digest()));
        written.leftOut().forEach(who -> assertThat(run.output()).contains("left out   " + who));
      }
      case AggregationResult.NonFinite nonFinite -> {
        VerifyScript.Run run = script.run(VerifyScript.arguments(vector, vector.base()));
        assertThat(run.status()).as(run.output()).isEqualTo(VerifyScript.DIFFERENT);
        assertThat(run.output())
            .contains("element %d of %s is".formatted(nonFinite.element(), nonFinite.tensor()));
      }
    }
  }

  @Test
  void shouldHaveTheVectorsThatTheGeneratorMakes(@TempDir Path folder) throws IOException {
    write(folder);

    assertThat(contents(folder)).isEqualTo(contents(RuleVector.folder(kind)));
  }

  @Test
  void shouldBeAmongTheRulesThatASpecMayName() {
    assertThat(Rules.KNOWN).contains(kind);
  }

  /** Every file beneath the folder with its digest, sorted. */
  static List<String> contents(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        lines.add(folder.relativize(file) + " " + Blobs.id(file).digest());
      }
    }
    return lines;
  }
}
