package org.fedledger.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.JsonReader;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** The hashes and signatures that Solidity itself makes, written by the contract's own tests. */
class ContractVectorsTest {

  private static final Path FILE =
      Path.of(System.getProperty("basedir", ""))
          .resolve("../contracts/src/test/resources/eip712-vectors.json");

  private final JsonReader vectors = read();
  private final JsonReader domainVector = vectors.object("domain");
  private final SigningDomain domain =
      new SigningDomain(
          domainVector.integer("chainId", 1, Integer.MAX_VALUE),
          domainVector.text("verifyingContract", Address::of));

  @Test
  void shouldSeparateDomainsAsTheContractDoes() {
    assertThat(domain.separator()).isEqualTo(domainVector.text("separator", bytes()));
  }

  @Test
  void shouldHashAndSignEveryMessageAsTheContractDoes() {
    JsonReader signer = vectors.object("signer");
    SigningKey key = SigningKey.fromSecret(signer.text("privateKey", bytes()));
    assertThat(key.address()).isEqualTo(signer.text("address", Address::of));
    Set<Class<?>> seen = new HashSet<>();
    for (JsonReader vector : vectors.objects("messages", Function.identity())) {
      SignedMessage message = message(vector.text("type"), vector.object("fields"));
      Signature signature = vector.text("signature", Signature::of);

      assertThat(message.structHash())
          .as(vector.path())
          .isEqualTo(vector.text("structHash", bytes()));
      assertThat(domain.digest(message)).isEqualTo(vector.text("digest", bytes()));
      assertThat(domain.signer(message, signature)).contains(key.address());
      assertThat(domain.sign(message, key)).isEqualTo(signature);
      seen.add(message.getClass());
    }
    assertThat(seen).containsExactlyInAnyOrder(SignedMessage.class.getPermittedSubclasses());
  }

  @Test
  void shouldBindRoundsAsTheContractDoes() {
    List<JsonReader> rounds = vectors.objects("rounds", Function.identity());
    assertThat(rounds).isNotEmpty();
    for (JsonReader round : rounds) {
      JsonReader f = round.object("fields");
      RoundTerms terms =
          new RoundTerms(
              f.text("federationId", FederationId::of),
              f.uint64("round"),
              f.text("planDigest", Digest::of),
              f.text("baseModel", Digest::of),
              f.text("baseState", Digest::of),
              f.uint64("commitDeadline"),
              uint256(f, "laterStages"),
              f.uint64("revealSeconds"),
              f.uint64("publicationSeconds"),
              f.uint64("attestationSeconds"),
              f.uint64("attempts"),
              new Draw(uint256(f, "drawThreshold"), f.uint64("drawn")),
              f.uint64("weightCap"));

      assertThat(terms.id()).isEqualTo(round.text("roundId", RoundId::of));
    }
  }

  @Test
  void shouldHashDecisionsAsTheContractDoes() {
    List<JsonReader> decisions = vectors.objects("accepted", Function.identity());
    assertThat(decisions).isNotEmpty();
    for (JsonReader vector : decisions) {
      byte[] rejected = vector.text("rejected", bytes());
      Decision decision = Decision.decode(vector.texts("accepted", BigInteger::new), rejected);

      assertThat(decision.digest()).isEqualTo(vector.text("acceptedDigest", DecisionDigest::of));
      assertThat(decision.packedRejections()).isEqualTo(rejected);
    }
  }

  private static SignedMessage message(String type, JsonReader f) {
    return switch (type) {
      case "UpdateCommitment" ->
          new UpdateCommitment(
              f.text("roundId", RoundId::of),
              (int) f.integer("stage", 0, 255),
              f.text("participant", Address::of),
              f.text("digest", Digest::of),
              f.uint64("size"),
              f.uint64("weight"),
              f.uint64("privacyCost"));
      case "Publication" ->
          new Publication(
              f.text("roundId", RoundId::of),
              f.uint64("attempt"),
              f.text("model", Digest::of),
              f.uint64("modelSize"),
              f.text("state", Digest::of),
              f.uint64("stateSize"),
              f.text("acceptedDigest", DecisionDigest::of));
      case "Attestation" ->
          new Attestation(
              f.text("publicationId", PublicationId::of),
              f.text("model", Digest::of),
              f.text("state", Digest::of),
              Finding.of((int) f.integer("finding", 0, 255)),
              f.text("lacking", Digest::of));
      case "UploadReceipt" ->
          new UploadReceipt(
              f.text("roundId", RoundId::of),
              (int) f.integer("stage", 0, 255),
              f.text("author", Address::of),
              f.text("digest", Digest::of),
              f.uint64("size"),
              f.uint64("blockNumber"),
              f.text("blockHash", BlockHash::of));
      case "Evaluation" ->
          new Evaluation(
              f.text("federationId", FederationId::of),
              f.uint64("version"),
              f.text("model", Digest::of),
              f.text("participant", Address::of),
              f.text("metricsDigest", Digest::of));
      case "NodeRequest" ->
          new NodeRequest(
              f.text("sender", Address::of),
              f.text("node", Address::of),
              f.text("method"),
              f.text("path"),
              f.uint64("expiry"));
      case "NodePlace" ->
          new NodePlace(f.text("node", Address::of), f.text("base"), f.uint64("expiry"));
      case "GovernanceChange" ->
          new GovernanceChange(
              f.text("federationId", FederationId::of),
              (int) f.integer("kind", 0, 255),
              f.text("account", Address::of),
              uint256(f, "value"),
              f.uint64("nonce"));
      case "KeyRotation" ->
          new KeyRotation(
              f.text("participant", Address::of), f.text("signer", Address::of), f.uint64("nonce"));
      case "RecoveryVeto" ->
          new RecoveryVeto(
              f.text("participant", Address::of), f.text("signer", Address::of), f.uint64("nonce"));
      case "BudgetRaise" -> new BudgetRaise(f.text("participant", Address::of), f.uint64("budget"));
      default -> throw new IllegalStateException("no message is of type " + type);
    };
  }

  private static BigInteger uint256(JsonReader f, String key) {
    JsonNode node = f.node(key);
    return node.isNumber() ? node.bigIntegerValue() : new BigInteger(node.textValue());
  }

  private static Function<String, byte[]> bytes() {
    return text -> HexFormat.of().parseHex(text, 2, text.length());
  }

  private static JsonReader read() {
    try {
      JsonNode tree = new JsonMapper().readTree(Files.readAllBytes(FILE));
      return JsonReader.of("vectors", tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
