package org.fedledger.client.node;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.store.BlobSource.Part;

/** A node's answer to a request for a range of a blob (RFC 9110, section 14). */
final class PartAnswer {

  private static final Pattern RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");
  private static final Pattern NO_RANGE = Pattern.compile("bytes \\*/([0-9]{1,18})");

  /** Stands for an answer that is none, and that asking again will not mend. */
  private static final int UNUSABLE = 500;

  private PartAnswer() {}

  /** What is asked for; HTTP knows no range of 0 bytes, so that 1 is asked for then. */
  static String header(long from, int length) {
    return "bytes=%d-%d".formatted(from, Math.addExact(from, Math.max(1, length) - 1));
  }

  /**
   * @param refusal reads the answer as that of a node which refuses
   */
  static BodySubscriber<NodeAnswer<Part.Bytes>> of(
      ResponseInfo head,
      long from,
      int length,
      Supplier<BodySubscriber<NodeAnswer<Part.Bytes>>> refusal) {
    return switch (head.statusCode()) {
      case 206 ->
          BodySubscribers.mapping(
              BodySubscribers.limiting(BodySubscribers.ofByteArray(), Math.max(1, length)),
              body -> part(head.headers(), from, length, body));
      case 416 ->
          contentRange(head.headers(), NO_RANGE)
              .<BodySubscriber<NodeAnswer<Part.Bytes>>>map(
                  range ->
                      BodySubscribers.replacing(
                          given(new byte[0], 0, Long.parseLong(range.group(1)))))
              .orElseGet(refusal);
      // The whole blob may be larger than what this machine wants to take.
      case 200 -> new CutOff<>(refused("it gives files whole only"));
      default -> refusal.get();
    };
  }

  private static NodeAnswer<Part.Bytes> part(
      HttpHeaders headers, long from, int length, byte[] body) {
    Optional<Matcher> range = contentRange(headers, RANGE);
    if (range.isEmpty()
        || Long.parseLong(range.get().group(1)) != from
        || Long.parseLong(range.get().group(2)) != from + body.length - 1) {
      return refused("it gives another range than the one asked for");
    }
    long size = Long.parseLong(range.get().group(3));
    return body.length == Math.min(Math.max(1, length), size - from)
        ? given(body, Math.min(length, body.length), size)
        : refused("it gives less than the range asked for");
  }

  private static Optional<Matcher> contentRange(HttpHeaders headers, Pattern pattern) {
    return headers.firstValue("Content-Range").map(pattern::matcher).filter(Matcher::matches);
  }

  private static NodeAnswer<Part.Bytes> given(byte[] body, int length, long size) {
    return new NodeAnswer.Given<>(new Part.Bytes(ByteBuffer.wrap(body, 0, length), size));
  }

  private static NodeAnswer<Part.Bytes> refused(String why) {
    return new NodeAnswer.Refused<>(UNUSABLE, "", why);
  }
}
