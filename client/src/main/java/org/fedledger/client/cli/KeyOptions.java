package org.fedledger.client.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.contracts.JournalFolder;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.TransactionTerms;
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

  /** How its account sends: what it signed is kept beside the key file until it is in a block. */
  public TransactionTerms terms(Output out) {
    return terms(file, out);
  }

  /** The same for a key file that was given otherwise. */
  public static TransactionTerms terms(Path keyFile, Output out) {
    Path folder = keyFile.toAbsolutePath().getParent();
    if (!Files.isWritable(folder)) {
      out.talk(
          "%s cannot be written: if this is cut off, nothing here tells what was sent", folder);
      return TransactionTerms.inMemory();
    }
    return TransactionTerms.with(
        new JournalFolder(folder.resolve(keyFile.getFileName() + ".transactions")));
  }

  public SigningKey open() throws IOException {
    return KeyFile.open(file, passwords.existing(file));
  }
}
