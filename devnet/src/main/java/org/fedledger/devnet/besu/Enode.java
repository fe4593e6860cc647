package org.fedledger.devnet.besu;

import java.net.URI;
import java.util.HexFormat;
import java.util.Locale;
import org.fedledger.types.Address;
import org.web3j.crypto.Keys;

/**
 * Where a node of an Ethereum network answers its peers, and by which key they know it.
 *
 * @param publicKey 128 lower-case hex digits
 * @param host a name or an address
 * @param port from 1 to 65535, TCP
 */
public record Enode(String publicKey, String host, int port) {

  /** What Besu listens on unless told otherwise. */
  public static final int DEFAULT_PORT = 30_303;

  public Enode {
    if (!publicKey.matches("[0-9a-f]{128}")) {
      throw new IllegalArgumentException("a node's public key is 128 hex digits: " + publicKey);
    }
    if (!host.matches("[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?|\\[[0-9a-f:]+]")) {
      throw new IllegalArgumentException("not the name of a host: " + host);
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is from 1 to 65535, not " + port);
    }
  }

  /**
   * Reads {@code enode://PUBLICKEY@HOST:PORT}; what may follow it after a question mark is left.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Enode of(String text) {
    URI uri = URI.create(text);
    if (!"enode".equals(uri.getScheme()) || uri.getUserInfo() == null || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "a node is named enode://PUBLICKEY@HOST:PORT, not " + text);
    }
    int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
    return new Enode(uri.getUserInfo().toLowerCase(Locale.ROOT), uri.getHost(), port);
  }

  /** The address that it proposes and seals blocks with. */
  public Address address() {
    return new Address(Keys.getAddress(HexFormat.of().parseHex(publicKey)));
  }

  /** As Besu's lists of nodes have it, where nodes are not discovered. */
  @Override
  public String toString() {
    return "enode://%s@%s:%d?discport=0".formatted(publicKey, host, port);
  }
}
