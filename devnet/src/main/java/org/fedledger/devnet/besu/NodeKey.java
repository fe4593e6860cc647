package org.fedledger.devnet.besu;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.fedledger.crypto.SigningKey;
import org.fedledger.files.WholeFile;
import org.fedledger.types.Address;
import org.web3j.crypto.Sign;
import org.web3j.utils.Numeric;

/**
 * The key by which a Besu node is known to its peers and seals blocks. Besu keeps it in the clear,
 * so the file's mode and whoever holds the machine are all that guard it; it is for nothing else.
 */
public record NodeKey(SigningKey key) {

  /** Two digits for each byte, {@code 0x} and a line end. */
  private static final long MAX_BYTES = 2 * SigningKey.LENGTH + 4;

  private static final int PUBLIC_KEY_DIGITS = 128;

  public static NodeKey generate(SecureRandom random) {
    return new NodeKey(SigningKey.generate(random));
  }

  /**
   * Reads a key file of Besu.
   *
   * @throws IOException if it cannot be read or is none; the message does not repeat its content
   */
  public static NodeKey read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + ": too large for the key of a node");
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    try {
      return new NodeKey(
          SigningKey.fromSecret(HexFormat.of().parseHex(Numeric.cleanHexPrefix(text))));
    } catch (IllegalArgumentException e) {
      // Its own message might repeat a digit of the key.
      throw new IOException(file + ": not the key of a node, 64 hex digits");
    }
  }

  /** The key of that file; where there is none, a new one is made and written there. */
  public static NodeKey readOrMake(Path file, SecureRandom random) throws IOException {
    if (Files.exists(file)) {
      return read(file);
    }
    NodeKey made = generate(random);
    made.write(file);
    return made;
  }

  /** Writes the key file that Besu reads, for its owner only. */
  public void write(Path file) throws IOException {
    byte[] text =
        ("0x" + HexFormat.of().formatHex(key.revealSecret())).getBytes(StandardCharsets.US_ASCII);
    WholeFile.write(file, text);
  }

  public Address address() {
    return key.address();
  }

  /** 128 hex digits. */
  public String publicKey() {
    BigInteger point = Sign.publicKeyFromPrivate(new BigInteger(1, key.revealSecret()));
    return Numeric.toHexStringNoPrefixZeroPadded(point, PUBLIC_KEY_DIGITS);
  }

  public Enode at(String host, int port) {
    return new Enode(publicKey(), host, port);
  }
}
