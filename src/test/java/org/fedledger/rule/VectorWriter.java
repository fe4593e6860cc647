package org.fedledger.rule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.fedledger.json.CanonicalJson;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.ElementType;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.tensor.SafetensorsWriter;
import org.fedledger.tensor.StateMetadata;
import org.fedledger.tensor.TensorSpec;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/** Writes a rule's test vectors, each in a folder of its own. */
final class VectorWriter {

  private static final FederationId FEDERATION = new FederationId(filled(32, 0xfe));
  private static final RoundId ROUND = new RoundId(filled(32, 0x01));
  private static final long BASE_VERSION = 4;

  static final Participant FIRST = participant(0x01);
  static final Participant SECOND = participant(0x7f);
  static final Participant THIRD = participant(0x80);
  static final Participant LAST = participant(0xff);

  record Participant(Address address, long weight) {
    Participant weighing(long other) {
      return new Participant(address, other);
    }
  }

  record Update(Participant participant, float... elements) {}

  /**
   * What a rule gets.
   *
   * @param tensors in name order
   * @param state null for a rule without one
   * @param updates in order of address
   */
  record Given(
      Rule rule, List<TensorSpec> tensors, float[] base, double[] state, List<Update> updates) {

    float[] column(int element) {
      float[] column = new float[updates.size()];
      for (int i = 0; i < column.length; i++) {
        column[i] = updates.get(i).elements()[element];
      }
      return column;
    }

    long[] weights() {
      return updates.stream().mapToLong(update -> update.participant().weight()).toArray();
    }
  }

  /**
   * What comes of it.
   *
   * @param state null for a rule without one
   */
  record Expected(float[] model, double[] state, List<Address> leftOut) {}

  /** The rule once more, by {@link ExactArithmetic}. */
  interface Definition {
    Expected of(Given given);
  }

  private final Path folder;
  private final Definition definition;

  VectorWriter(Path folder, Definition definition) {
    this.folder = folder;
    this.definition = definition;
  }

  static Participant participant(int filling) {
    return new Participant(new Address(filled(20, filling)), 1);
  }

  static Update u(Participant participant, long weight, float... elements) {
    return new Update(participant.weighing(weight), elements);
  }

  static float[] f(float... elements) {
    return elements;
  }

  /** One tensor, and no state. */
  void row(String name, Rule rule, float[] base, Update... updates) throws IOException {
    row(name, rule, base, null, updates);
  }

  /** One tensor. */
  void row(String name, Rule rule, float[] base, double[] state, Update... updates)
      throws IOException {
    List<TensorSpec> tensor = List.of(TensorSpec.of("row", ElementType.F32, base.length));
    vector(name, rule, tensor, base, state, List.of(updates));
  }

  /**
   * @param base elements of all tensors in name order, as in each update
   */
  void vector(
      String name,
      Rule rule,
      List<TensorSpec> tensors,
      float[] base,
      double[] state,
      List<Update> updates)
      throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    List<TensorSpec> sorted = new SafetensorsHeader(Map.of(), tensors).tensors();
    Digest ancestor = new Digest(filled(32, 0xba));
    BlobId baseId =
        model(
            own.resolve("base.safetensors"),
            new ModelMetadata(FEDERATION, BASE_VERSION, ancestor),
            tensors,
            base);
    ObjectNode vector = JsonNodeFactory.instance.objectNode();
    vector.set("rule", Rules.write(rule));
    Digest stateDigest = Digest.NONE;
    if (state != null) {
      vector.put("state", "state.safetensors");
      stateDigest =
          state(
                  own.resolve("state.safetensors"),
                  new StateMetadata(FEDERATION, BASE_VERSION, ancestor),
                  rule.stateForm(sorted).orElseThrow(),
                  state)
              .digest();
    }
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
      model(own.resolve(file), metadata, tensors, updates.get(i).elements());
      vector
          .withArray("updates")
          .addObject()
          .put("participant", participant.address().toString())
          .put("weight", participant.weight())
          .put("file", file);
    }
    List<Update> ordered =
        updates.stream()
            .sorted(Comparator.comparing(update -> update.participant().address().toString()))
            .toList();
    Expected expected = definition.of(new Given(rule, sorted, base, state, ordered));
    expect(own, vector.putObject("expected"), rule, sorted, baseId.digest(), stateDigest, expected);
    Files.write(own.resolve("vector.json"), CanonicalJson.write(vector));
  }

  private static void expect(
      Path folder,
      ObjectNode out,
      Rule rule,
      List<TensorSpec> tensors,
      Digest base,
      Digest baseState,
      Expected expected)
      throws IOException {
    int element = 0;
    for (TensorSpec tensor : tensors) {
      for (int i = 0; i < tensor.elements(); i++, element++) {
        if (!Float.isFinite(expected.model()[element])) {
          out.put("nonFiniteBlob", "model")
              .put("nonFiniteTensor", tensor.name())
              .put("nonFiniteElement", i);
          return;
        }
      }
    }
    BlobId model =
        model(
            folder.resolve("expected.safetensors"),
            new ModelMetadata(FEDERATION, BASE_VERSION + 1, base),
            tensors,
            expected.model());
    out.put("digest", model.digest().toString()).put("size", model.size());
    if (expected.state() != null) {
      BlobId state =
          state(
              folder.resolve("expected-state.safetensors"),
              new StateMetadata(FEDERATION, BASE_VERSION + 1, baseState),
              rule.stateForm(tensors).orElseThrow(),
              expected.state());
      out.put("stateDigest", state.digest().toString()).put("stateSize", state.size());
    }
    expected.leftOut().forEach(who -> out.withArray("leftOut").add(who.toString()));
  }

  private static BlobId model(
      Path file, BlobMetadata metadata, List<TensorSpec> tensors, float[] elements)
      throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(metadata.toMap()), tensors);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, header)) {
      writer.floats(elements, elements.length);
      return writer.commit();
    }
  }

  private static BlobId state(
      Path file, BlobMetadata metadata, List<TensorSpec> tensors, double[] elements)
      throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(metadata.toMap()), tensors);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, header)) {
      writer.doubles(elements, elements.length);
      return writer.commit();
    }
  }

  /** Of all magnitudes that do not overflow, a tenth of them zeros of both signs. */
  static float[] random(long seed, int count) {
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

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
