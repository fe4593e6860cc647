package org.fedledger.client.node;

import java.net.URI;
import java.util.Set;

/** Which addresses may be a node's. */
final class NodeAddress {

  private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]");

  private NodeAddress() {}

  /** The address without a slash at its end. */
  static URI require(URI address) {
    boolean plain = "http".equals(address.getScheme());
    if (address.getHost() == null
        || !(plain || "https".equals(address.getScheme()))
        || address.getRawQuery() != null
        || address.getRawFragment() != null
        || address.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "a node's address is like https://node.example:8443, not '%s'".formatted(address));
    }
    if (plain && !isLoopback(address.getHost())) {
      throw new IllegalArgumentException(
          "plain http is for this machine only; use https for %s".formatted(address.getHost()));
    }
    String text = address.toString();
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  private static boolean isLoopback(String host) {
    return LOOPBACK.contains(host) || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
