package org.fedledger.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.crypto.Signature;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/**
 * A node's word that it holds a committed file; it disproves that node's MISSING.
 *
 * @param node who signed
 */
public record SignedReceipt(UploadReceipt receipt, Address node, Signature signature) {

  /** Whether the node named made this signature. */
  public boolean isSignedFor(SigningDomain domain) {
    return domain.signer(receipt, signature).filter(node::equals).isPresent();
  }

  /** Reads what a node answers, or a file of {@link #toJson}. */
  public static SignedReceipt of(JsonNode tree) {
    JsonReader in = JsonReader.of("receipt", tree);
    JsonReader r = in.object("receipt");
    UploadReceipt receipt =
        new UploadReceipt(
            r.text("roundId", RoundId::of),
            (int) r.integer("stage", 0, 255),
            r.text("author", Address::of),
            r.text("digest", Digest::of),
            r.uint64("size"),
            r.uint64("blockNumber"),
            r.text("blockHash", BlockHash::of));
    r.end();
    SignedReceipt signed =
        new SignedReceipt(
            receipt, in.text("node", Address::of), in.text("signature", Signature::of));
    in.end();
    return signed;
  }

  /**
   * @throws org.fedledger.json.MalformedJsonException for any other file than {@link #toJson} gives
   */
  public static SignedReceipt ofJson(byte[] file) {
    return of(CanonicalJson.parse(file));
  }

  public byte[] toJson() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.putObject("receipt")
        .put("roundId", receipt.roundId().toString())
        .put("stage", receipt.stage())
        .put("author", receipt.author().toString())
        .put("digest", receipt.digest().toString())
        .put("size", receipt.size())
        .put("blockNumber", receipt.blockNumber())
        .put("blockHash", receipt.blockHash().toString());
    out.put("node", node.toString());
    out.put("signature", signature.toString());
    return CanonicalJson.write(out);
  }
}
