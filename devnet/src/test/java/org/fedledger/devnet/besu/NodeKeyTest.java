package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.fedledger.crypto.SigningKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeKeyTest {

  /** G itself, as SEC 2 prints it. */
  private static final String GENERATOR =
      "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
          + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

  private static final String ONE =
      "0000000000000000000000000000000000000000000000000000000000000001";

  @TempDir private Path folder;

  @Test
  void hasThePublicKeyAndAddressOfTheCurve() {
    NodeKey one = new NodeKey(SigningKey.fromSecret(HexFormat.of().parseHex(ONE)));
    assertThat(one.publicKey()).isEqualTo(GENERATOR);
    assertThat(one.at("v1.example.org", 30_303))
        .hasToString("enode://" + GENERATOR + "@v1.example.org:30303?discport=0")
        .extracting(Enode::address)
        .isEqualTo(one.address())
        .hasToString("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
  }

  @Test
  void isMadeOnceAndReadAgain() throws IOException {
    Path file = folder.resolve("node/key");
    NodeKey made = NodeKey.readOrMake(file, new SecureRandom());
    assertThat(NodeKey.readOrMake(file, new SecureRandom()).address()).isEqualTo(made.address());
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
    assertThat(Files.readString(file)).matches("0x[0-9a-f]{64}");
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE, "0x" + ONE, "0x" + ONE + "\n"})
  void isReadInTheFormsThatBesuTakes(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), text);
    assertThat(NodeKey.read(file).publicKey()).isEqualTo(GENERATOR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "secret",
        "00",
        "0x0000000000000000000000000000000000000000000000000000000000000000",
        "zz0000000000000000000000000000000000000000000000000000000000beef"
      })
  void isNotReadFromAnythingElseNorRepeatedInTheError(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), text);
    assertThatIOException()
        .isThrownBy(() -> NodeKey.read(file))
        .withMessage(file + ": not the key of a node, 64 hex digits");
  }

  @Test
  void isNotReadFromALargeFile() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "0".repeat(69));
    assertThatIOException().isThrownBy(() -> NodeKey.read(file)).withMessageContaining("too large");
  }

  @Test
  void anEnodeIsReadBack() {
    Enode enode = new Enode(GENERATOR, "10.0.0.7", 30_304);
    assertThat(Enode.of(enode.toString())).isEqualTo(enode);
    assertThat(Enode.of("enode://" + GENERATOR + "@[::1]:30303").host()).isEqualTo("[::1]");
    assertThat(Enode.of("enode://" + GENERATOR + "@v2").port()).isEqualTo(Enode.DEFAULT_PORT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v1",
        "http://" + GENERATOR + "@v1:1",
        "enode://v1:30303",
        "enode://12@v1:30303",
        "enode://" + GENERATOR + "@v1:0",
        "enode://" + GENERATOR + "@v1:65536",
        "enode://" + GENERATOR + "@:1",
        "enode://" + GENERATOR + "@a b:1"
      })
  void anythingElseIsNoEnode(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Enode.of(text));
  }
}
