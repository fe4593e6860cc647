package org.fedledger.client.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.fedledger.client.cli.CommandRun;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.KeyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

  /** A published key of EIP-55's time, known to everybody and worth nothing. */
  private static final String SECRET =
      "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";

  private static final String ADDRESS = "0x2c7536e3605d9c16a7a3d7b1898e529396a65c23";

  @TempDir Path folder;
  private Path keyFile;
  private Path password;

  @BeforeEach
  void choosePassword() throws IOException {
    keyFile = folder.resolve("hospital.key");
    password = folder.resolve("hospital.password");
    Files.writeString(password, "correct horse\n");
  }

  @Test
  void makesAKeyThatOnlyItsOwnerMayRead() throws IOException {
    CommandRun made = make();
    assertThat(made.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(made.out().strip()).matches("0x[0-9a-f]{40}");
    assertThat(Files.getPosixFilePermissions(keyFile))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(KeyFile.open(keyFile, "correct horse").address().toString())
        .isEqualTo(made.out().strip());
  }

  @Test
  void neverOverwritesAKey() throws IOException {
    make();
    byte[] before = Files.readAllBytes(keyFile);
    CommandRun again = make();
    assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("never overwritten");
    assertThat(keyFile).hasBinaryContent(before);
  }

  @Test
  void showsAnAddressWithoutAPassword() {
    CommandRun made = make();
    CommandRun shown = CommandRun.of("keys", "show", keyFile, "--json");
    assertThat(shown.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(shown.out()).contains("\"address\" : \"" + made.out().strip() + "\"");
  }

  @Test
  void importsAKeyAndNeverPrintsIt() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "0x" + SECRET + "\n");
    CommandRun imported =
        CommandRun.of(
            "keys", "import", keyFile, "--secret-file", secret, "--password-file", password);
    assertThat(imported.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(imported.out().strip()).isEqualTo(ADDRESS);
    assertThat(imported.out() + imported.err() + Files.readString(keyFile)).doesNotContain(SECRET);
  }

  @Test
  void doesNotRepeatASecretThatItCannotRead() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, SECRET.substring(1));
    CommandRun refused =
        CommandRun.of(
            "keys", "import", keyFile, "--secret-file", secret, "--password-file", password);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("64 hex digits").doesNotContain(SECRET.substring(1));
    assertThat(keyFile).doesNotExist();
  }

  @Test
  void saysThatAFileIsNoKeyFile() throws IOException {
    Files.writeString(keyFile, "not a key");
    CommandRun shown = CommandRun.of("keys", "show", keyFile);
    assertThat(shown.exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(shown.err()).contains("not a key file");
  }

  @Test
  void teachesTheRightForm() {
    CommandRun wrong = CommandRun.of("keys", "nwe", keyFile);
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("keys").contains("Usage:");
    CommandRun help = CommandRun.of("keys", "--help");
    assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(help.out()).contains("Example:");
  }

  private CommandRun make() {
    return CommandRun.of("keys", "new", keyFile, "--light", "--password-file", password);
  }
}
