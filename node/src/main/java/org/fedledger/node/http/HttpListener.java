package org.fedledger.node.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fedledger.node.http.HttpSettings.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One place at which a node listens, with event loops of its own. */
final class HttpListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  private static final int WORKERS = 4;
  private static final int CHUNK_BYTES = 64 << 10;

  /** A connection on which nothing moves for so long is closed. */
  private static final int IDLE_SECONDS = 60;

  private static final Duration START = Duration.ofSeconds(30);

  /** How long closing waits for answers that are under way. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Place place;
  private final Optional<RenewedKey> tls;
  private final Connections connections;
  private final Vertx vertx;
  private final HttpServer server;

  /**
   * @param onDeath told an error that an event loop met
   * @param handler makes what answers requests
   */
  HttpListener(
      Place place,
      Optional<RenewedKey> tls,
      int eventLoops,
      Connections connections,
      Consumer<Error> onDeath,
      Function<Vertx, Handler<HttpServerRequest>> handler) {
    this.place = place;
    this.tls = tls;
    this.connections = connections;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(WORKERS)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    vertx.exceptionHandler(
        thrown -> {
          LOG.error("an event loop met a fault", thrown);
          if (thrown instanceof Error e) {
            onDeath.accept(e);
          }
        });
    this.server =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .requestHandler(connections.watching(handler.apply(vertx)));
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(place.host())
            .setPort(place.port())
            .setHttp2ClearTextEnabled(false)
            .setUseAlpn(false)
            .setMaxChunkSize(CHUNK_BYTES)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    tls.ifPresent(key -> options.setSsl(true).setKeyCertOptions(KeyCertOptions.wrap(key)));
    return options;
  }

  /** Starts to listen; {@link #url} then says where. */
  void listen() throws IOException {
    try {
      await(server.listen(), START);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s port %d: %s".formatted(place.host(), place.port(), e.getMessage()),
          e);
    }
    vertx.setPeriodic(Connections.LOOK_MILLIS, _ -> connections.closeSilent());
  }

  /** Where it listens, with the port that was chosen. */
  URI url() {
    String host = place.host().contains(":") ? "[" + place.host() + "]" : place.host();
    return URI.create(
        "%s://%s:%d".formatted(tls.isPresent() ? "https" : "http", host, server.actualPort()));
  }

  @Override
  public void close() {
    try {
      await(server.shutdown(GRACE.toSeconds(), TimeUnit.SECONDS), GRACE.multipliedBy(2));
      await(vertx.close(), GRACE);
    } catch (IOException e) {
      LOG.warn("the server did not close cleanly: {}", e.getMessage());
    }
  }

  private static <T> T await(Future<T> future, Duration atMost) throws IOException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("not within " + atMost, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
