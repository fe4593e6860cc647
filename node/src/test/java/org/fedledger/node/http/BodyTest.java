package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BodyTest {

  private static final int LENGTH = 64 << 20;

  /** What the sockets of both sides may hold, and more than the window. */
  private static final int HELD_AT_MOST = 24 << 20;

  private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final CompletableFuture<Body> received = new CompletableFuture<>();
  private Vertx vertx;
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    vertx = Vertx.vertx();
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> received.complete(new Body(request, vertx.getOrCreateContext())))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void letsTheSenderWaitForTheReader() throws Exception {
    try (SocketChannel sender =
        SocketChannel.open(new InetSocketAddress("127.0.0.1", server.actualPort()))) {
      sender.write(head(LENGTH));
      sender.configureBlocking(false);
      Body body = received.get(10, TimeUnit.SECONDS);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
      sender.write(ByteBuffer.allocate(1));
      long taken = body.next(deadline).orElseThrow().length();
      long sent = 1 + sendUntilStalled(sender, LENGTH - 1);
      assertThat(sent).isLessThan(HELD_AT_MOST);

      CompletableFuture<Void> rest =
          CompletableFuture.runAsync(() -> sendAll(sender, LENGTH - sent));
      for (Optional<Buffer> chunk = body.next(deadline);
          chunk.isPresent();
          chunk = body.next(deadline)) {
        taken += chunk.get().length();
      }
      rest.get(10, TimeUnit.SECONDS);
      assertThat(taken).isEqualTo(LENGTH);
    }
  }

  @Test
  void givesUpOnASenderThatIsTooSlow() throws Exception {
    try (SocketChannel sender =
        SocketChannel.open(new InetSocketAddress("127.0.0.1", server.actualPort()))) {
      sender.write(head(10));
      Body body = received.get(10, TimeUnit.SECONDS);
      RefusedException refused =
          assertThrows(RefusedException.class, () -> body.next(System.nanoTime()));
      assertThat(refused.answer().status()).isEqualTo(408);
    }
  }

  private static ByteBuffer head(int length) {
    return ByteBuffer.wrap(
        "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
            .formatted(length)
            .getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes until nothing is taken for a while. */
  private static long sendUntilStalled(SocketChannel sender, long most) throws IOException {
    long sent = 0;
    long moved = System.nanoTime();
    while (sent < most && System.nanoTime() - moved < STALLED_NANOS) {
      int written = sender.write(ByteBuffer.allocate((int) Math.min(1 << 16, most - sent)));
      if (written > 0) {
        sent += written;
        moved = System.nanoTime();
      } else {
        LockSupport.parkNanos(1_000_000);
      }
    }
    return sent;
  }

  private static void sendAll(SocketChannel sender, long bytes) {
    try {
      sender.configureBlocking(true);
      for (long left = bytes; left > 0; ) {
        left -= sender.write(ByteBuffer.allocate((int) Math.min(1 << 16, left)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
