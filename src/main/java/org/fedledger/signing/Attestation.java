package org.fedledger.signing;

import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;

/**
 * A verifier's word on a publication.
 *
 * @param model the digest that the verifier computed
 * @param state the digest that the verifier computed; {@link Digest#NONE} for a rule without state
 * @param matches whether all of the publication is as the verifier computed it
 */
public record Attestation(PublicationId publicationId, Digest model, Digest state, boolean matches)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "Attestation(bytes32 publicationId,bytes32 model,bytes32 state,bool matches)");

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(publicationId.bytes())
        .bytes32(model.bytes())
        .bytes32(state.bytes())
        .bool(matches)
        .hash();
  }
}
