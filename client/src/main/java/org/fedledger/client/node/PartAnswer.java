package org.fedledger.client.node;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.fedledger.store.BlobSource.Part;

/** A node's answer to a request for a range of a blob (RFC 9110, section 14). */
final class PartAnswer {

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
      case 416 -> {
        OptionalLong size = ContentRange.size(head.headers());
        yield size.isPresent()
            ? BodySubscribers.replacing(given(new byte[0], 0, size.getAsLong()))
            : refusal.get();
      }
      // The whole blob may be larger than what this machine wants to take.
      case 200 -> new CutOff<>(refused("it gives files whole only"));
      default -> refusal.get();
    };
  }

  private static NodeAnswer<Part.Bytes> part(
      HttpHeaders headers, long from, int length, byte[] body) {
    Optional<ContentRange> range = ContentRange.of(headers);
    if (range.isEmpty()
        || range.get().first() != from
        || range.get().last() != from + body.length - 1) {
      return refused("it gives another range than the one asked for");
    }
    long size = range.get().size();
    return body.length == Math.min(Math.max(1, length), size - from)
        ? given(body, Math.min(length, body.length), size)
        : refused("it gives less than the range asked for");
  }

  private static NodeAnswer<Part.Bytes> given(byte[] body, int length, long size) {
    return new NodeAnswer.Given<>(new Part.Bytes(ByteBuffer.wrap(body, 0, length), size));
  }

  private static NodeAnswer<Part.Bytes> refused(String why) {
    return new NodeAnswer.Refused<>(UNUSABLE, "", why);
  }
}
