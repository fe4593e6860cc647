package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.node.chain.Federation;

/**
 * Tells open pages that something changed, by server-sent events (WHATWG HTML, section 9.2): they
 * then read what they show. An event says where the ledger stands, so that one that was missed is
 * never missed for good.
 */
final class Changes implements Endpoint, AutoCloseable {

  /** Streams at a time; each holds a connection. */
  static final int MAX_STREAMS = 256;

  /** A word in between, so that neither side takes the other for gone. */
  private static final long BEAT_MILLIS = 15_000;

  private static final String FIRST = "retry: 2000\n\n";
  private static final String BEAT = ":\n\n";

  private final Federation federation;
  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicLong stored = new AtomicLong();
  private volatile boolean closed;

  Changes(Federation federation) {
    this.federation = federation;
  }

  @Override
  public Answer answer(Call call) throws RefusedException {
    call.requireKnownQuery(Set.of());
    if (streams.size() >= MAX_STREAMS) {
      return Problem.BUSY.because(
          "%d pages are being told already; try again in a moment".formatted(MAX_STREAMS),
          Map.of("Retry-After", "10"));
    }
    return new Answer.Events(this::open);
  }

  /** To be told whenever a block or a blob came; from any thread. */
  void happened() {
    streams.forEach(Stream::wake);
  }

  void stored() {
    stored.incrementAndGet();
    happened();
  }

  private void open(Vertx vertx, HttpServerResponse response) {
    Stream stream = new Stream(vertx, response);
    streams.add(stream);
    response.closeHandler(_ -> stream.close());
    response.endHandler(_ -> stream.close());
    response.drainHandler(_ -> stream.drained());
    response.write(FIRST);
    stream.wake();
    if (closed) {
      stream.end();
    }
  }

  private String event() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("stored", stored.get());
    out.putNull("block").putNull("version").putNull("round").putNull("phase");
    federation.state().ifPresent(state -> describe(out, state));
    return "event: changed\ndata: " + out + "\n\n";
  }

  private static void describe(ObjectNode out, FederationState state) {
    out.put("block", state.at().number());
    out.put("version", state.head().version());
    state.round().ifPresent(round -> out.put("round", round.number()).put("phase", phase(round)));
  }

  private static String phase(Round round) {
    return round.phase().name().toLowerCase(Locale.ROOT);
  }

  /** Ends all streams, so that the server can close; pages come back by themselves. */
  @Override
  public void close() {
    closed = true;
    streams.forEach(Stream::end);
  }

  /** One page. Only its own event loop writes to it. */
  private final class Stream {

    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final long beat;
    private final AtomicBoolean due = new AtomicBoolean();

    Stream(Vertx vertx, HttpServerResponse response) {
      this.vertx = vertx;
      this.context = vertx.getOrCreateContext();
      this.response = response;
      this.beat = vertx.setPeriodic(BEAT_MILLIS, _ -> write(BEAT));
    }

    /** Many changes before the page is told are told as one. */
    void wake() {
      if (due.compareAndSet(false, true)) {
        EventLoop.run(context, this::tell);
      }
    }

    private void tell() {
      if (response.writeQueueFull()) {
        return;
      }
      due.set(false);
      write(event());
    }

    /** A page that reads slowly is told when it has read. */
    void drained() {
      if (due.get()) {
        tell();
      }
    }

    private void write(String text) {
      if (!response.closed() && !response.ended() && !response.writeQueueFull()) {
        response.write(text);
      }
    }

    void end() {
      EventLoop.run(
          context,
          () -> {
            if (!response.closed() && !response.ended()) {
              response.end();
            }
          });
    }

    void close() {
      vertx.cancelTimer(beat);
      streams.remove(this);
    }
  }
}
