package org.fedledger.signing;

import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * A participant's measurement of a model version on data of its own.
 *
 * @param version of the model, uint64
 * @param model SHA-256 of the model's file that was measured: another history of the ledger may
 *     give the same number to another model
 * @param metricsDigest SHA-256 of the evaluation's file
 */
public record Evaluation(
    FederationId federationId,
    long version,
    Digest model,
    Address participant,
    Digest metricsDigest)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "Evaluation(bytes32 federationId,uint64 version,bytes32 model,"
              + "address participant,bytes32 metricsDigest)");

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(federationId.bytes())
        .uint(version)
        .bytes32(model.bytes())
        .address(participant)
        .bytes32(metricsDigest.bytes())
        .hash();
  }
}
