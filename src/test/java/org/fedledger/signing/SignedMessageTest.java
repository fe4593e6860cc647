package org.fedledger.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.fedledger.crypto.Keccak256;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

/** Every struct, laid out here a second time as words of text. */
class SignedMessageTest {

  private static final String A = "aa".repeat(32);
  private static final String B = "bb".repeat(32);
  private static final String C = "cc".repeat(32);
  private static final String D = "dd".repeat(32);
  private static final String ACCOUNT = "0123456789abcdef0123456789abcdef01234567";
  private static final Address ADDRESS = Address.of("0x" + ACCOUNT);
  private static final String ACCOUNT_WORD = "0".repeat(24) + ACCOUNT;

  private static final Address OTHER = Address.of("0x" + "0f".repeat(20));
  private static final String OTHER_WORD = "0".repeat(24) + "0f".repeat(20);
  private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

  private static final UpdateCommitment COMMITMENT =
      new UpdateCommitment(
          RoundId.of("0x" + A), 255, ADDRESS, Digest.of("0x" + B), 1L << 40, 4294967295L, -1L);
  private static final Publication PUBLICATION =
      new Publication(
          RoundId.of("0x" + A),
          4294967295L,
          Digest.of("0x" + B),
          17,
          Digest.of("0x" + C),
          18,
          DecisionDigest.of("0x" + D));
  private static final Attestation ATTESTATION =
      new Attestation(
          PublicationId.of("0x" + A),
          Digest.of("0x" + B),
          Digest.of("0x" + C),
          Finding.LACK,
          Digest.of("0x" + D));
  private static final UploadReceipt RECEIPT =
      new UploadReceipt(
          RoundId.of("0x" + A), 2, ADDRESS, Digest.of("0x" + B), 5, 6, BlockHash.of("0x" + C));
  private static final Evaluation EVALUATION =
      new Evaluation(
          FederationId.of("0x" + A), 7, Digest.of("0x" + C), ADDRESS, Digest.of("0x" + B));
  private static final NodeRequest REQUEST =
      new NodeRequest(ADDRESS, OTHER, "GET", "/blobs/0x00", 8);
  private static final NodePlace PLACE = new NodePlace(OTHER, "https://node.example/fed", 9);
  private static final GovernanceChange CHANGE =
      new GovernanceChange(FederationId.of("0x" + A), 255, ADDRESS, LARGEST, 9);
  private static final KeyRotation ROTATION = new KeyRotation(ADDRESS, OTHER, 10);
  private static final RecoveryVeto VETO = new RecoveryVeto(ADDRESS, OTHER, 10);
  private static final BudgetRaise RAISE = new BudgetRaise(ADDRESS, -1L);

  @Test
  void shouldHashEachStructAsItsTypeSays() {
    assertStruct(
        COMMITMENT,
        "UpdateCommitment(bytes32 roundId,uint8 stage,address participant,bytes32 digest,uint64"
            + " size,uint64 weight,uint64 privacyCost)",
        A,
        word("ff"),
        ACCOUNT_WORD,
        B,
        word("10000000000"),
        word("ffffffff"),
        word("ffffffffffffffff"));
    assertStruct(
        PUBLICATION,
        "Publication(bytes32 roundId,uint32 attempt,bytes32 model,uint64 modelSize,bytes32"
            + " state,uint64 stateSize,bytes32 acceptedDigest)",
        A,
        word("ffffffff"),
        B,
        word("11"),
        C,
        word("12"),
        D);
    assertStruct(
        ATTESTATION,
        "Attestation(bytes32 publicationId,bytes32 model,bytes32 state,uint8 finding,bytes32"
            + " lacking)",
        A,
        B,
        C,
        word("3"),
        D);
    assertStruct(
        RECEIPT,
        "UploadReceipt(bytes32 roundId,uint8 stage,address author,bytes32 digest,uint64"
            + " size,uint64 blockNumber,bytes32 blockHash)",
        A,
        word("2"),
        ACCOUNT_WORD,
        B,
        word("5"),
        word("6"),
        C);
    assertStruct(
        EVALUATION,
        "Evaluation(bytes32 federationId,uint64 version,bytes32 model,address participant,bytes32"
            + " metricsDigest)",
        A,
        word("7"),
        C,
        ACCOUNT_WORD,
        B);
    assertStruct(
        REQUEST,
        "NodeRequest(address sender,address node,string method,string path,uint64 expiry)",
        ACCOUNT_WORD,
        word(OTHER.hex()),
        hashOf("GET"),
        hashOf("/blobs/0x00"),
        word("8"));
    assertStruct(
        PLACE,
        "NodePlace(address node,string base,uint64 expiry)",
        word(OTHER.hex()),
        hashOf("https://node.example/fed"),
        word("9"));
    assertStruct(
        CHANGE,
        "GovernanceChange(bytes32 federationId,uint8 kind,address account,uint256 value,uint64"
            + " nonce)",
        A,
        word("ff"),
        ACCOUNT_WORD,
        "f".repeat(64),
        word("9"));
    assertStruct(
        ROTATION,
        "KeyRotation(address participant,address signer,uint64 nonce)",
        ACCOUNT_WORD,
        OTHER_WORD,
        word("a"));
    assertStruct(
        VETO,
        "RecoveryVeto(address participant,address signer,uint64 nonce)",
        ACCOUNT_WORD,
        OTHER_WORD,
        word("a"));
    assertStruct(
        RAISE,
        "BudgetRaise(address participant,uint64 budget)",
        ACCOUNT_WORD,
        word("ffffffffffffffff"));
  }

  @Test
  void shouldBindARoundToItsTerms() {
    RoundTerms terms =
        new RoundTerms(
            FederationId.of("0x" + A),
            3,
            Digest.of("0x" + B),
            Digest.of("0x" + C),
            Digest.of("0x" + D),
            4,
            BigInteger.TWO.pow(239),
            5,
            6,
            7,
            64,
            new Draw(LARGEST.shiftRight(1), 4096),
            1000);

    assertThat(terms.id().hex())
        .isEqualTo(
            structHash(
                "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32"
                    + " baseModel,bytes32 baseState,uint64 commitDeadline,uint256"
                    + " laterStages,uint32 revealSeconds,uint32 publicationSeconds,uint32"
                    + " attestationSeconds,uint32 attempts,uint256 drawThreshold,uint32"
                    + " drawn,uint64 weightCap)",
                A,
                word("3"),
                B,
                C,
                D,
                word("4"),
                "00008" + "0".repeat(59),
                word("5"),
                word("6"),
                word("7"),
                word("40"),
                "7" + "f".repeat(63),
                word("1000"),
                word("3e8")));
  }

  @Test
  void shouldNamePublicationsByTheirStructHash() {
    assertThat(PUBLICATION.id().bytes()).isEqualTo(PUBLICATION.structHash());
  }

  @Test
  void shouldHashNoTwoStructsAlike() {
    List<SignedMessage> all =
        List.of(
            COMMITMENT,
            PUBLICATION,
            ATTESTATION,
            RECEIPT,
            EVALUATION,
            REQUEST,
            PLACE,
            CHANGE,
            ROTATION,
            VETO,
            RAISE);

    assertThat(all).hasSize(SignedMessage.class.getPermittedSubclasses().length);
    assertThat(all.stream().map(message -> HexFormat.of().formatHex(message.structHash())))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseValuesThatTheirTypesCannotHold() {
    assertRefused(() -> publicationOfAttempt(-1), "attempt");
    assertRefused(() -> publicationOfAttempt(1L << 32), "attempt");
    assertRefused(() -> change(256, BigInteger.ZERO), "kind");
    assertRefused(() -> change(-1, BigInteger.ZERO), "kind");
    assertRefused(() -> change(0, BigInteger.valueOf(-1)), "value");
    assertRefused(() -> change(0, LARGEST.add(BigInteger.ONE)), "value");
    assertRefused(() -> commitmentOfStage(256), "stage");
    assertRefused(() -> commitmentOfStage(-1), "stage");
    assertRefused(() -> new Draw(BigInteger.valueOf(-1), 1), "threshold");
    assertRefused(() -> new Draw(BigInteger.ONE, -1), "number");
    assertRefused(() -> new NodeRequest(ADDRESS, OTHER, "get", "/", 0), "method");
    assertRefused(() -> new NodeRequest(ADDRESS, OTHER, "GET", "blobs", 0), "path");
    assertRefused(() -> new NodeRequest(ADDRESS, OTHER, "GET", "/\ud800", 0), "path");
    assertRefused(() -> new NodeRequest(ADDRESS, OTHER, "GET", "/a b", 0), "path");
    assertRefused(() -> termsWithSeconds(1L << 32, 0, 0), "revealSeconds");
    assertRefused(() -> termsWithSeconds(0, -1, 0), "publicationSeconds");
    assertRefused(() -> termsWithSeconds(0, 0, 1L << 32), "attestationSeconds");
  }

  @Test
  void shouldWriteANodesBaseInOneWay() {
    assertThat(
            Stream.of(
                    "HTTPS://Node.Example:443/fed/",
                    "https://node.example/fed",
                    "https://node.example:443/fed//")
                .map(text -> NodePlace.base(URI.create(text))))
        .containsOnly("https://node.example/fed");
    assertThat(NodePlace.base(URI.create("http://127.0.0.1:80"))).isEqualTo("http://127.0.0.1");
    assertThat(NodePlace.base(URI.create("http://[::1]:8080/"))).isEqualTo("http://[::1]:8080");
    assertThat(NodePlace.base(URI.create("https://n.example:80")))
        .isEqualTo("https://n.example:80");
    assertRefused(() -> new NodePlace(OTHER, "https://n.example/a b", 0), "base");
  }

  private static GovernanceChange change(int kind, BigInteger value) {
    return new GovernanceChange(EVALUATION.federationId(), kind, ADDRESS, value, 0);
  }

  private static UpdateCommitment commitmentOfStage(int stage) {
    return new UpdateCommitment(PUBLICATION.roundId(), stage, ADDRESS, Digest.NONE, 0, 0, 0);
  }

  private static Publication publicationOfAttempt(long attempt) {
    return new Publication(
        PUBLICATION.roundId(),
        attempt,
        Digest.NONE,
        0,
        Digest.NONE,
        0,
        PUBLICATION.acceptedDigest());
  }

  private static RoundTerms termsWithSeconds(long reveal, long publication, long attestation) {
    return new RoundTerms(
        EVALUATION.federationId(),
        0,
        Digest.NONE,
        Digest.NONE,
        Digest.NONE,
        0,
        BigInteger.ZERO,
        reveal,
        publication,
        attestation,
        1,
        Draw.everybody(1),
        1);
  }

  private static void assertRefused(Runnable construction, String what) {
    assertThatThrownBy(construction::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what);
  }

  private static void assertStruct(SignedMessage message, String type, String... words) {
    assertThat(HexFormat.of().formatHex(message.structHash()))
        .as(type)
        .isEqualTo(structHash(type, words));
  }

  private static String structHash(String type, String... words) {
    String data = hashOf(type) + String.join("", Arrays.asList(words));
    return HexFormat.of().formatHex(Keccak256.hash(HexFormat.of().parseHex(data)));
  }

  private static String hashOf(String text) {
    return HexFormat.of().formatHex(Keccak256.hash(text.getBytes(US_ASCII)));
  }

  private static String word(String hex) {
    return "0".repeat(64 - hex.length()) + hex;
  }
}
