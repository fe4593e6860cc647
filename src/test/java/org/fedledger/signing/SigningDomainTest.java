package org.fedledger.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.fedledger.crypto.Keccak256;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.junit.jupiter.api.Test;

class SigningDomainTest {

  private static final Address CONTRACT = Address.of("0x" + "c0".repeat(20));
  private static final SigningDomain DOMAIN = new SigningDomain(1337, CONTRACT);
  private static final SigningKey KEY =
      SigningKey.fromSecret(Keccak256.hash("cow".getBytes(US_ASCII)));
  private static final UpdateCommitment COMMITMENT =
      new UpdateCommitment(
          RoundId.of("0x" + "11".repeat(32)),
          0,
          KEY.address(),
          Digest.of("0x" + "22".repeat(32)),
          1000,
          3,
          0);

  /** The worked example of EIP-712 itself: a mail from Cow to Bob. */
  @Test
  void shouldAgreeWithThePublishedExample() {
    byte[] personType = StructEncoder.typeHash("Person(string name,address wallet)");
    byte[] mailType =
        StructEncoder.typeHash(
            "Mail(Person from,Person to,string contents)Person(string name,address wallet)");
    byte[] cow = new StructEncoder(personType).string("Cow").address(KEY.address()).hash();
    byte[] bob =
        new StructEncoder(personType)
            .string("Bob")
            .address(Address.of("0x" + "bb".repeat(20)))
            .hash();
    byte[] mail =
        new StructEncoder(mailType).bytes32(cow).bytes32(bob).string("Hello, Bob!").hash();
    byte[] separator =
        SigningDomain.separator("Ether Mail", "1", 1, Address.of("0x" + "cc".repeat(20)));
    byte[] digest = SigningDomain.digest(separator, mail);

    assertThat(hex(mailType))
        .isEqualTo("a0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2");
    assertThat(hex(mail))
        .isEqualTo("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
    assertThat(hex(separator))
        .isEqualTo("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f");
    assertThat(hex(digest))
        .isEqualTo("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    assertThat(KEY.sign(digest))
        .isEqualTo(
            Signature.of(
                "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
                    + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
                    + "1c"));
  }

  @Test
  void shouldFindTheSigner() {
    Signature signature = DOMAIN.sign(COMMITMENT, KEY);

    assertThat(DOMAIN.signer(COMMITMENT, signature)).contains(KEY.address());
  }

  @Test
  void shouldNotFindTheSignerInAnotherDomain() {
    Signature signature = DOMAIN.sign(COMMITMENT, KEY);

    assertThat(new SigningDomain(1338, CONTRACT).signer(COMMITMENT, signature))
        .isNotEqualTo(DOMAIN.signer(COMMITMENT, signature));
    assertThat(new SigningDomain(1337, KEY.address()).signer(COMMITMENT, signature))
        .isNotEqualTo(DOMAIN.signer(COMMITMENT, signature));
  }

  @Test
  void shouldRefuseAChainWithoutId() {
    assertThatThrownBy(() -> new SigningDomain(0, CONTRACT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chain id");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
