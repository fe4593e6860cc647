package org.fedledger.contracts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.fedledger.crypto.SigningKey;
import org.fedledger.files.WholeFile;
import org.fedledger.types.Address;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.WalletFile;
import org.web3j.crypto.exception.CipherException;
import org.web3j.utils.Numeric;

/**
 * A signing key in a file, encrypted by a password: Web3 Secret Storage version 3, as geth and Besu
 * read it. Only its owner may read the file.
 */
public final class KeyFile {

  /** How hard a guess at the password is made. */
  public enum Strength {
    /** scrypt with n = 2^18: some 250 MB and a second for each try. */
    STANDARD,
    /** scrypt with n = 2^12, for throw-away keys of demos and tests. */
    LIGHT
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long MAX_BYTES = 64 << 10;

  private KeyFile() {}

  /**
   * Writes a key to a new file.
   *
   * @throws FileAlreadyExistsException rather than overwrite one
   */
  public static void write(Path file, SigningKey key, String password, Strength strength)
      throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(
          file.toString(), null, "a key file is never overwritten; choose another name");
    }
    ECKeyPair pair = ECKeyPair.create(new BigInteger(1, key.revealSecret()));
    WalletFile wallet;
    try {
      wallet =
          strength == Strength.STANDARD
              ? Wallet.createStandard(password, pair)
              : Wallet.createLight(password, pair);
    } catch (CipherException e) {
      throw new IllegalStateException("a key that is valid can be encrypted", e);
    }
    WholeFile.write(file, MAPPER.writeValueAsBytes(wallet));
  }

  /**
   * Reads the address, for which no password is needed.
   *
   * @throws IOException if the file cannot be read, or is no key file
   */
  public static Address address(Path file) throws IOException {
    String address = wallet(file).getAddress();
    if (address == null) {
      throw new IOException(file + ": this key file does not tell its address");
    }
    try {
      return Address.of("0x" + Numeric.cleanHexPrefix(address).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens the key.
   *
   * @throws IOException if the file cannot be read, is no key file, or the password is wrong
   */
  public static SigningKey open(Path file, String password) throws IOException {
    try {
      ECKeyPair pair = Wallet.decrypt(password, wallet(file));
      return SigningKey.fromSecret(
          Numeric.toBytesPadded(Credentials.create(pair).getEcKeyPair().getPrivateKey(), 32));
    } catch (CipherException | RuntimeException e) {
      // The library throws all sorts of unchecked exceptions at what a file may not say.
      throw new IOException(
          file + ": this password does not open the key file, or it is of an unknown kind", e);
    }
  }

  private static WalletFile wallet(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + ": too large for a key file");
    }
    try {
      return MAPPER.readValue(file.toFile(), WalletFile.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + ": not a key file (Web3 Secret Storage version 3): " + e.getOriginalMessage(), e);
    }
  }
}
