package org.fedledger.node.http;

import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request, read before it left the event loop.
 *
 * @param path as it was sent, not decoded
 * @param parameters the path's variable parts
 */
record Call(
    String method, String path, Map<String, String> parameters, MultiMap headers, Body body) {

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** A part of the path, read by some type's own reader. */
  <T> T parameter(String name, Function<String, T> reader) throws RefusedException {
    try {
      return reader.apply(parameters.get(name));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Problem.MALFORMED.because(e.getMessage()));
    }
  }
}
