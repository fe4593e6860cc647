package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The refusals of this API, as problem+json (RFC 9457): what is wrong, and in {@code detail} what
 * to do instead.
 */
public enum Problem {
  MALFORMED(400, "malformed", "The request is malformed"),
  UNSIGNED(401, "unsigned", "A signed request is needed"),
  FORBIDDEN(403, "forbidden", "Not allowed"),
  NOT_COMMITTED(403, "not-committed", "The digest does not stand on the ledger"),
  NOT_FOUND(404, "not-found", "Not here"),
  METHOD(405, "method", "This path takes another method"),
  TIMEOUT(408, "timeout", "The body came too slowly"),
  NOT_YET(409, "commits-open", "Uploads are not open yet"),
  TOO_LATE(409, "reveal-over", "The time for uploads is over"),
  REPLACED(409, "replaced", "A newer upload has this one's place"),
  CONFLICT(409, "conflict", "Something else is here already"),
  LENGTH_REQUIRED(411, "length-required", "The body's length is needed"),
  TOO_LARGE(413, "too-large", "The body is too large"),
  RANGE(416, "range", "The file has no such range"),
  WRONG_SIZE(422, "wrong-size", "The size is not the committed one"),
  WRONG_DIGEST(422, "wrong-digest", "The bytes are not the committed ones"),
  NO_UPDATE(422, "no-update", "No update has the committed size"),
  WRONG_CONTENT(422, "wrong-content", "The body is not what belongs here"),
  INTERNAL(500, "internal", "A fault of the node"),
  STORAGE(507, "storage", "The disk is full"),
  BUSY(503, "busy", "The node is busy"),
  INDEX(503, "index", "The index of the ledger is not ready"),
  NO_SPEC(503, "no-spec", "The node lacks the federation's spec"),
  LEDGER(503, "ledger", "The ledger does not answer");

  static final String TYPE = "application/problem+json";

  /**
   * A refusal, as it was told.
   *
   * @param name of the problem
   * @param detail in words
   */
  public record Told(String name, String detail) {}

  private final int status;
  private final String name;
  private final String title;

  Problem(int status, String name, String title) {
    this.status = status;
    this.name = name;
    this.title = title;
  }

  /** All that a refusal may be called. */
  public static List<String> names() {
    return Arrays.stream(values()).map(problem -> problem.name).toList();
  }

  int status() {
    return status;
  }

  Answer because(String detail) {
    return because(detail, Map.of());
  }

  Answer because(String detail, Map<String, String> headers) {
    byte[] body =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "urn:fedledger:problem:" + name)
            .put("title", title)
            .put("status", status)
            .put("detail", detail)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return new Answer.Refusal(status, body, new HashMap<>(headers), new Told(name, detail));
  }
}
