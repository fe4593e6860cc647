package org.fedledger.node.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request's body, taken by a virtual thread chunk by chunk.
 *
 * <p>At most {@link #WINDOW} chunks wait at a time: more is asked of the connection only as chunks
 * are taken, so that a fast sender waits for the disk and not in memory.
 */
final class Body {

  private static final int WINDOW = 2;

  /** What the connection said. */
  private sealed interface Event {
    record Chunk(Buffer bytes) implements Event {}

    record End() implements Event {}

    record Broken() implements Event {}

    record GivenUp(RefusedException why) implements Event {}
  }

  private final HttpServerRequest request;
  private final Context context;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final AtomicLong received = new AtomicLong();
  private volatile boolean begun;

  /** To be made on the event loop, before the request is read. */
  Body(HttpServerRequest request, Context context) {
    this.request = request;
    this.context = context;
    request.pause();
    request.handler(bytes -> events.add(new Event.Chunk(bytes)));
    request.endHandler(_ -> events.add(new Event.End()));
    request.exceptionHandler(_ -> events.add(new Event.Broken()));
  }

  /** The announced length, or empty if none is announced. */
  OptionalLong length() {
    String text = request.getHeader("Content-Length");
    return text == null || !text.matches("[0-9]{1,18}")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(text));
  }

  /** How many bytes were taken so far. */
  long received() {
    return received.get();
  }

  /** Whether the sender waits to be told before it sends; one of HTTP/1.0 does not know of it. */
  boolean awaitsContinue() {
    return request.version() != HttpVersion.HTTP_1_0
        && "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
  }

  /** Ends the taking, now or when it is waited for next. From any thread. */
  void giveUp(RefusedException why) {
    events.add(new Event.GivenUp(why));
  }

  /**
   * The next bytes, or empty at the end. Blocks.
   *
   * @param pace at which they must come
   * @throws RefusedException if the sender went away or is too slow
   */
  Optional<Buffer> next(Pace pace) throws RefusedException, InterruptedException {
    long began = System.nanoTime();
    Optional<Buffer> chunk = next(began + pace.left());
    pace.came(chunk.map(Buffer::length).orElse(0), System.nanoTime() - began);
    return chunk;
  }

  /**
   * The next bytes, or empty at the end. Blocks.
   *
   * @param deadline of {@link System#nanoTime}
   * @throws RefusedException if the sender went away or is too slow
   */
  Optional<Buffer> next(long deadline) throws RefusedException, InterruptedException {
    begin();
    Event event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    return switch (event) {
      case Event.Chunk(Buffer bytes) -> {
        received.addAndGet(bytes.length());
        onEventLoop(() -> request.fetch(1));
        yield Optional.of(bytes);
      }
      case Event.End _ -> Optional.empty();
      case Event.Broken _ ->
          throw new RefusedException(Problem.MALFORMED.because("the connection broke"));
      case Event.GivenUp(RefusedException why) -> throw why;
      case null ->
          throw new RefusedException(
              Problem.TIMEOUT.because("the body did not come in time; send it again, faster"));
    };
  }

  /**
   * A small body, whole. Blocks.
   *
   * @throws RefusedException if its length is not announced, or larger than {@code max}
   */
  byte[] small(int max, long deadline) throws RefusedException, InterruptedException {
    OptionalLong length = length();
    if (length.isEmpty()) {
      throw new RefusedException(
          Problem.LENGTH_REQUIRED.because("send the header Content-Length with the body's size"));
    }
    if (length.getAsLong() > max) {
      throw new RefusedException(
          Problem.TOO_LARGE.because("at most %d bytes are taken here".formatted(max)));
    }
    Buffer whole = Buffer.buffer((int) length.getAsLong());
    for (Optional<Buffer> chunk = next(deadline); chunk.isPresent(); chunk = next(deadline)) {
      whole.appendBuffer(chunk.get());
    }
    return whole.getBytes();
  }

  /** Whether the sender still waits to be told, so that the body will not come. */
  boolean withheld() {
    return awaitsContinue() && !begun;
  }

  /**
   * Reads what is left and forgets it, so that the sender gets to read its answer. On the event
   * loop, once the answer is sent.
   *
   * @param max bytes after which the connection is cut
   */
  void discard(long max) {
    if (request.isEnded()) {
      return;
    }
    if (withheld()) {
      request.connection().close();
      return;
    }
    long[] left = {max};
    request.handler(
        bytes -> {
          left[0] -= bytes.length();
          if (left[0] < 0) {
            request.connection().close();
          }
        });
    request.endHandler(_ -> events.clear());
    request.resume();
  }

  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    boolean ask = awaitsContinue();
    onEventLoop(
        () -> {
          if (ask) {
            request.response().writeContinue();
          }
          request.fetch(WINDOW);
        });
  }

  private void onEventLoop(Runnable task) {
    if (!EventLoop.run(context, task)) {
      events.add(new Event.Broken());
    }
  }
}
