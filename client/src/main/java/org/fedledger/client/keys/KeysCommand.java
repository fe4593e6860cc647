package org.fedledger.client.keys;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.Passwords;
import org.fedledger.contracts.KeyFile;
import org.fedledger.crypto.SigningKey;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, shows and imports signing keys. */
@Command(
    name = "keys",
    description = "Make, show and import signing keys (Web3 Secret Storage version 3).",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: fedledger keys new hospital.key --password-file hospital.password"})
public final class KeysCommand {

  @Command(
      name = "new",
      description = "Make a new key.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: fedledger keys new hospital.key --password-file hospital.password"})
  void create(
      @Parameters(paramLabel = "FILE", description = "the key file to write") Path file,
      @Option(
              names = "--light",
              description = "encrypt it fast and weakly, for demos and tests only")
          boolean light,
      @Mixin Passwords passwords,
      @Mixin Output out)
      throws IOException {
    requireNew(file);
    write(file, SigningKey.generate(new SecureRandom()), passwords, light, out);
  }

  @Command(
      name = "show",
      description = "Show a key file's address; needs no password.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: fedledger keys show hospital.key"})
  void show(
      @Parameters(paramLabel = "FILE", description = "the key file") Path file, @Mixin Output out)
      throws IOException {
    tell(file, KeyFile.address(file), out);
  }

  @Command(
      name = "import",
      description = "Put a key that stands in a file as 64 hex digits into a key file.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: fedledger keys import hospital.key --secret-file secret.txt"})
  void importKey(
      @Parameters(paramLabel = "FILE", description = "the key file to write") Path file,
      @Option(
              names = "--secret-file",
              required = true,
              paramLabel = "FILE",
              description = "file that holds the private key as 64 hex digits, with or without 0x")
          Path secretFile,
      @Mixin Passwords passwords,
      @Mixin Output out)
      throws IOException {
    requireNew(file);
    write(file, secret(secretFile), passwords, false, out);
  }

  private static SigningKey secret(Path file) throws IOException {
    if (Files.size(file) > 100) {
      throw CommandException.usage(file + ": 64 hex digits belong here");
    }
    String text = Files.readString(file).strip();
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    if (!digits.matches("[0-9a-fA-F]{64}")) {
      // The text itself is a secret and is not repeated.
      throw CommandException.usage(file + ": 64 hex digits belong here");
    }
    try {
      return SigningKey.fromSecret(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(file + ": this is no private key of secp256k1");
    }
  }

  private static void requireNew(Path file) {
    if (Files.exists(file)) {
      throw CommandException.usage(file + " exists; a key file is never overwritten");
    }
  }

  private static void write(
      Path file, SigningKey key, Passwords passwords, boolean light, Output out)
      throws IOException {
    KeyFile.write(
        file,
        key,
        passwords.chosen(file),
        light ? KeyFile.Strength.LIGHT : KeyFile.Strength.STANDARD);
    tell(file, key.address(), out);
  }

  private static void tell(Path file, Address address, Output out) {
    out.line("%s", address);
    out.document(
        JsonNodeFactory.instance
            .objectNode()
            .put("address", address.toString())
            .put("file", file.toString()));
  }
}
