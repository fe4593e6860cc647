package org.fedledger.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Digest;

/** What an endpoint answers. */
public sealed interface Answer {

  String JSON = "application/json";

  int status();

  Map<String, String> headers();

  /** An answer that is in memory. */
  record Document(int status, String type, byte[] body, Map<String, String> headers)
      implements Answer {}

  /** A problem in words. */
  record Refusal(int status, byte[] body, Map<String, String> headers, Problem.Told told)
      implements Answer {}

  /** A part of a blob, read range by range as the client takes it. */
  record BlobPart(
      int status,
      BlobSource source,
      Digest digest,
      long offset,
      long length,
      Map<String, String> headers)
      implements Answer {}

  /** An answer without a body. */
  record Empty(int status, Map<String, String> headers) implements Answer {}

  /**
   * Server-sent events, for as long as the client stays.
   *
   * @param open writes them; called on the event loop, after the headers are set
   */
  record Events(BiConsumer<Vertx, HttpServerResponse> open) implements Answer {

    @Override
    public int status() {
      return 200;
    }

    @Override
    public Map<String, String> headers() {
      return Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store");
    }
  }

  static Answer json(int status, JsonNode body) {
    return json(status, body.toString().getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(int status, byte[] body) {
    return new Document(status, JSON, body, Map.of());
  }

  static Answer text(String type, String body) {
    return new Document(200, type, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }
}
