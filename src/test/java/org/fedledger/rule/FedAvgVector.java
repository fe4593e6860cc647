package org.fedledger.rule;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.BlobMetadata;
import org.fedledger.tensor.Blobs;
import org.fedledger.tensor.ModelMetadata;
import org.fedledger.tensor.SafetensorsHeader;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** One committed test vector of {@code fedavg/1}. */
record FedAvgVector(
    Path folder,
    double serverRate,
    List<WeightedUpdate> updates,
    ModelMetadata metadata,
    AggregationResult expected) {

  static final Path FOLDER = folder("/vectors/fedavg");

  /** All of them, by name; never none. */
  static List<FedAvgVector> all() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      List<Path> sorted = folders.sorted().toList();
      if (sorted.size() < 15) {
        throw new IllegalStateException("only %d vectors in %s".formatted(sorted.size(), FOLDER));
      }
      List<FedAvgVector> vectors = new ArrayList<>();
      for (Path folder : sorted) {
        vectors.add(read(folder));
      }
      return vectors;
    }
  }

  private static FedAvgVector read(Path folder) throws IOException {
    byte[] document = Files.readAllBytes(folder.resolve("vector.json"));
    JsonReader vector = JsonReader.of("vector", CanonicalJson.parse(document));
    vector.text("rule");
    FedAvgVector result =
        new FedAvgVector(
            folder,
            vector.number("serverRate", 0, Double.MAX_VALUE),
            vector.objects("updates", update -> update(folder, update)),
            metadata(folder.resolve("base.safetensors")),
            expected(vector.object("expected")));
    vector.end();
    return result;
  }

  private static WeightedUpdate update(Path folder, JsonReader update) {
    return new WeightedUpdate(
        update.text("participant", Address::of),
        update.integer("weight", 1, WeightedUpdate.MAX_WEIGHT),
        folder.resolve(update.text("file")));
  }

  private static AggregationResult expected(JsonReader expected) {
    return expected.has("digest")
        ? new AggregationResult.Written(
            new BlobId(expected.text("digest", Digest::of), expected.uint64("size")))
        : new AggregationResult.NonFinite(
            expected.text("nonFiniteTensor"), expected.uint64("nonFiniteElement"));
  }

  /** What the version after this base says of itself. */
  private static ModelMetadata metadata(Path base) throws IOException {
    ModelMetadata metadata =
        (ModelMetadata) BlobMetadata.of(SafetensorsHeader.read(base).metadata());
    return new ModelMetadata(
        metadata.federation(), metadata.version() + 1, Blobs.id(base).digest());
  }

  private static Path folder(String resource) {
    try {
      return Path.of(FedAvgVector.class.getResource(resource).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Path base() {
    return folder.resolve("base.safetensors");
  }

  /** There only if a model is expected. */
  Path published() {
    return folder.resolve("expected.safetensors");
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}
