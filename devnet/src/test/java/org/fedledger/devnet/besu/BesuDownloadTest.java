package org.fedledger.devnet.besu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.fedledger.client.cli.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole file or none, whatever the server does. */
class BesuDownloadTest {

  private static final int LIMIT = 100_000;

  @TempDir private Path folder;
  private HttpServer server;
  private Path file;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<String> talk = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    file = folder.resolve("besu.zip");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(command -> Thread.ofVirtual().start(command));
    server.start();
  }

  @AfterEach
  void stop() {
    ended.countDown();
    server.stop(0);
  }

  @Test
  void bringsAFileOfAllTheSizeAllowedAndTellsHowFarItIs() throws Exception {
    answering(exchange -> send(exchange, LIMIT, LIMIT));
    fetch(Duration.ofSeconds(30));
    assertThat(file).hasSize(LIMIT);
    assertThat(talk).isNotEmpty().last().isEqualTo("  0 of 0 MiB");
  }

  @Test
  void refusesAFileThatIsSaidToBeTooLarge() {
    answering(exchange -> send(exchange, LIMIT + 1, 1));
    fails("larger than 100000 bytes", Duration.ofSeconds(30));
  }

  @Test
  void refusesAFileThatTurnsOutToBeTooLarge() {
    answering(exchange -> send(exchange, 0, LIMIT + 1));
    fails("larger than 100000 bytes", Duration.ofSeconds(30));
  }

  @Test
  void leavesNothingOfAFileThatBreaksOff() {
    answering(exchange -> send(exchange, LIMIT, LIMIT - 1));
    fails("cannot be fetched", Duration.ofSeconds(30));
  }

  @Test
  void givesUpOnAServerThatFallsSilent() {
    answering(
        exchange -> {
          exchange.sendResponseHeaders(200, LIMIT);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          awaitEnd();
        });
    fails("it took longer than 1 s", Duration.ofSeconds(1));
  }

  @Test
  void saysWhatTheServerAnswered() {
    answering(exchange -> exchange.sendResponseHeaders(404, -1));
    fails("it answered 404", Duration.ofSeconds(30));
  }

  private interface Answer {

    void to(HttpExchange exchange) throws IOException;
  }

  private void answering(Answer answer) {
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          }
        });
  }

  /** A length of 0 leaves it untold. */
  private static void send(HttpExchange exchange, long told, int bytes) throws IOException {
    exchange.sendResponseHeaders(200, told);
    OutputStream out = exchange.getResponseBody();
    out.write(new byte[bytes]);
    out.flush();
  }

  private void awaitEnd() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fetch(Duration patience) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/besu.zip");
    new BesuDownload(LIMIT, patience, talk::add).fetch(address, file);
  }

  private void fails(String why, Duration patience) {
    assertThatThrownBy(() -> fetch(patience))
        .isInstanceOf(CommandException.class)
        .hasMessageContainingAll(why, "--besu-archive");
    assertThat(file).doesNotExist();
  }
}
