package org.fedledger.tensor;

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
