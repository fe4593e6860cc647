package org.fedledger.tensor;

import java.util.List;
import java.util.Map;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * An update's own words: local weights minus those of the base version.
 *
 * @param round the round's id, not its number, which another history of the ledger may give again
 * @param base SHA-256 of the base version's file
 * @param author the participant
 */
public record UpdateMetadata(
    FederationId federation, RoundId round, Digest base, Address author, Nonce nonce)
    implements BlobMetadata {

  public static final String KIND = "update";

  /**
   * Bytes of every update with these tensors: its own words have one length.
   *
   * @param schema in any order
   */
  public static long fileSize(List<TensorSpec> schema) {
    UpdateMetadata any =
        new UpdateMetadata(
            FederationId.of("0x" + "00".repeat(32)),
            RoundId.of("0x" + "00".repeat(32)),
            Digest.NONE,
            Address.of("0x" + "00".repeat(20)),
            new Nonce("0x" + "00".repeat(16)));
    return new SafetensorsHeader(any.toMap(), schema).fileSize();
  }

  static UpdateMetadata read(MetadataReader reader) {
    return reader.end(
        new UpdateMetadata(
            reader.take("federation", FederationId::of),
            reader.take("round", RoundId::of),
            reader.take("base", Digest::of),
            reader.take("author", Address::of),
            reader.take("nonce", Nonce::new)));
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
        "round",
        round.toString(),
        "base",
        base.toString(),
        "author",
        author.toString(),
        "nonce",
        nonce.toString());
  }
}
