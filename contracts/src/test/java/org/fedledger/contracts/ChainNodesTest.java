package org.fedledger.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.fedledger.ledger.LedgerUnreachableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChainNodesTest {

  private static final Duration SELDOM = Duration.ofDays(1);
  private static final Duration ALWAYS = Duration.ZERO;

  /** A node that tells its chain and its newest block, and no more. */
  private static final class Told implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private volatile long chain = 7;
    private volatile long head = 100;
    private volatile int status = 200;

    Told() throws IOException {
      server.setExecutor(command -> Thread.ofVirtual().start(command));
      server.createContext("/", this::handle);
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
      try (exchange) {
        JsonNode asked = MAPPER.readTree(exchange.getRequestBody());
        byte[] answer = MAPPER.writeValueAsBytes(asked.isArray() ? all(asked) : one(asked));
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
      }
    }

    private ArrayNode all(JsonNode asked) {
      ArrayNode answers = MAPPER.createArrayNode();
      asked.forEach(each -> answers.add(one(each)));
      return answers;
    }

    private ObjectNode one(JsonNode asked) {
      long result = asked.get("method").textValue().equals("eth_chainId") ? chain : head;
      ObjectNode answer = MAPPER.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", asked.get("id"));
      return answer.put("result", "0x" + Long.toHexString(result));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private Told first;
  private Told second;

  @BeforeEach
  void start() throws IOException {
    first = new Told();
    second = new Told();
  }

  @AfterEach
  void end() {
    first.close();
    second.close();
  }

  private Rpc both(Duration surveyEvery) {
    return new Rpc(
        List.of(first.url(), second.url()), surveyEvery, Duration.ofSeconds(20), 1 << 20);
  }

  @Test
  void shouldAskTheFirstWhileItAnswersAndElseTheNext() {
    second.head = 101;
    try (Rpc rpc = both(SELDOM)) {
      assertThat(rpc.blockNumber()).isEqualTo(100);
      first.status = 502;
      assertThat(rpc.blockNumber()).isEqualTo(101);
      assertThat(rpc.origin()).isEqualTo(second.url());
      first.status = 200;
      first.head = 102;
      second.status = 502;
      assertThat(rpc.blockNumber()).isEqualTo(102);
    }
  }

  @Test
  void shouldAskNobodyWhoIsBehindWhatWasSeen() {
    second.head = 99;
    try (Rpc rpc = both(SELDOM)) {
      rpc.saw(rpc.blockNumber());
      first.status = 502;
      assertThatThrownBy(rpc::blockNumber)
          .isInstanceOf(LedgerUnreachableException.class)
          .hasMessageContaining("block 100 was seen, and who answers is at block 99");
      second.head = 100;
      assertThat(rpc.blockNumber()).isEqualTo(100);
    }
  }

  @Test
  void shouldLeaveANodeThatFallsBehindAlthoughItAnswers() {
    try (Rpc rpc = both(ALWAYS)) {
      second.head = 102;
      assertThat(rpc.blockNumber()).as("nodes of one network differ so much").isEqualTo(100);
      second.head = 103;
      assertThat(rpc.blockNumber()).isEqualTo(103);
    }
  }

  @Test
  void shouldAskNobodyOfAnotherChain() {
    second.chain = 8;
    second.head = 1_000;
    try (Rpc rpc = both(ALWAYS)) {
      assertThat(rpc.chainId()).isEqualTo(7);
      assertThat(rpc.blockNumber()).isEqualTo(100);
      first.status = 502;
      assertThatThrownBy(rpc::blockNumber).isInstanceOf(LedgerUnreachableException.class);
    }
  }

  @Test
  void shouldSayWhichNodesAreOfDifferentChains() {
    second.chain = 8;
    try (Rpc rpc = both(SELDOM)) {
      assertThatIllegalArgumentException()
          .isThrownBy(rpc::requireOneChain)
          .withMessage(
              "%s is of chain 7, %s is of chain 8: give nodes of one chain",
              first.url(), second.url());
    }
  }

  @Test
  void shouldAskThoseThatWereAllAwayAsSoonAsOneIsBack() {
    first.status = 502;
    second.status = 502;
    try (Rpc rpc = both(SELDOM)) {
      assertThatThrownBy(rpc::blockNumber).isInstanceOf(LedgerUnreachableException.class);
      second.status = 200;
      assertThat(rpc.blockNumber()).isEqualTo(100);
    }
  }

  @Test
  void shouldStartWithWhoeverAnswers() {
    first.status = 502;
    try (Rpc rpc = both(SELDOM)) {
      rpc.requireOneChain();
      assertThat(rpc.chainId()).isEqualTo(7);
      assertThat(rpc.origin()).isEqualTo(second.url());
    }
  }
}
