package org.fedledger.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.fedledger.crypto.Keccak256;
import org.fedledger.types.Address;
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

  private static final UpdateCommitment COMMITMENT =
      new UpdateCommitment(
          RoundId.of("0x" + A), ADDRESS, Digest.of("0x" + B), 1L << 40, 4294967295L, -1L);
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
      new Attestation(PublicationId.of("0x" + A), Digest.of("0x" + B), Digest.of("0x" + C), true);
  private static final UploadReceipt RECEIPT =
      new UploadReceipt(RoundId.of("0x" + A), ADDRESS, Digest.of("0x" + B), 5, 6);
  private static final Evaluation EVALUATION =
      new Evaluation(FederationId.of("0x" + A), 7, ADDRESS, Digest.of("0x" + B));
  private static final BlobRead READ = new BlobRead(ADDRESS, "GET", "/blobs/0x00", 8);
  private static final GovernanceChange CHANGE =
      new GovernanceChange(FederationId.of("0x" + A), 255, ADDRESS, 9);

  @Test
  void shouldHashEachStructAsItsTypeSays() {
    assertStruct(
        COMMITMENT,
        "UpdateCommitment(bytes32 roundId,address participant,bytes32 digest,uint64 size,uint64"
            + " weight,uint64 privacyCost)",
        A,
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
        "Attestation(bytes32 publicationId,bytes32 model,bytes32 state,bool matches)",
        A,
        B,
        C,
        word("1"));
    assertStruct(
        RECEIPT,
        "UploadReceipt(bytes32 roundId,address author,bytes32 digest,uint64 size,uint64"
            + " blockNumber)",
        A,
        ACCOUNT_WORD,
        B,
        word("5"),
        word("6"));
    assertStruct(
        EVALUATION,
        "Evaluation(bytes32 federationId,uint64 version,address participant,bytes32 metricsDigest)",
        A,
        word("7"),
        ACCOUNT_WORD,
        B);
    assertStruct(
        READ,
        "BlobRead(address reader,string method,string path,uint64 expiry)",
        ACCOUNT_WORD,
        hashOf("GET"),
        hashOf("/blobs/0x00"),
        word("8"));
    assertStruct(
        CHANGE,
        "GovernanceChange(bytes32 federationId,uint8 kind,address account,uint64 nonce)",
        A,
        word("ff"),
        ACCOUNT_WORD,
        word("9"));
  }

  @Test
  void shouldBindARoundToItsTerms() {
    RoundTerms terms =
        new RoundTerms(
            FederationId.of("0x" + A), 3, Digest.of("0x" + B), Digest.of("0x" + C), 4, 5, 6, 7);

    assertThat(terms.id().hex())
        .isEqualTo(
            structHash(
                "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32"
                    + " baseDigest,uint64 commitDeadline,uint32 revealSeconds,uint32"
                    + " publicationSeconds,uint32 attestationSeconds)",
                A,
                word("3"),
                B,
                C,
                word("4"),
                word("5"),
                word("6"),
                word("7")));
  }

  @Test
  void shouldNamePublicationsByTheirStructHash() {
    assertThat(PUBLICATION.id().bytes()).isEqualTo(PUBLICATION.structHash());
  }

  @Test
  void shouldHashNoTwoStructsAlike() {
    List<SignedMessage> all =
        List.of(COMMITMENT, PUBLICATION, ATTESTATION, RECEIPT, EVALUATION, READ, CHANGE);

    assertThat(all).hasSize(SignedMessage.class.getPermittedSubclasses().length);
    assertThat(all.stream().map(message -> HexFormat.of().formatHex(message.structHash())))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseValuesThatTheirTypesCannotHold() {
    assertRefused(() -> publicationOfAttempt(-1), "attempt");
    assertRefused(() -> publicationOfAttempt(1L << 32), "attempt");
    assertRefused(() -> new GovernanceChange(EVALUATION.federationId(), 256, ADDRESS, 0), "kind");
    assertRefused(() -> new GovernanceChange(EVALUATION.federationId(), -1, ADDRESS, 0), "kind");
    assertRefused(() -> new BlobRead(ADDRESS, "get", "/", 0), "method");
    assertRefused(() -> new BlobRead(ADDRESS, "GET", "blobs", 0), "path");
    assertRefused(() -> new BlobRead(ADDRESS, "GET", "/\ud800", 0), "path");
    assertRefused(() -> new BlobRead(ADDRESS, "GET", "/a b", 0), "path");
    assertRefused(() -> termsWithSeconds(1L << 32, 0, 0), "revealSeconds");
    assertRefused(() -> termsWithSeconds(0, -1, 0), "publicationSeconds");
    assertRefused(() -> termsWithSeconds(0, 0, 1L << 32), "attestationSeconds");
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
        0,
        reveal,
        publication,
        attestation);
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
