package org.fedledger.node.http;

import io.vertx.core.MultiMap;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A request, read before it left the event loop.
 *
 * @param id by which logs name the request
 * @param from where the connection comes from; a proxy, where there is one
 * @param path as it was sent, not decoded
 * @param parameters the path's variable parts
 * @param query decoded
 * @param about whom and what it is about, for the logs
 */
record Call(
    String id,
    InetAddress from,
    String method,
    String path,
    Map<String, String> parameters,
    MultiMap query,
    MultiMap headers,
    Body body,
    AccessSubject about) {

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

  /** A part of the query, if it is given, read by some type's own reader. */
  <T> Optional<T> query(String name, Function<String, T> reader) throws RefusedException {
    List<String> given = query.getAll(name);
    if (given.size() > 1) {
      throw new RefusedException(
          Problem.MALFORMED.because("the query has '%s' more than once".formatted(name)));
    }
    try {
      return given.stream().findFirst().map(reader);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Problem.MALFORMED.because("%s: %s".formatted(name, e.getMessage())));
    }
  }

  /** Refuses a query with other names than these: a misspelt filter would go unnoticed. */
  void requireKnownQuery(Set<String> names) throws RefusedException {
    Set<String> unknown = new TreeSet<>(query.names());
    unknown.removeAll(names);
    if (!unknown.isEmpty()) {
      throw new RefusedException(
          Problem.MALFORMED.because(
              "the query has %s; known are %s"
                  .formatted(String.join(", ", unknown), String.join(", ", new TreeSet<>(names)))));
    }
  }
}
