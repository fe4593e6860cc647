package org.fedledger.tensor;

import java.util.List;
import java.util.Map;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * A model version's own words.
 *
 * @param version from 0
 * @param parent SHA-256 of the model's file of the version before; {@link Digest#NONE} for version
 *     0
 */
public record ModelMetadata(FederationId federation, long version, Digest parent)
    implements BlobMetadata {

  public static final String KIND = "model";

  public ModelMetadata {
    MetadataReader.requireVersion(version);
  }

  /**
   * Bytes of a version's model with these tensors.
   *
   * @param schema in any order
   */
  public static long fileSize(long version, List<TensorSpec> schema) {
    ModelMetadata any =
        new ModelMetadata(FederationId.of("0x" + "00".repeat(32)), version, Digest.NONE);
    return new SafetensorsHeader(any.toMap(), schema).fileSize();
  }

  static ModelMetadata read(MetadataReader reader) {
    return reader.end(
        new ModelMetadata(
            reader.take("federation", FederationId::of),
            reader.take("version", MetadataReader::version),
            reader.take("parent", Digest::of)));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, String> toMap() {
    return Map.of(
        MetadataReader.FORMAT,
        MetadataReader.FORMAT_VERSION,
        MetadataReader.KIND,
        KIND,
        "federation",
        federation.toString(),
        "version",
        Long.toString(version),
        "parent",
        parent.toString());
  }
}
