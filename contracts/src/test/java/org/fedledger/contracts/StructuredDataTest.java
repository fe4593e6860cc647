package org.fedledger.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.DecisionDigest;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.Finding;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.NodePlace;
import org.fedledger.signing.NodeRequest;
import org.fedledger.signing.Publication;
import org.fedledger.signing.RecoveryVeto;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.StructuredDataEncoder;

/** Another implementation of EIP-712, web3j's, signs the same bytes as ours for every message. */
class StructuredDataTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Property(tries = 50)
  void shouldSignWhatWeb3jWould(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    SigningDomain domain =
        new SigningDomain(1 + random.nextLong(Long.MAX_VALUE - 1), address(random));
    for (SignedMessage message : messages(random)) {
      assertThat(HexFormat.of().formatHex(domain.digest(message)))
          .as("%s in %s", message, domain)
          .isEqualTo(HexFormat.of().formatHex(theirs(domain, message)));
    }
  }

  @Test
  void shouldLeaveOutNoMessage() {
    assertThat(messages(new Random(1)))
        .hasSize(SignedMessage.class.getPermittedSubclasses().length)
        .doesNotHaveDuplicates();
  }

  private static List<SignedMessage> messages(Random random) {
    return List.of(
        new UpdateCommitment(
            new RoundId(word(random)),
            random.nextInt(256),
            address(random),
            new Digest(word(random)),
            random.nextLong(),
            random.nextLong(),
            random.nextLong()),
        new Publication(
            new RoundId(word(random)),
            random.nextLong(1L << 32),
            new Digest(word(random)),
            random.nextLong(),
            new Digest(word(random)),
            random.nextLong(),
            new DecisionDigest(word(random))),
        new Attestation(
            new PublicationId(word(random)),
            new Digest(word(random)),
            new Digest(word(random)),
            Finding.values()[random.nextInt(3)],
            new Digest(word(random))),
        new UploadReceipt(
            new RoundId(word(random)),
            random.nextInt(256),
            address(random),
            new Digest(word(random)),
            random.nextLong(),
            random.nextLong(),
            new BlockHash(word(random))),
        new Evaluation(
            new FederationId(word(random)),
            random.nextLong(),
            new Digest(word(random)),
            address(random),
            new Digest(word(random))),
        new NodeRequest(
            address(random),
            address(random),
            "GET",
            "/blobs/" + new Digest(word(random)),
            random.nextLong()),
        new NodePlace(address(random), "https://node.example/fed", random.nextLong()),
        new GovernanceChange(
            new FederationId(word(random)),
            random.nextInt(256),
            address(random),
            new BigInteger(256, random),
            random.nextLong()),
        new KeyRotation(address(random), address(random), random.nextLong()),
        new RecoveryVeto(address(random), address(random), random.nextLong()),
        new BudgetRaise(address(random), random.nextLong()));
  }

  private static byte[] word(Random random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Address address(Random random) {
    byte[] bytes = new byte[Address.LENGTH];
    random.nextBytes(bytes);
    return new Address(bytes);
  }

  /** The types are those of the records, but for the widths that Java does not have. */
  private static byte[] theirs(SigningDomain domain, SignedMessage message) throws Exception {
    String name = message.getClass().getSimpleName();
    ArrayNode fields = MAPPER.createArrayNode();
    ObjectNode values = MAPPER.createObjectNode();
    for (RecordComponent component : message.getClass().getRecordComponents()) {
      Object value = component.getAccessor().invoke(message);
      fields.add(field(component.getName(), type(component)));
      switch (value) {
        case Finding finding -> values.put(component.getName(), finding.code());
        case Long number -> values.put(component.getName(), unsigned(number).toString());
        default -> values.put(component.getName(), value.toString());
      }
    }
    ObjectNode types = MAPPER.createObjectNode();
    types.set(
        "EIP712Domain",
        MAPPER
            .createArrayNode()
            .add(field("name", "string"))
            .add(field("version", "string"))
            .add(field("chainId", "uint256"))
            .add(field("verifyingContract", "address")));
    types.set(name, fields);
    ObjectNode all = MAPPER.createObjectNode().put("primaryType", name);
    all.set("types", types);
    all.set("message", values);
    all.set(
        "domain",
        MAPPER
            .createObjectNode()
            .put("name", "FedLedger")
            .put("version", "1")
            .put("chainId", Long.toString(domain.chainId()))
            .put("verifyingContract", domain.contract().toString()));
    return new StructuredDataEncoder(all.toString()).hashStructuredData();
  }

  private static BigInteger unsigned(long number) {
    return new BigInteger(Long.toUnsignedString(number));
  }

  private static String type(RecordComponent component) {
    return switch (component.getType().getSimpleName()) {
      case "Address" -> "address";
      case "String" -> "string";
      case "int", "Finding" -> "uint8";
      case "BigInteger" -> "uint256";
      case "long" -> component.getName().equals("attempt") ? "uint32" : "uint64";
      default -> "bytes32";
    };
  }

  private static ObjectNode field(String name, String type) {
    return MAPPER.createObjectNode().put("name", name).put("type", type);
  }
}
