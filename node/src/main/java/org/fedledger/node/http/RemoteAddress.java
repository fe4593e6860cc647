package org.fedledger.node.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where requests come from, as shares are counted: an IPv4 address, or the /64 of an IPv6 address,
 * since whoever has one of these has all.
 */
record RemoteAddress(String text) {

  private static final int PREFIX_BYTES = 8;

  static RemoteAddress of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return new RemoteAddress(
        address instanceof Inet6Address
            ? HexFormat.of().formatHex(Arrays.copyOf(bytes, PREFIX_BYTES)) + "/64"
            : address.getHostAddress());
  }
}
