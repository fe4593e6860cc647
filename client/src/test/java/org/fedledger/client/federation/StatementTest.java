package org.fedledger.client.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.fedledger.client.cli.CommandException;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.CanonicalJson;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.RecoveryVeto;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatementTest {

  private static final Address ONE = Address.of("0x" + "11".repeat(20));
  private static final Address TWO = Address.of("0x" + "02".repeat(20));
  private static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "fe".repeat(20)));
  private static final SigningKey KEY = key();

  @TempDir Path folder;

  private static SigningKey key() {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 7);
    return SigningKey.fromSecret(secret);
  }

  private static GovernanceChange change(GovernanceKind kind, Address account, BigInteger value) {
    return new GovernanceChange(
        FederationId.of("0x" + "0f".repeat(32)), kind.code(), account, value, -1);
  }

  private SignedStatement throughAFile(SignedMessage message) throws IOException {
    SignedStatement signed = SignedStatement.sign(new Statement(DOMAIN, message), KEY);
    Path file = Files.write(folder.resolve("signed"), CanonicalJson.write(signed.toJson()));
    assertThat(SignedStatement.read(file)).isEqualTo(signed);
    return signed;
  }

  @ParameterizedTest
  @EnumSource(GovernanceKind.class)
  void ofEveryKindOfGovernanceComesThroughAFile(GovernanceKind kind) throws IOException {
    throughAFile(change(kind, ONE, BigInteger.TEN));
  }

  @Test
  void ofAParticipantComesThroughAFile() throws IOException {
    throughAFile(new KeyRotation(ONE, TWO, 3));
    throughAFile(new RecoveryVeto(ONE, TWO, -1));
    throughAFile(new BudgetRaise(ONE, -1));
  }

  @Test
  void saysInWordsWhatIsSigned() {
    assertThat(words(change(GovernanceKind.ADD_VERIFIER, ONE, BigInteger.TWO)))
        .isEqualTo(ONE + " becomes a verifier, and 2 of them make a version final");
    assertThat(words(change(GovernanceKind.ADD_VERIFIER, ONE, BigInteger.ZERO)))
        .isEqualTo(ONE + " becomes a verifier");
    assertThat(words(change(GovernanceKind.REPLACE_VERIFIER, ONE, GovernanceWords.value(TWO))))
        .isEqualTo(TWO + " is a verifier in place of " + ONE);
    assertThat(
            words(change(GovernanceKind.CHANGE_SUCCESSOR, GovernanceWords.NOBODY, BigInteger.ZERO)))
        .startsWith("nobody");
    assertThat(words(new KeyRotation(ONE, TWO, 0))).contains(ONE + " signs with the key " + TWO);
    assertThat(words(new BudgetRaise(ONE, -1))).endsWith("18446744073709551615");
  }

  private static String words(SignedMessage message) {
    return new Statement(DOMAIN, message).words();
  }

  @Test
  void isRefusedWhereItWasChangedAfterItWasSigned() throws IOException {
    SignedStatement signed = throughAFile(new KeyRotation(ONE, TWO, 3));
    String altered =
        new String(CanonicalJson.write(signed.toJson()))
            .replace("\"nonce\":\"3\"", "\"nonce\":\"4\"");
    Path file = Files.writeString(folder.resolve("altered"), altered);
    assertThatThrownBy(() -> SignedStatement.read(file))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("not that of " + KEY.address());
  }

  @Test
  void isRefusedWhereNobodySignedIt() throws IOException {
    Statement unsigned = new Statement(DOMAIN, new KeyRotation(ONE, TWO, 3));
    Path file = Files.write(folder.resolve("unsigned"), CanonicalJson.write(unsigned.toJson()));
    assertThat(SignedStatement.readUnsigned(file)).isEqualTo(unsigned);
    assertThatThrownBy(() -> SignedStatement.read(file))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("federation sign");
  }

  @Test
  void isRefusedWhereItSaysMoreThanItsSignerSaw() throws IOException {
    SignedStatement signed = throughAFile(new KeyRotation(ONE, TWO, 3));
    Path file =
        Files.write(
            folder.resolve("more"),
            CanonicalJson.write(signed.toJson().put("comment", "harmless")));
    assertThatThrownBy(() -> SignedStatement.read(file))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("comment");
  }
}
