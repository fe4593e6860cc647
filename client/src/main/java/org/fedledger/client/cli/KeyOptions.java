package org.fedledger.client.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.contracts.KeyFile;
import org.fedledger.crypto.SigningKey;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose key signs. */
public final class KeyOptions {

  @Option(
      names = "--keystore",
      required = true,
      paramLabel = "FILE",
      description = "key file (Web3 Secret Storage version 3), as 'fedledger keys new' makes one")
  private Path file;

  @Mixin private Passwords passwords;

  public Path file() {
    return file;
  }

  public SigningKey open() throws IOException {
    return KeyFile.open(file, passwords.existing(file));
  }
}
