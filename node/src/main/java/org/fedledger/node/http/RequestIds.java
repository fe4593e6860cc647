package org.fedledger.node.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names for requests, each once: the start of the node, which is random, and a number. */
final class RequestIds {

  private final String start;
  private final AtomicLong last = new AtomicLong();

  RequestIds() {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    start = HexFormat.of().formatHex(random);
  }

  String next() {
    return start + "-" + last.incrementAndGet();
  }
}
