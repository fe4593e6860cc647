package org.fedledger.gate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.fedledger.signing.Reason;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatesTest {

  private static final FederationId FEDERATION = FederationId.of("0x" + "f1".repeat(32));
  private static final RoundId ROUND = RoundId.of("0x" + "a2".repeat(32));
  private static final Digest BASE = Digest.of("0x" + "b3".repeat(32));
  private static final Address AUTHOR = Address.of("0x" + "c4".repeat(20));
  private static final List<TensorSpec> SCHEMA =
      List.of(
          TensorSpec.of("layer0.bias", ElementType.F32, 1),
          TensorSpec.of("layer0.weight", ElementType.F32, 1, 2));
  private static final float[] ELEMENTS = {2f, 3f, 6f};
  private static final Gates GATES = new Gates(FEDERATION, BASE, SCHEMA, OptionalDouble.of(7));

  @TempDir Path folder;

  @Test
  void admitsAnUpdateThatPassesEveryGate() throws IOException {
    assertThat(judge(update(metadata(), SCHEMA, ELEMENTS))).isEqualTo(new Verdict.Admitted());
  }

  @Test
  void refusesWhatNeverCame() throws IOException {
    assertRefused(
        GATES.judge(commitment(Digest.NONE, GATES.updateSize()), Optional.empty()), Reason.MISSING);
  }

  @Test
  void refusesByTheCommitmentAloneASizeThatNoUpdateOfTheSchemaHas() throws IOException {
    for (long size : new long[] {0, GATES.updateSize() - 1, GATES.updateSize() + 1, -1L}) {
      assertRefused(GATES.judge(commitment(Digest.NONE, size), Optional.empty()), Reason.SIZE);
    }
  }

  @Test
  void knowsTheSizeOfEveryUpdateFromTheSchema() throws IOException {
    Path file = update(metadata(), SCHEMA, ELEMENTS);
    assertThat(GATES.updateSize()).isEqualTo(Files.size(file));
  }

  @Test
  void takesAFileOfAnotherSizeThanCommittedForNoFileOfTheCommitment() throws IOException {
    Path file = folder.resolve("short");
    Files.write(file, new byte[10]);
    assertRefused(
        GATES.judge(commitment(Digest.NONE, GATES.updateSize()), Optional.of(file)),
        Reason.MISSING);
  }

  @Test
  void refusesWhatIsNoCanonicalFile() throws IOException {
    Path file = folder.resolve("text");
    Files.write(file, Arrays.copyOf("weights".getBytes(US_ASCII), (int) GATES.updateSize()));
    assertRefused(judge(file), Reason.ENCODING);
  }

  @Test
  void refusesAnUpdateWithoutItsWords() throws IOException {
    Map<String, String> metadata = metadata();
    metadata.put("nonse", metadata.remove("nonce"));
    assertRefused(judge(update(metadata, SCHEMA, ELEMENTS)), Reason.ENCODING);
  }

  @Test
  void refusesAModelInAnUpdatesPlace() throws IOException {
    Map<String, String> metadata = new TreeMap<>(new ModelMetadata(FEDERATION, 1, BASE).toMap());
    Path file = update(metadata, SCHEMA, ELEMENTS);
    metadata.put("p", "-".repeat((int) (GATES.updateSize() - Files.size(file) - 7)));
    assertRefused(judge(update(metadata, SCHEMA, ELEMENTS)), Reason.KIND);
  }

  @Test
  void refusesAnotherFederationRoundAuthorAndBase() throws IOException {
    Map<String, Reason> gates = new TreeMap<>();
    gates.put("federation", Reason.FEDERATION);
    gates.put("round", Reason.ROUND);
    gates.put("author", Reason.AUTHOR);
    gates.put("base", Reason.BASE);
    for (Map.Entry<String, Reason> gate : gates.entrySet()) {
      Map<String, String> metadata = metadata();
      metadata.computeIfPresent(gate.getKey(), (_, v) -> "0x" + "9".repeat(v.length() - 2));
      assertRefused(judge(update(metadata, SCHEMA, ELEMENTS)), gate.getValue());
    }
  }

  @Test
  void namesTheFirstGateOfSeveralThatFail() throws IOException {
    Map<String, String> metadata = metadata();
    metadata.put("author", "0x" + "9".repeat(40));
    metadata.put("round", "0x" + "9".repeat(64));
    assertRefused(judge(update(metadata, SCHEMA, ELEMENTS)), Reason.ROUND);
  }

  @Test
  void refusesOtherTensors() throws IOException {
    List<TensorSpec> turned =
        List.of(SCHEMA.get(0), TensorSpec.of("layer0.weight", ElementType.F32, 2, 1));
    List<TensorSpec> renamed =
        List.of(SCHEMA.get(0), TensorSpec.of("layer1.weight", ElementType.F32, 1, 2));
    assertRefused(judge(update(metadata(), turned, ELEMENTS)), Reason.SCHEMA);
    assertRefused(judge(update(metadata(), renamed, ELEMENTS)), Reason.SCHEMA);
  }

  @Test
  void refusesElementsThatAreNotFinite() throws IOException {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] elements = ELEMENTS.clone();
      elements[2] = bad;
      assertRefused(judge(update(metadata(), SCHEMA, elements)), Reason.NONFINITE);
    }
  }

  @Test
  void refusesANormAboveTheBoundAndTakesOneAtIt() throws IOException {
    float[] above = {2f, 3f, Math.nextUp(6f)};
    assertRefused(judge(update(metadata(), SCHEMA, above)), Reason.NORM);
    Gates unbounded = new Gates(FEDERATION, BASE, SCHEMA, OptionalDouble.empty());
    Path file = update(metadata(), SCHEMA, above);
    assertThat(unbounded.judge(commitment(file), Optional.of(file)))
        .isEqualTo(new Verdict.Admitted());
  }

  private Verdict judge(Path file) throws IOException {
    return GATES.judge(commitment(file), Optional.of(file));
  }

  private static UpdateCommitment commitment(Path file) throws IOException {
    return commitment(Digest.ofContent(Files.readAllBytes(file)), Files.size(file));
  }

  private static UpdateCommitment commitment(Digest digest, long size) {
    return new UpdateCommitment(ROUND, 0, AUTHOR, digest, size, 10, 0);
  }

  private static Map<String, String> metadata() {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("fedledger", "1");
    metadata.put("kind", "update");
    metadata.put("federation", FEDERATION.toString());
    metadata.put("round", ROUND.toString());
    metadata.put("base", BASE.toString());
    metadata.put("author", AUTHOR.toString());
    metadata.put("nonce", "0x" + "d5".repeat(16));
    return metadata;
  }

  private Path update(Map<String, String> metadata, List<TensorSpec> schema, float[] elements)
      throws IOException {
    Path file = Files.createTempFile(folder, "update", ".safetensors");
    SafetensorsHeader header = new SafetensorsHeader(metadata, schema);
    try (SafetensorsWriter out = SafetensorsWriter.create(file, header)) {
      int from = 0;
      for (TensorSpec tensor : header.tensors()) {
        int count = (int) tensor.elements();
        out.floats(Arrays.copyOfRange(elements, from, from + count), count);
        from += count;
      }
      BlobId written = out.commit();
      assertThat(written.size()).isEqualTo(Files.size(file));
    }
    return file;
  }

  private static void assertRefused(Verdict verdict, Reason reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Refused.class, r -> assertThat(r.reason()).as(r.detail()).isEqualTo(reason));
  }
}
