package org.fedledger.node.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server, with its own event loops. */
public final class HttpApi implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  private static final int EVENT_LOOPS = 2;
  private static final int WORKERS = 4;

  /** Connections at a time; further ones are closed at once. */
  private static final int MAX_CONNECTIONS = 1_024;

  private static final int CHUNK_BYTES = 64 << 10;

  /** A connection on which nothing moves for so long is closed. */
  private static final int IDLE_SECONDS = 60;

  private static final Duration START = Duration.ofSeconds(30);

  /** How long closing waits for answers that are under way. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final HttpServer server;
  private final HttpSettings settings;
  private final Changes changes;
  private final AtomicInteger connections = new AtomicInteger();

  /** Starts to listen; {@link #url} then says where. */
  public static HttpApi start(HttpSettings settings, HttpServices services) throws IOException {
    HttpApi api = new HttpApi(settings, services);
    try {
      await(api.server.listen(), START);
      return api;
    } catch (IOException e) {
      api.close();
      throw new IOException(
          "cannot listen on %s port %d: %s"
              .formatted(settings.host(), settings.port(), e.getMessage()),
          e);
    }
  }

  private HttpApi(HttpSettings settings, HttpServices services) {
    this.settings = settings;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setWorkerPoolSize(WORKERS)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    this.changes = new Changes(services.federation());
    Dispatcher dispatcher = new Dispatcher(vertx, services.observer(), settings.maxBlobBytes());
    this.server =
        vertx
            .createHttpServer(options())
            .connectionHandler(this::admit)
            .requestHandler(dispatcher.router(Routes.of(settings, services, changes)));
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setHttp2ClearTextEnabled(false)
            .setUseAlpn(false)
            .setMaxChunkSize(CHUNK_BYTES)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    settings
        .tls()
        .ifPresent(
            tls ->
                options
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(tls.certificate().toString())
                            .addKeyPath(tls.key().toString())));
    return options;
  }

  private void admit(HttpConnection connection) {
    connection.closeHandler(_ -> connections.decrementAndGet());
    connection.exceptionHandler(e -> LOG.debug("a connection broke: {}", e.toString()));
    if (connections.incrementAndGet() > MAX_CONNECTIONS) {
      connection.close();
    }
  }

  /** Where the API is, with the port that was chosen. */
  public URI url() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create(
        "%s://%s:%d"
            .formatted(settings.tls().isPresent() ? "https" : "http", host, server.actualPort()));
  }

  /** To be told of every block that the node has looked at; tells open pages. Never blocks. */
  public void changed() {
    changes.happened();
  }

  @Override
  public void close() {
    changes.close();
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
