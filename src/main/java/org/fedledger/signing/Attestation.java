package org.fedledger.signing;

import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;

/**
 * A verifier's word on a publication. Whether its parts fit together is the ledger's to say; {@link
 * #match}, {@link #differ} and {@link #lack} make them so.
 *
 * @param model the digest that the verifier computed; {@link Digest#NONE} for {@link Finding#LACK},
 *     and where its computation ends in no model
 * @param state the digest that the verifier computed; {@link Digest#NONE} for a rule without state
 *     and wherever there is no model
 * @param lacking for {@link Finding#LACK} the first file that is missing; else {@link Digest#NONE}
 */
public record Attestation(
    PublicationId publicationId, Digest model, Digest state, Finding finding, Digest lacking)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "Attestation(bytes32 publicationId,bytes32 model,bytes32 state,uint8 finding,"
              + "bytes32 lacking)");

  /** All of the publication, whose model and state these are, is as computed. */
  public static Attestation match(PublicationId publicationId, Digest model, Digest state) {
    return new Attestation(publicationId, model, state, Finding.MATCH, Digest.NONE);
  }

  /** From all files came this model and state, or the publication is wrong in something else. */
  public static Attestation differ(PublicationId publicationId, Digest model, Digest state) {
    return new Attestation(publicationId, model, state, Finding.DIFFER, Digest.NONE);
  }

  /** Nothing could be computed, since this file is missing. */
  public static Attestation lack(PublicationId publicationId, Digest lacking) {
    return new Attestation(publicationId, Digest.NONE, Digest.NONE, Finding.LACK, lacking);
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .bytes32(publicationId.bytes())
        .bytes32(model.bytes())
        .bytes32(state.bytes())
        .uint(finding.code())
        .bytes32(lacking.bytes())
        .hash();
  }
}
