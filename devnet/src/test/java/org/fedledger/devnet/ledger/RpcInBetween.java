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
    default Optional<Fault> after(String method, JsonNode params) {
      return Optional.empty();
    }

    /** What it answers in place of the node's result. */
    default JsonNode instead(String method, JsonNode params, JsonNode result) {
      return result;
    }
  }

  record Fault(int code, String message) {}

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
      byte[] answer = answer(exchange.getRequestBody().readAllBytes());
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] answer(byte[] request) throws IOException, InterruptedException {
    JsonNode call = MAPPER.readTree(request);
    if (!call.isArray()) {
      return answer(call);
    }
    ArrayNode answers = MAPPER.createArrayNode();
    for (JsonNode one : call) {
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
    Optional<Fault> after = manners.after(method, params);
    return after.isPresent()
        ? fault(call, after.get())
        : MAPPER.writeValueAsBytes(instead(method, params, MAPPER.readTree(answer)));
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
    return MAPPER.writeValueAsBytes(answer);
  }

  @Override
  public void close() {
    server.stop(0);
    http.shutdownNow();
  }
}
