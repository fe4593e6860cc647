package org.fedledger.node.http;

import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** The node's HTTP servers: the API, and the monitor, which no load on the API reaches. */
public final class HttpApi implements AutoCloseable {

  private static final int EVENT_LOOPS = 2;

  /** Connections to the monitor at a time, all in all. */
  private static final int MONITOR_CONNECTIONS = 64;

  private static final int MONITOR_THREADS = 2;

  /** Unlike that of RFC 1123, whose days may have one digit. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final Changes changes;
  private final Optional<RenewedKey> key;
  private final Connections connections;
  private final HttpListener api;
  private final HttpListener monitor;
  private final ExecutorService monitorThreads;

  /** Starts to listen; {@link #url} then says where. */
  public static HttpApi start(HttpSettings settings, HttpServices services) throws IOException {
    HttpApi api = new HttpApi(settings, services);
    try {
      api.monitor.listen();
      api.api.listen();
      return api;
    } catch (IOException e) {
      api.close();
      throw e;
    }
  }

  private HttpApi(HttpSettings settings, HttpServices services) throws IOException {
    changes = new Changes(services.federation());
    key =
        settings.tls().isPresent()
            ? Optional.of(new RenewedKey(settings.tls().get(), InstantSource.system()))
            : Optional.empty();
    connections = new Connections(settings.connections(), System::nanoTime);
    RequestIds ids = new RequestIds();
    ThreadFactory requests = Thread.ofVirtual().name("request").factory();
    api =
        new HttpListener(
            settings.api(),
            key,
            EVENT_LOOPS,
            connections,
            services.onDeath(),
            vertx ->
                tellingTime(
                    services.clock(),
                    new Dispatcher(
                            vertx,
                            task -> requests.newThread(task).start(),
                            ids,
                            services.observer()::answered,
                            settings.maxBlobBytes(),
                            services.onDeath())
                        .router(Routes.of(settings, services, changes, this::url))));
    monitorThreads =
        Executors.newFixedThreadPool(
            MONITOR_THREADS, Thread.ofPlatform().daemon().name("monitor").factory());
    monitor =
        new HttpListener(
            settings.monitor(),
            Optional.empty(),
            1,
            new Connections(
                new Connections.Limits(MONITOR_CONNECTIONS, MONITOR_CONNECTIONS, Set.of()),
                System::nanoTime),
            services.onDeath(),
            vertx ->
                new Dispatcher(vertx, monitorThreads, ids, _ -> {}, 0, services.onDeath())
                    .router(Routes.ofMonitor(services)));
  }

  /** Each answer tells the node's time, by which what clients sign expires (RFC 9110, 6.6.1). */
  private static Router tellingTime(InstantSource clock, Router router) {
    router
        .route()
        .order(-1)
        .handler(
            context -> {
              context.response().putHeader("Date", HTTP_DATE.format(clock.instant()));
              context.next();
            });
    return router;
  }

  /** Where the API is, with the port that was chosen. */
  public URI url() {
    return api.url();
  }

  /** When the certificate that is shown expires; empty without TLS. */
  public Optional<Instant> certificateExpiry() {
    return key.map(RenewedKey::expiry);
  }

  /** How many connections to the API are open. */
  public int connections() {
    return connections.count();
  }

  /** Where health and measurements are told. */
  public URI monitorUrl() {
    return monitor.url();
  }

  /** To be told of every block that the node has looked at; tells open pages. Never blocks. */
  public void changed() {
    changes.happened();
  }

  @Override
  public void close() {
    changes.close();
    api.close();
    monitor.close();
    monitorThreads.shutdownNow();
  }
}
