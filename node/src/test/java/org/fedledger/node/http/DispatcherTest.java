package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DispatcherTest {

  private static final String PATH = "/v1/something";

  private final CompletableFuture<Runnable> begun = new CompletableFuture<>();
  private final AtomicReference<Access> told = new AtomicReference<>();

  private HttpServer listen(Vertx vertx, Endpoint endpoint) throws Exception {
    Dispatcher dispatcher =
        new Dispatcher(vertx, begun::complete, new RequestIds(), told::set, 0, _ -> {});
    return vertx
        .createHttpServer()
        .requestHandler(dispatcher.router(List.of(new Route("PUT", PATH, endpoint))))
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private static Socket begin(HttpServer server, int length) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.actualPort());
    socket
        .getOutputStream()
        .write(
            "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                .formatted(PATH, length)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void close(Vertx vertx) throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** A node closes while requests take longer than it waits for them. */
  @Test
  void shouldEndQuietlyWhatOutlivesTheServer() throws Exception {
    Vertx vertx = Vertx.vertx();
    HttpServer server = listen(vertx, _ -> Answer.text("text/plain", "late"));
    try (Socket _ = begin(server, 0)) {
      Runnable request = begun.get(30, TimeUnit.SECONDS);
      close(vertx);
      assertThatCode(request::run).doesNotThrowAnyException();
      assertThat(told.get().whole()).isFalse();
      assertThat(told.get().status()).isEqualTo(200);
    }
  }

  @Test
  void shouldWaitForNoBodyThatOutlivesTheServer() throws Exception {
    Vertx vertx = Vertx.vertx();
    long never = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    HttpServer server =
        listen(
            vertx, call -> Answer.json(200, call.body().small(EvaluationWrites.MAX_BYTES, never)));
    try (Socket _ = begin(server, 10)) {
      Runnable request = begun.get(30, TimeUnit.SECONDS);
      close(vertx);
      assertThatCode(request::run).doesNotThrowAnyException();
      assertThat(told.get().status()).isEqualTo(400);
    }
  }
}
