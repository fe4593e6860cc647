package org.fedledger.tensor;

import java.util.Map;

/**
 * What a blob says of itself in its header. docs/blobs.md has the table of keys and formats.
 *
 * <p>Models and states name no author and no round, so that every honest aggregator makes the same
 * bytes; updates name both, so that nobody can pass off another's.
 */
public sealed interface BlobMetadata permits ModelMetadata, StateMetadata, UpdateMetadata {

  /** The value of {@code kind}. */
  String kind();

  /** All keys and values as the header carries them. */
  Map<String, String> toMap();

  /**
   * The kind that a header claims, whether known or not.
   *
   * @throws MalformedFileException unless it says {@code fedledger} is {@code 1} and names a kind
   */
  static String kindOf(Map<String, String> metadata) {
    return new MetadataReader(metadata).kind();
  }

  /**
   * Reads a header's metadata.
   *
   * @throws MalformedFileException for an unknown kind, and for missing, unknown or malformed
   *     values
   */
  static BlobMetadata of(Map<String, String> metadata) {
    MetadataReader reader = new MetadataReader(metadata);
    return switch (reader.kind()) {
      case ModelMetadata.KIND -> ModelMetadata.read(reader);
      case StateMetadata.KIND -> StateMetadata.read(reader);
      case UpdateMetadata.KIND -> UpdateMetadata.read(reader);
      default ->
          throw new MalformedFileException(
              "metadata: the kind is model, state or update, not '%s'".formatted(reader.kind()));
    };
  }
}
