package org.fedledger.client.federation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.types.Address;

/**
 * A statement with one party's signature, as a file hands it on.
 *
 * @param signer whose key signed, as the signature itself tells
 */
record SignedStatement(Statement statement, Address signer, Signature signature) {

  static SignedStatement sign(Statement statement, SigningKey key) {
    return new SignedStatement(
        statement, key.address(), statement.domain().sign(statement.message(), key));
  }

  ObjectNode toJson() {
    return statement
        .toJson()
        .put("signer", signer.toString())
        .put("signature", signature.toString());
  }

  /**
   * @throws CommandException if the file is none, or was not signed by whom it names
   */
  static SignedStatement read(Path file) throws IOException {
    JsonNode tree = tree(file);
    if (!tree.has("signature")) {
      throw CommandException.usage(
          file + ": it is not signed yet; run 'fedledger federation sign' on it");
    }
    try {
      JsonReader in = JsonReader.of("statement", tree);
      Statement statement = Statement.of(in);
      Address signer = in.text("signer", Address::of);
      Signature signature = in.text("signature", Signature::of);
      in.end();
      if (statement
          .domain()
          .signer(statement.message(), signature)
          .filter(signer::equals)
          .isEmpty()) {
        throw CommandException.usage(
            "%s: its signature is not that of %s; sign anew".formatted(file, signer));
      }
      return new SignedStatement(statement, signer, signature);
    } catch (MalformedJsonException e) {
      throw CommandException.usage(file + ": " + e.getMessage());
    }
  }

  /**
   * A statement that waits for its signature, or is to be signed by one more.
   *
   * @throws CommandException if the file is none
   */
  static Statement readUnsigned(Path file) throws IOException {
    try {
      JsonNode tree = tree(file);
      return tree.has("signature") ? read(file).statement() : Statement.of(tree);
    } catch (MalformedJsonException e) {
      throw CommandException.usage(file + ": " + e.getMessage());
    }
  }

  private static JsonNode tree(Path file) throws IOException {
    if (Files.size(file) > CanonicalJson.MAX_BYTES) {
      throw CommandException.usage(file + ": too large for a statement");
    }
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw CommandException.usage(file + ": not JSON: " + e.getOriginalMessage());
    }
  }
}
