package org.fedledger.node.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one listener: so many in all, so many from one remote address, and none that
 * sends no request for long, however often it sends a byte.
 */
final class Connections {

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** How often silent connections are looked for. */
  static final long LOOK_MILLIS = 5_000;

  /** How long a connection may stand without a request whose head has come whole. */
  static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * How many there may be.
   *
   * @param all at a time; further ones are closed at once
   * @param each from one remote address
   * @param unshared addresses without a share of their own
   */
  record Limits(int all, int each, Set<InetAddress> unshared) {}

  /** One that is open. */
  private static final class Open {
    private final Optional<RemoteAddress> from;
    private volatile long quietSince;
    private volatile boolean busy;

    Open(Optional<RemoteAddress> from, long now) {
      this.from = from;
      this.quietSince = now;
    }
  }

  private final Limits limits;
  private final LongSupplier nanos;
  private final Map<HttpConnection, Open> open = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Shares<RemoteAddress> shares;

  /**
   * @param nanos the time, as {@link System#nanoTime} tells it
   */
  Connections(Limits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
    this.shares = new Shares<>(limits.each());
  }

  /** How many are open. */
  int count() {
    return count.get();
  }

  /** Takes a new connection, or closes it. */
  void opened(HttpConnection connection) {
    connection.exceptionHandler(e -> LOG.debug("a connection broke: {}", e.toString()));
    Optional<RemoteAddress> from = shared(connection);
    if (from.isPresent() && !shares.take(from.get())) {
      connection.close();
      return;
    }
    Open entry = new Open(from, nanos.getAsLong());
    open.put(connection, entry);
    boolean fits = count.incrementAndGet() <= limits.all();
    connection.closeHandler(_ -> closed(connection));
    if (!fits) {
      connection.close();
    }
  }

  private void closed(HttpConnection connection) {
    Open entry = open.remove(connection);
    if (entry != null) {
      count.decrementAndGet();
      entry.from.ifPresent(shares::giveBack);
    }
  }

  private Optional<RemoteAddress> shared(HttpConnection connection) {
    return Optional.of(address(connection))
        .filter(a -> !limits.unshared().contains(a))
        .map(RemoteAddress::of);
  }

  /** Where a connection comes from. */
  static InetAddress address(HttpConnection connection) {
    return InetAddress.ofLiteral(connection.remoteAddress().hostAddress());
  }

  /** A handler that tells which connections have a request under way. */
  Handler<HttpServerRequest> watching(Handler<HttpServerRequest> handler) {
    return request -> {
      Open entry = open.get(request.connection());
      if (entry != null) {
        entry.busy = true;
        request
            .response()
            .bodyEndHandler(
                _ -> {
                  entry.quietSince = nanos.getAsLong();
                  entry.busy = false;
                });
      }
      handler.handle(request);
    };
  }

  /** Closes those on which no request has come for long. */
  void closeSilent() {
    long now = nanos.getAsLong();
    open.forEach(
        (connection, entry) -> {
          if (!entry.busy && now - entry.quietSince > SILENT_NANOS) {
            connection.close();
          }
        });
  }
}
