package org.fedledger.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {

  private static final String ORDER =
      "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

  /** RFC 6979 on secp256k1 with SHA-256, as published with Bitcoin's libraries. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0000000000000000000000000000000000000000000000000000000000000001|Satoshi Nakamoto|934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8|2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5
          0000000000000000000000000000000000000000000000000000000000000001|All those moments will be lost in time, like tears in rain. Time to die...|8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b|547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21
          fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140|Satoshi Nakamoto|fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0|6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5
          f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181|Alan Turing|7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c|58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea
          """)
  void shouldSignAsPublished(String secret, String text, String r, String s) {
    SigningKey key = SigningKey.fromSecret(HexFormat.of().parseHex(secret));
    byte[] hash = Digest.ofContent(text.getBytes(US_ASCII)).bytes();

    Signature signature = key.sign(hash);

    assertThat(signature.toString()).startsWith("0x" + r + s);
    assertThat(signature.recover(hash)).contains(key.address());
  }

  @Test
  void shouldDeriveThePublishedAddresses() {
    SigningKey one = SigningKey.fromSecret(secret(BigInteger.ONE));
    SigningKey cow = SigningKey.fromSecret(Keccak256.hash("cow".getBytes(US_ASCII)));

    assertThat(one.address()).isEqualTo(Address.of("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"));
    assertThat(cow.address()).isEqualTo(Address.of("0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"));
  }

  @Property(tries = 50)
  void shouldSignAsBouncyCastleDoes(
      @ForAll @Size(32) byte[] secretBytes, @ForAll @Size(32) byte[] hash) {
    SigningKey key = SigningKey.fromSecret(reduced(secretBytes));
    ECDSASigner reference = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    reference.init(
        true,
        new ECPrivateKeyParameters(
            new BigInteger(1, key.revealSecret()), new ECDomainParameters(Secp256k1.CURVE)));
    BigInteger[] expected = reference.generateSignature(hash);

    byte[] actual = key.sign(hash).bytes();

    assertThat(new BigInteger(1, Arrays.copyOf(actual, 32))).isEqualTo(expected[0]);
    assertThat(new BigInteger(1, Arrays.copyOfRange(actual, 32, 64)))
        .isEqualTo(expected[1].min(Secp256k1.N.subtract(expected[1])));
  }

  @Property(tries = 50)
  void shouldRecoverTheSignerOfAnyHash(
      @ForAll @Size(32) byte[] secretBytes, @ForAll @Size(32) byte[] hash) {
    SigningKey key = SigningKey.fromSecret(reduced(secretBytes));

    assertThat(key.sign(hash).recover(hash)).contains(key.address());
  }

  @Test
  void shouldGiveBackTheSecretItWasMadeFrom() {
    byte[] secret = secret(BigInteger.TWO.pow(200).add(BigInteger.ONE));

    assertThat(SigningKey.fromSecret(secret).revealSecret()).isEqualTo(secret);
  }

  @Test
  void shouldGenerateDifferentKeys() {
    SecureRandom random = new SecureRandom();

    assertThat(SigningKey.generate(random).address())
        .isNotEqualTo(SigningKey.generate(random).address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01",
        "0000000000000000000000000000000000000000000000000000000000000000",
        ORDER,
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void shouldRefuseASecretOutsideItsRangeWithoutRepeatingIt(String secret) {
    assertThatThrownBy(() -> SigningKey.fromSecret(HexFormat.of().parseHex(secret)))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("ffffffff");
  }

  @Test
  void shouldNotShowItsSecret() {
    SigningKey key = SigningKey.generate(new SecureRandom());

    assertThat(key.toString())
        .contains(key.address().toString())
        .doesNotContain(HexFormat.of().formatHex(key.revealSecret()));
  }

  @Test
  void shouldRefuseToSignWhatIsNoHash() {
    SigningKey key = SigningKey.generate(new SecureRandom());

    assertThatThrownBy(() -> key.sign(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 bytes");
  }

  private static byte[] reduced(byte[] bytes) {
    BigInteger range = Secp256k1.N.subtract(BigInteger.ONE);
    return secret(new BigInteger(1, bytes).mod(range).add(BigInteger.ONE));
  }

  private static byte[] secret(BigInteger number) {
    return Secp256k1.word(number);
  }
}
