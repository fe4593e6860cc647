package org.fedledger.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A chain node that misbehaves takes neither the caller's memory nor its time. */
@Timeout(60)
class RpcTest {

  private static final long MAX = 1 << 20;
  private static final Address CONTRACT = Address.of("0x00000000000000000000000000000000000000c0");
  private static final TransactionHash TRANSACTION = TransactionHash.of("0x" + "ab".repeat(32));

  private interface Answering {
    void answer(OutputStream out) throws IOException;
  }

  private final CountDownLatch ended = new CountDownLatch(1);
  private HttpServer server;
  private volatile int status = 200;
  private volatile boolean packed;
  private volatile Answering answering;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(command -> Thread.ofVirtual().start(command));
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    ended.countDown();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      if (packed) {
        exchange.getResponseHeaders().add("Content-Encoding", "gzip");
      }
      exchange.sendResponseHeaders(status, 0);
      answering.answer(exchange.getResponseBody());
    }
  }

  private Rpc rpc(Duration timeout) {
    return new Rpc(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), timeout, MAX);
  }

  private Rpc answering(String result) {
    byte[] answer =
        "{\"jsonrpc\":\"2.0\",\"id\":0,%s}".formatted(result).getBytes(StandardCharsets.UTF_8);
    answering = out -> out.write(answer);
    return rpc(Duration.ofSeconds(20));
  }

  private static void endless(OutputStream out) throws IOException {
    byte[] zeros = "0".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    out.write("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"0x".getBytes(StandardCharsets.US_ASCII));
    // More than the heap of a test has, so that an unbounded reader fails otherwise.
    for (long sent = 0; sent < 4L << 30; sent += zeros.length) {
      out.write(zeros);
    }
  }

  @Test
  void shouldTakeNoMoreOfAnAnswerThanItsBound() {
    answering = RpcTest::endless;
    try (Rpc rpc = rpc(Duration.ofSeconds(20))) {
      assertThatThrownBy(rpc::chainId)
          .isInstanceOf(LedgerUnreachableException.class)
          .hasMessageContaining("more than 1048576 bytes");
    }
  }

  @Test
  void shouldTakeNoMoreOfARefusalThanItsBound() {
    status = 502;
    answering = RpcTest::endless;
    try (Rpc rpc = rpc(Duration.ofSeconds(20))) {
      assertThatThrownBy(rpc::chainId)
          .isInstanceOf(LedgerUnreachableException.class)
          .hasMessageContaining("more than 1048576 bytes");
    }
  }

  @Test
  void shouldCountThePackedAnswersUnpackedBytes() {
    packed = true;
    answering =
        out -> {
          try (GZIPOutputStream small = new GZIPOutputStream(out)) {
            endless(small);
          }
        };
    try (Rpc rpc = rpc(Duration.ofSeconds(20))) {
      assertThatThrownBy(rpc::chainId)
          .isInstanceOf(LedgerUnreachableException.class)
          .hasMessageContaining("more than 1048576 bytes");
    }
  }

  @Test
  void shouldAskAgainWhereTheNodeIsTooBusy() {
    AtomicInteger asked = new AtomicInteger();
    answering =
        out ->
            out.write(
                (asked.incrementAndGet() < 3
                        ? "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32005,\"message\":\"Rate"
                              + " limit reached\"}}"
                        : "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"0x7\"}")
                    .getBytes(StandardCharsets.UTF_8));
    try (Rpc rpc = rpc(Duration.ofSeconds(20))) {
      assertThat(rpc.chainId()).isEqualTo(7);
      assertThat(asked).hasValue(3);
    }
  }

  @Test
  void shouldTellNoKeyThatIsInANodesAddress() {
    status = 502;
    answering = out -> {};
    String where = "127.0.0.1:" + server.getAddress().getPort();
    URI withKeys = URI.create("http://name:word@%s/v3/secret?key=secret".formatted(where));
    try (Rpc rpc = new Rpc(withKeys, Duration.ofSeconds(20), MAX)) {
      assertThat(rpc.origin()).hasToString("http://" + where);
      assertThatThrownBy(rpc::chainId)
          .isInstanceOf(LedgerUnreachableException.class)
          .hasMessageContaining("http://" + where)
          .satisfies(
              e -> assertThat(String.valueOf(e) + e.getCause()).doesNotContain("secret", "word"));
    }
  }

  @Test
  void shouldGiveUpAnAnswerThatTrickles() {
    answering =
        out -> {
          try {
            do {
              out.write(' ');
              out.flush();
            } while (!ended.await(20, TimeUnit.MILLISECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    // Between two bytes there is always time left; for the whole there is not.
    try (Rpc rpc = rpc(Duration.ofMillis(500))) {
      assertThatThrownBy(rpc::chainId).isInstanceOf(LedgerUnreachableException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"result\":null", "\"error\":null", "\"result\":\"0xzz\"", "\"result\":\"\""})
  void shouldTakeNothingForAnAnswerWhereSomethingMustBe(String result) {
    try (Rpc rpc = answering(result)) {
      assertThatThrownBy(rpc::chainId).isInstanceOf(LedgerUnreachableException.class);
      assertThatThrownBy(rpc::blockNumber).isInstanceOf(LedgerUnreachableException.class);
      assertThatThrownBy(() -> rpc.balance(CONTRACT))
          .isInstanceOf(LedgerUnreachableException.class);
    }
  }

  @Test
  void shouldSayThatAReceiptIsNotThere() {
    try (Rpc rpc = answering("\"result\":null")) {
      assertThatThrownBy(() -> rpc.gasUsed(List.of(TRANSACTION)))
          .isInstanceOf(LedgerUnreachableException.class)
          .hasMessageContaining("has no receipt of");
    }
  }

  @Test
  void shouldFindNoBlockWhereTheNodeHasNone() {
    try (Rpc rpc = answering("\"result\":\"0x7\"")) {
      Web3jLedgerReader reader = new Web3jLedgerReader(rpc, CONTRACT, Optional.empty());
      answering("\"result\":null").close();
      assertThat(reader.block(5)).isEmpty();
      assertThatThrownBy(reader::head).isInstanceOf(LedgerUnreachableException.class);
      assertThatThrownBy(() -> reader.events(0, 5)).isInstanceOf(LedgerUnreachableException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"result\":{}",
        "\"result\":{\"number\":\"0x5\"}",
        "\"result\":[{\"data\":\"0x\"}]",
        "\"result\":7"
      })
  void shouldTakeWhatIsNoBlockNorLogForNoAnswer(String result) {
    try (Rpc rpc = answering("\"result\":\"0x7\"")) {
      Web3jLedgerReader reader = new Web3jLedgerReader(rpc, CONTRACT, Optional.empty());
      answering(result).close();
      assertThatThrownBy(() -> reader.block(5)).isInstanceOf(LedgerUnreachableException.class);
      assertThatThrownBy(() -> reader.events(0, 5)).isInstanceOf(LedgerUnreachableException.class);
    }
  }

  @Test
  void shouldAccuseNoContractWhereTheNodeLacksItsTransaction() {
    try (Rpc rpc = answering("\"result\":null")) {
      assertThatThrownBy(() -> ContractCode.check(rpc, CONTRACT, TRANSACTION))
          .isInstanceOf(LedgerUnreachableException.class);
    }
  }
}
