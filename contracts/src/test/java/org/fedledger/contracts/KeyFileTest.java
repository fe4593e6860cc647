package org.fedledger.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.TestKeys;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {

  private static final String PASSWORD = "a password for tests";
  private static final SigningKey KEY = TestKeys.key(7);

  /**
   * A test vector of the Web3 Secret Storage definition. Its other one has scrypt parameters that
   * RFC 7914 forbids.
   */
  private static final String VECTOR_PASSWORD = "testpassword";

  private static final String VECTOR_SECRET =
      "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
  private static final Address VECTOR_ADDRESS =
      Address.of("0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b");
  private static final String PBKDF2 =
      """
      {"address": "008aeeda4d805471df9b2a5b0f38a0c3bcba786b",
       "crypto": {"cipher": "aes-128-ctr",
         "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
         "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
         "kdf": "pbkdf2",
         "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256",
           "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
         "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
       "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}
      """;

  @TempDir Path folder;

  @Test
  void shouldOpenThePublishedVector() throws IOException {
    Path file = Files.writeString(folder.resolve("vector.json"), PBKDF2);
    SigningKey key = KeyFile.open(file, VECTOR_PASSWORD);

    assertThat(HexFormat.of().formatHex(key.revealSecret())).isEqualTo(VECTOR_SECRET);
    assertThat(key.address()).isEqualTo(VECTOR_ADDRESS);
    assertThat(KeyFile.address(file)).isEqualTo(VECTOR_ADDRESS);
  }

  @Test
  void shouldOpenWhatItWrote() throws IOException {
    Path file = written();

    assertThat(KeyFile.open(file, PASSWORD).revealSecret()).isEqualTo(KEY.revealSecret());
    assertThat(KeyFile.address(file)).isEqualTo(KEY.address());
    assertThat(Files.readString(file))
        .doesNotContain(HexFormat.of().formatHex(KEY.revealSecret()))
        .doesNotContain(PASSWORD);
  }

  @Test
  void shouldLetOnlyItsOwnerReadTheFileAndLeaveNoOther() throws IOException {
    Path file = written();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void shouldOverwriteNoKey() throws IOException {
    Path file = written();
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> KeyFile.write(file, TestKeys.key(8), PASSWORD, KeyFile.Strength.LIGHT))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void shouldRefuseAnotherPassword() throws IOException {
    Path file = written();

    assertThatThrownBy(() -> KeyFile.open(file, PASSWORD + " "))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not open")
        .hasMessageNotContaining(PASSWORD);
  }

  @Test
  void shouldRefuseDamagedFilesByName() throws IOException {
    String whole = Files.readString(written());
    for (String damaged :
        List.of(
            "",
            "[]",
            "{}",
            "no JSON",
            whole.substring(0, whole.length() / 2),
            whole.replace("\"version\":3", "\"version\":4"),
            whole.replace("aes-128-ctr", "none"),
            whole.replace("scrypt", "md5"),
            whole.replace("\"r\":8", "\"r\":1").replace("\"n\":4096", "\"n\":262144"),
            whole.replace("\"n\":4096", "\"n\":4095"),
            whole.replace("\"dklen\":32", "\"dklen\":-1"),
            whole.replaceFirst("\"salt\":\"..", "\"salt\":\"zz"),
            whole.replaceFirst("\"crypto\":", "\"other\":"),
            whole.replaceFirst("\"mac\":\"....", "\"mac\":\"0000"),
            " ".repeat(70_000) + whole)) {
      Path file = Files.writeString(folder.resolve("damaged.json"), damaged);
      assertThatThrownBy(() -> KeyFile.open(file, PASSWORD))
          .as(damaged.strip())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged.json");
    }
  }

  private Path written() throws IOException {
    Path file = folder.resolve("key.json");
    KeyFile.write(file, KEY, PASSWORD, KeyFile.Strength.LIGHT);
    return file;
  }
}
