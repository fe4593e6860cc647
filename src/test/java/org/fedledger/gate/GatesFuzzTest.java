package org.fedledger.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.fedledger.Mutations;
import org.fedledger.signing.Reason;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A participant may commit to any bytes whatever; the gates answer with a verdict, always. */
class GatesFuzzTest {

  private static final UpdateMetadata METADATA =
      new UpdateMetadata(
          FederationId.of("0x" + "f1".repeat(32)),
          RoundId.of("0x" + "a2".repeat(32)),
          Digest.of("0x" + "b3".repeat(32)),
          Address.of("0x" + "c4".repeat(20)),
          Nonce.generate(new Random(1)));

  @TempDir Path folder;

  @Test
  void shouldJudgeWhateverIsCommitted() throws IOException {
    List<TensorSpec> schema = List.of(TensorSpec.of("a", ElementType.F32, 40));
    float[] elements = new float[40];
    Arrays.fill(elements, 1.5f);
    Gates gates = gates(schema, OptionalDouble.of(1e6));
    byte[] update = Files.readAllBytes(write(schema, elements));
    Path file = folder.resolve("mutated");
    Set<Reason> seen = EnumSet.noneOf(Reason.class);
    for (int seed = 0; seed < 4_000; seed++) {
      byte[] mutated = Mutations.of(update, seed);
      Files.write(file, mutated);
      UpdateCommitment committed = commitment(Digest.ofContent(mutated), mutated.length);
      if (gates.judge(committed, Optional.of(file))
          instanceof Verdict.Refused(var reason, var detail)) {
        assertThat(detail).isNotEmpty();
        seen.add(reason);
      }
    }
    assertThat(seen)
        .contains(Reason.ENCODING, Reason.FEDERATION, Reason.ROUND, Reason.AUTHOR, Reason.BASE)
        .doesNotContain(Reason.UNKNOWN, Reason.MISSING, Reason.DIGEST);
  }

  /**
   * Beside 2^60 every further 1 is lost, in a block of their own the ones count; so the sum tells
   * whether blocks of 4,096 were summed by themselves and then added.
   */
  @Test
  void shouldAddSquaresWithinBlocksFirst() throws IOException {
    List<TensorSpec> schema = List.of(TensorSpec.of("a", ElementType.F32, 2 * 4_096));
    float[] elements = new float[2 * 4_096];
    Arrays.fill(elements, 1f);
    elements[0] = 0x1p30f; // Its square is 2^60, whose neighbours lie 256 apart.
    double sum = 0x1p60 + 4_096;
    // The largest bound whose square is below the sum, and the next above it.
    double bound = Math.sqrt(sum);
    while (bound * bound >= sum) {
      bound = Math.nextDown(bound);
    }
    double lower = bound;
    while (bound * bound < sum) {
      bound = Math.nextUp(bound);
    }
    Path file = write(schema, elements);

    assertThat(judge(gates(schema, OptionalDouble.of(bound)), file))
        .isInstanceOf(Verdict.Admitted.class);
    assertThat(judge(gates(schema, OptionalDouble.of(lower)), file))
        .isInstanceOf(Verdict.Refused.class);
    assertThat(lower * lower).isGreaterThanOrEqualTo(0x1p60); // What a sum without blocks gives.
  }

  @Test
  void shouldBeginANewBlockWithEachTensor() throws IOException {
    List<TensorSpec> schema =
        List.of(TensorSpec.of("a", ElementType.F32, 1), TensorSpec.of("b", ElementType.F32, 2_048));
    float[] elements = new float[2_049];
    Arrays.fill(elements, 1f);
    elements[0] = 0x1p30f;
    Path file = write(schema, elements);
    double sum = 0x1p60 + 2_048;
    double lower = Math.sqrt(sum);
    while (lower * lower >= sum) {
      lower = Math.nextDown(lower);
    }

    assertThat(judge(gates(schema, OptionalDouble.of(lower)), file))
        .isInstanceOf(Verdict.Refused.class);
    assertThat(lower * lower).isGreaterThanOrEqualTo(0x1p60);
  }

  /** A rounded root's square often misses its sum; there a root or quotient judges otherwise. */
  @Test
  void shouldCompareSquaresAndNotRootsOrQuotients() throws IOException {
    List<TensorSpec> schema = List.of(TensorSpec.of("a", ElementType.F32, 2));
    Random random = new Random(1);
    int told = 0;
    for (int i = 0; i < 200; i++) {
      float[] elements = {random.nextFloat(), random.nextFloat()};
      double sum = (double) elements[0] * elements[0] + (double) elements[1] * elements[1];
      double bound = Math.sqrt(sum);
      boolean refused =
          judge(gates(schema, OptionalDouble.of(bound)), write(schema, elements))
              instanceof Verdict.Refused;
      assertThat(refused).isEqualTo(sum > bound * bound);
      told += refused != (sum / bound > bound) ? 1 : 0;
    }
    assertThat(told).as("cases in which a quotient would judge otherwise").isPositive();
  }

  private static Gates gates(List<TensorSpec> schema, OptionalDouble bound) {
    return new Gates(METADATA.federation(), METADATA.base(), schema, bound);
  }

  private static Verdict judge(Gates gates, Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    return gates.judge(commitment(Digest.ofContent(content), content.length), Optional.of(file));
  }

  private static UpdateCommitment commitment(Digest digest, long size) {
    return new UpdateCommitment(METADATA.round(), 0, METADATA.author(), digest, size, 1, 0);
  }

  private Path write(List<TensorSpec> schema, float[] elements) throws IOException {
    Path file = folder.resolve("update");
    SafetensorsHeader header = new SafetensorsHeader(METADATA.toMap(), schema);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, header)) {
      writer.floats(elements, elements.length);
      writer.commit();
    }
    return file;
  }
}
