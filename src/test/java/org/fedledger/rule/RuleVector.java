package org.fedledger.rule;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** One committed test vector of a rule. */
record RuleVector(
    Path folder,
    Rule rule,
    Optional<Path> state,
    List<WeightedUpdate> updates,
    RuleApplication.NewVersion version,
    AggregationResult expected) {

  /** A rule's own, by name; never none. */
  static List<RuleVector> of(RuleKind kind) throws IOException {
    try (Stream<Path> folders = Files.list(folder(kind))) {
      List<RuleVector> vectors = new ArrayList<>();
      for (Path folder : folders.sorted().toList()) {
        vectors.add(read(folder));
      }
      if (vectors.size() < 10) {
        throw new IllegalStateException(
            "%s has only %d vectors".formatted(kind.id(), vectors.size()));
      }
      return vectors;
    }
  }

  static RuleVector of(RuleKind kind, String name) throws IOException {
    return of(kind).stream().filter(v -> v.toString().equals(name)).findFirst().orElseThrow();
  }

  /** Where a rule's vectors are. */
  static Path folder(RuleKind kind) {
    String place = "/vectors/" + (kind.version() == 1 ? kind.name() : kind.id().replace('/', '-'));
    URL found = RuleVector.class.getResource(place);
    if (found == null) {
      throw new IllegalStateException("%s has no vectors in %s".formatted(kind.id(), place));
    }
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RuleVector read(Path folder) throws IOException {
    byte[] document = Files.readAllBytes(folder.resolve("vector.json"));
    JsonReader vector = JsonReader.of("vector", CanonicalJson.parse(document));
    Optional<Path> state = vector.optional("state", JsonReader::text).map(folder::resolve);
    RuleVector result =
        new RuleVector(
            folder,
            Rules.parse(vector.object("rule")),
            state,
            vector.objects("updates", update -> update(folder, update)),
            version(folder.resolve("base.safetensors"), state),
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

  private static AggregationResult expected(JsonReader in) {
    AggregationResult expected =
        in.has("digest")
            ? new AggregationResult.Written(
                new BlobId(in.text("digest", Digest::of), in.uint64("size")),
                in.optional(
                    "stateDigest",
                    (r, key) -> new BlobId(r.text(key, Digest::of), r.uint64("stateSize"))),
                in.has("leftOut") ? in.texts("leftOut", Address::of) : List.of())
            : new AggregationResult.NonFinite(
                in.text("nonFiniteBlob"),
                in.text("nonFiniteTensor"),
                in.uint64("nonFiniteElement"));
    in.end();
    return expected;
  }

  /** The version after this base. */
  private static RuleApplication.NewVersion version(Path base, Optional<Path> state)
      throws IOException {
    ModelMetadata metadata =
        (ModelMetadata) BlobMetadata.of(SafetensorsHeader.read(base).metadata());
    return new RuleApplication.NewVersion(
        metadata.federation(),
        metadata.version() + 1,
        Blobs.id(base).digest(),
        state.isPresent() ? Blobs.id(state.get()).digest() : Digest.NONE);
  }

  Path base() {
    return folder.resolve("base.safetensors");
  }

  /** There only if a model is expected. */
  Path published() {
    return folder.resolve("expected.safetensors");
  }

  /** There only if a state is expected. */
  Path publishedState() {
    return folder.resolve("expected-state.safetensors");
  }

  AggregationResult run(List<WeightedUpdate> updates, Path folder, int threads) throws IOException {
    return RuleApplication.run(
        rule,
        new RuleApplication.Source(base(), state, updates),
        version,
        new RuleApplication.Target(folder.resolve("model"), folder.resolve("state")),
        threads);
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}
