package org.fedledger.signing;

import java.net.URI;
import java.util.Locale;
import org.fedledger.types.Address;

/**
 * A node's word that it answers at a place. Whoever wants to send a {@link NodeRequest} there finds
 * out by it to whom; a mirror at another place cannot show one of its own for the node's key.
 *
 * @param node address of the node's key
 * @param base under which its paths stand, as {@link #base} makes it: up to 512 characters of
 *     printable ASCII without space
 * @param expiry seconds since 1970 UTC, uint64; it counts up to and including it
 */
public record NodePlace(Address node, String base, long expiry) implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash("NodePlace(address node,string base,uint64 expiry)");

  /**
   * @throws IllegalArgumentException for a base of another form
   */
  public NodePlace {
    if (!base.matches("[!-~]{1,512}")) {
      throw new IllegalArgumentException(
          "a node's base is 1 to 512 characters of printable ASCII without space");
    }
  }

  /**
   * The one way of writing an address under which a node's paths stand: scheme and host in small
   * letters, no port that is the scheme's own, no slash at the end.
   *
   * @param address with a scheme and a host
   */
  public static String base(URI address) {
    String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    String port =
        address.getPort() < 0 || address.getPort() == usual ? "" : ":" + address.getPort();
    String path = address.getRawPath() == null ? "" : address.getRawPath().replaceFirst("/+$", "");
    return scheme + "://" + address.getHost().toLowerCase(Locale.ROOT) + port + path;
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH).address(node).string(base).uint(expiry).hash();
  }
}
