package org.fedledger.devnet.ledger;

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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/** Passes calls on to a chain node, and answers some in its place, as another kind would. */
final class RpcInBetween implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What the other kind of node does differently. */
  interface Manners {

    /**
     * An error in place of an answer; the node is not asked.
     *
     * @return its code and message; empty to ask the node
     */
    default Optional<Fault> before(String method, JsonNode params) {
      return Optional.empty();
    }

    /** An error in place of the node's answer. */
    default Optional<Fault> after(String method, JsonNode params, JsonNode result) {
      return Optional.empty();
    }

    /** How the connection ends before the node is asked. */
    default Optional<Breakage> breaksBefore(String method) {
      return Optional.empty();
    }

    /** How the connection ends in place of the node's answer. */
    default Optional<Breakage> breaksAfter(String method) {
      return Optional.empty();
    }

    /** What it answers in place of the node's result. */
    default JsonNode instead(String method, JsonNode params, JsonNode result) {
      return result;
    }
  }

  /**
   * @param status of HTTP, by which some say too that they refuse
   */
  record Fault(int code, String message, int status) {
    Fault(int code, String message) {
      this(code, message, 200);
    }
  }

  enum Breakage {
    /** A proxy that did not reach the node. */
    BAD_GATEWAY,
    /** No answer at all. */
    CUT
  }

  private static final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final byte[] body;

    /**
     * @param status 0 for no answer at all
     */
    BrokenException(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }
  }

  private static void broken(Optional<Breakage> breakage) {
    breakage.ifPresent(
        how -> {
          throw new BrokenException(how == Breakage.BAD_GATEWAY ? 502 : 0, new byte[0]);
        });
  }

  private final URI node;
  private final Manners manners;
  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpServer server;

  RpcInBetween(URI node, Manners manners) throws IOException {
    this.node = node;
    this.manners = manners;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(command -> Thread.ofVirtual().start(command));
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] request = exchange.getRequestBody().readAllBytes();
      try {
        answer(exchange, 200, answer(request));
      } catch (BrokenException e) {
        if (e.status > 0) {
          answer(exchange, e.status, e.body);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private byte[] answer(byte[] request) throws IOException, InterruptedException {
    JsonNode call = MAPPER.readTree(request);
    // What is asked as one is lost as one.
    String method = (call.isArray() ? call.get(0) : call).get("method").textValue();
    broken(manners.breaksBefore(method));
    byte[] answer = call.isArray() ? answers(call) : answer(call);
    broken(manners.breaksAfter(method));
    return answer;
  }

  private byte[] answers(JsonNode calls) throws IOException, InterruptedException {
    ArrayNode answers = MAPPER.createArrayNode();
    for (JsonNode one : calls) {
      answers.add(MAPPER.readTree(answer(one)));
    }
    return MAPPER.writeValueAsBytes(answers);
  }

  private byte[] answer(JsonNode call) throws IOException, InterruptedException {
    String method = call.get("method").textValue();
    JsonNode params = call.path("params");
    Optional<Fault> before = manners.before(method, params);
    if (before.isPresent()) {
      return fault(call, before.get());
    }
    byte[] answer =
        http.send(
                HttpRequest.newBuilder(node)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(call)))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray())
            .body();
    JsonNode read = MAPPER.readTree(answer);
    Optional<Fault> after = manners.after(method, params, read.path("result"));
    return after.isPresent()
        ? fault(call, after.get())
        : MAPPER.writeValueAsBytes(instead(method, params, read));
  }

  private JsonNode instead(String method, JsonNode params, JsonNode answer) {
    JsonNode result = answer.get("result");
    return result == null
        ? answer
        : ((ObjectNode) answer).set("result", manners.instead(method, params, result));
  }

  private static byte[] fault(JsonNode call, Fault fault) throws IOException {
    ObjectNode answer = MAPPER.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", call.get("id"));
    answer.putObject("error").put("code", fault.code()).put("message", fault.message());
    byte[] body = MAPPER.writeValueAsBytes(answer);
    if (fault.status() != 200) {
      throw new BrokenException(fault.status(), body);
    }
    return body;
  }

  @Override
  public void close() {
    server.stop(0);
    http.shutdownNow();
  }
}
