package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.fedledger.json.CanonicalJson;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * Makes the test vectors of {@code fedavg/1}: {@code FedAvgVectors <folder>}. What is expected
 * comes from {@link ExactArithmetic}, not from the rule.
 */
final class FedAvgVectors {

  private static final FederationId FEDERATION = new FederationId(filled(32, 0xfe));
  private static final RoundId ROUND = new RoundId(filled(32, 0x01));
  private static final long BASE_VERSION = 4;

  private static final Participant FIRST = new Participant(new Address(filled(20, 0x01)), 1);
  private static final Participant SECOND = new Participant(new Address(filled(20, 0x7f)), 1);
  private static final Participant THIRD = new Participant(new Address(filled(20, 0x80)), 1);
  private static final Participant LAST = new Participant(new Address(filled(20, 0xff)), 1);

  private final Path folder;

  private FedAvgVectors(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  static void write(Path folder) throws IOException {
    FedAvgVectors vectors = new FedAvgVectors(folder);
    vectors.traps();
    vectors.shapes();
    vectors.residuals();
    vectors.overflow();
  }

  private record Participant(Address address, long weight) {
    Participant weighing(long other) {
      return new Participant(address, other);
    }
  }

  private record Update(Participant participant, float... elements) {}

  /**
   * Single elements, each of which comes out otherwise where one rule of the definition is bent.
   */
  private void traps() throws IOException {
    // 2 * 10 + 5 * 20 + 11 * 30 over 60.
    row("weighted-mean", 1, f(1), u(FIRST, 10, 2), u(SECOND, 20, 5), u(LAST, 30, 11));
    // Whoever sums in another order, or compares address bytes as signed, loses the 1.
    row("order-by-address", 1, f(0), u(LAST, 1, 1), u(THIRD, 1, -1e30f), u(SECOND, 1, 1e30f));
    row("order-loses-the-small", 1, f(0), u(THIRD, 1, -1e30f), u(FIRST, 1, 1), u(SECOND, 1, 1e30f));
    // 4294967295 * 1.0000001 takes 56 bits: a fused sum keeps what the product alone loses.
    float x = Math.nextUp(1f);
    row("no-fused-sum", 1, f(0), u(FIRST, 4294967295L, x), u(SECOND, 4294967295L, -x));
    // 1/3 * 3 rounds to 1, of which a fused step would leave 5.6e-17.
    row("no-fused-step", 1.0 / 3.0, f(-1), u(FIRST, 7, 3));
    // 16777217 is no binary32: a sum in single precision forgets the 1.
    row("double-sums", 1, f(0), u(FIRST, 1, 16777216f), u(SECOND, 1, 1), u(THIRD, 1, -16777216f));
    // x * (1/3) is not x / 3.
    row("division-not-reciprocal", 1, f(-1.6666666f), u(FIRST, 1, 2), u(SECOND, 2, 1.5f));
    // The sum starts at +0.0, so that -0.0 in base and updates gives +0.0.
    row("negative-zeros", 1, f(-0f, -0f, 0f), u(FIRST, 3, -0f, 0f, -0f), u(LAST, 1, -0f, 0f, -0f));
    // -0.0 stays where the mean is too small to count and negative.
    row("negative-zero-stays", 1, f(-0f), u(FIRST, 1, -Float.MIN_VALUE), u(LAST, 3, 0f));
    // Half of the smallest subnormal rounds to even, to 0; one and a half of it to 2.
    float tiny = Float.MIN_VALUE;
    row(
        "subnormals",
        1,
        f(0, 0, tiny, -tiny, Float.MIN_NORMAL),
        u(FIRST, 1, tiny, 3 * tiny, 5 * tiny, tiny, -tiny),
        u(SECOND, 1, 0, 0, 0, 2 * tiny, 0));
    // Narrowed once at the end: in between it must not be a binary32.
    row("narrowed-once", 1, f(16777216f), u(FIRST, 1, 1), u(SECOND, 3, 1.0000001f));
    row("server-rate", 0.1, f(1, -3), u(FIRST, 5, 0.3f, 1e-8f), u(SECOND, 6, 0.7f, 1e8f));
    row("largest-weights", 1, f(0), u(FIRST, 4294967295L, 0.1f), u(SECOND, 4294967295L, 0.7f));
    row("one-update", 1, f(0.1f), u(THIRD, 12345, 0.2f));
    row(
        "largest-finite",
        1,
        f(Float.MAX_VALUE, -Float.MAX_VALUE),
        u(FIRST, 1, 0f, -1e31f),
        u(SECOND, 1, 1e31f, 0f));
  }

  private void shapes() throws IOException {
    List<TensorSpec> tensors =
        List.of(
            TensorSpec.of("scalar", ElementType.F32),
            TensorSpec.of("empty", ElementType.F32, 0),
            TensorSpec.of("also.empty", ElementType.F32, 2, 0, 3),
            TensorSpec.of("layer10.weight", ElementType.F32, 2, 2),
            TensorSpec.of("layer2.weight", ElementType.F32, 1, 3),
            TensorSpec.of("Layer2.weight", ElementType.F32, 2),
            TensorSpec.of("layer2_weight", ElementType.F32, 2),
            TensorSpec.of("layer2/weight", ElementType.F32, 1),
            TensorSpec.of("layer2-weight", ElementType.F32, 1));
    vector("names-and-shapes", tensors, 1, random(1, 14), random(2, 14), random(3, 14));
    List<TensorSpec> none = List.of(TensorSpec.of("empty", ElementType.F32, 0));
    vector("no-elements", none, 1, f(), f(), f());
  }

  /**
   * The base is minus the mean, so that what is left is the rounding of the mean itself: any other
   * arithmetic in binary64 shows in the digest. Spans more than one block, with a rest.
   */
  private void residuals() throws IOException {
    int count = 4_096 + 905;
    float[][] updates = new float[9][];
    long[] weights = new long[updates.length];
    List<Update> all = new ArrayList<>();
    for (int i = 0; i < updates.length; i++) {
      updates[i] = random(100 + i, count);
      weights[i] = 1 + new Random(200 + i).nextLong(1L << (3 * i + 8));
      byte[] address = filled(20, 0x55);
      address[19] = (byte) (31 * i);
      all.add(new Update(new Participant(new Address(address), weights[i]), updates[i]));
    }
    all.sort(Comparator.comparing(update -> update.participant().address()));
    float[] base = new float[count];
    for (int i = 0; i < count; i++) {
      base[i] = (float) -ExactArithmetic.mean(column(all, i), weights(all));
    }
    List<TensorSpec> tensors =
        List.of(
            TensorSpec.of("layer0.bias", ElementType.F32, 7),
            TensorSpec.of("layer0.weight", ElementType.F32, 2, count - 7 >> 1));
    vector("residuals", tensors, 1, base, all.reversed());
  }

  private void overflow() throws IOException {
    float max = Float.MAX_VALUE;
    List<TensorSpec> tensors =
        List.of(
            TensorSpec.of("b", ElementType.F32, 2),
            TensorSpec.of("a", ElementType.F32, 3),
            TensorSpec.of("aa", ElementType.F32, 0));
    vector("overflow", tensors, 1, f(0, 0, 0, 0, max), List.of(u(FIRST, 1, 0, 0, 0, 0, 1e32f)));
    vector(
        "overflow-at-a-start",
        tensors,
        1,
        f(0, 0, 0, max, 0),
        List.of(u(FIRST, 1, 0, 0, 0, 1e32f, 0)));
    vector(
        "overflow-in-two",
        tensors,
        2,
        f(0, max, 0, -max, 0),
        List.of(u(FIRST, 1, 0, 1e32f, 0, -max, 0)));
  }

  private void row(String name, double serverRate, float[] base, Update... updates)
      throws IOException {
    List<TensorSpec> tensor = List.of(TensorSpec.of("row", ElementType.F32, base.length));
    vector(name, tensor, serverRate, base, List.of(updates));
  }

  private void vector(
      String name, List<TensorSpec> tensors, double serverRate, float[] base, float[]... updates)
      throws IOException {
    List<Update> all =
        IntStream.range(0, updates.length)
            .mapToObj(i -> new Update(List.of(LAST, FIRST).get(i).weighing(3 + i), updates[i]))
            .toList();
    vector(name, tensors, serverRate, base, all);
  }

  private void vector(
      String name, List<TensorSpec> tensors, double serverRate, float[] base, List<Update> updates)
      throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    ModelMetadata baseMetadata =
        new ModelMetadata(FEDERATION, BASE_VERSION, new Digest(filled(32, 0xba)));
    BlobId baseId = file(own.resolve("base.safetensors"), baseMetadata, tensors, base);
    ObjectNode vector = JsonNodeFactory.instance.objectNode();
    vector.put("rule", "fedavg/1").put("serverRate", serverRate);
    for (int i = 0; i < updates.size(); i++) {
      Participant participant = updates.get(i).participant();
      String file = "update%d.safetensors".formatted(i);
      UpdateMetadata metadata =
          new UpdateMetadata(
              FEDERATION,
              ROUND,
              baseId.digest(),
              participant.address(),
              Nonce.generate(new Random(i)));
      file(own.resolve(file), metadata, tensors, updates.get(i).elements());
      vector
          .withArray("updates")
          .addObject()
          .put("participant", participant.address().toString())
          .put("weight", participant.weight())
          .put("file", file);
    }
    ModelMetadata metadata = new ModelMetadata(FEDERATION, BASE_VERSION + 1, baseId.digest());
    expect(own, vector.putObject("expected"), metadata, tensors, result(serverRate, base, updates));
    Files.write(own.resolve("vector.json"), CanonicalJson.write(vector));
  }

  private static float[] result(double serverRate, float[] base, List<Update> updates) {
    List<Update> ordered =
        updates.stream()
            .sorted(Comparator.comparing(update -> update.participant().address().toString()))
            .toList();
    float[] result = new float[base.length];
    for (int i = 0; i < base.length; i++) {
      result[i] = ExactArithmetic.fedAvg(base[i], column(ordered, i), weights(ordered), serverRate);
    }
    return result;
  }

  private static void expect(
      Path folder,
      ObjectNode expected,
      ModelMetadata metadata,
      List<TensorSpec> tensors,
      float[] result)
      throws IOException {
    int element = 0;
    for (TensorSpec tensor : new SafetensorsHeader(Map.of(), tensors).tensors()) {
      for (int i = 0; i < tensor.elements(); i++, element++) {
        if (!Float.isFinite(result[element])) {
          expected.put("nonFiniteTensor", tensor.name()).put("nonFiniteElement", i);
          return;
        }
      }
    }
    BlobId id = file(folder.resolve("expected.safetensors"), metadata, tensors, result);
    expected.put("digest", id.digest().toString()).put("size", id.size());
  }

  /**
   * @param elements of all tensors in name order
   */
  private static BlobId file(
      Path file, BlobMetadata metadata, List<TensorSpec> tensors, float[] elements)
      throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(metadata.toMap()), tensors);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, header)) {
      writer.floats(elements, elements.length);
      return writer.commit();
    }
  }

  private static float[] column(List<Update> updates, int element) {
    float[] column = new float[updates.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = updates.get(i).elements()[element];
    }
    return column;
  }

  private static long[] weights(List<Update> updates) {
    return updates.stream().mapToLong(update -> update.participant().weight()).toArray();
  }

  private static Update u(Participant participant, long weight, float... elements) {
    return new Update(participant.weighing(weight), elements);
  }

  private static float[] f(float... elements) {
    return elements;
  }

  /** Of all magnitudes that do not overflow, a tenth of them zeros of both signs. */
  private static float[] random(long seed, int count) {
    Random random = new Random(seed);
    float[] elements = new float[count];
    for (int i = 0; i < count; i++) {
      float sign = random.nextBoolean() ? 1f : -1f;
      elements[i] =
          random.nextInt(10) == 0
              ? sign * 0f
              : sign
                  * (1f + random.nextInt(1 << 23) * 0x1p-23f)
                  * Math.scalb(1f, random.nextInt(12) - 6);
    }
    return elements;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
