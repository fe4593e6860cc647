package org.fedledger.node.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.fedledger.files.LineFile;
import org.fedledger.loop.Liveness;
import org.fedledger.loop.Loop;
import org.fedledger.loop.Pulse;
import org.fedledger.signing.UpdateCommitment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was asked of the node and what came of it, one JSON object a line, written by a thread of
 * its own so that no answer waits for it. What comes faster than it can be written is counted and
 * left out, and so is what comes while the disk is full.
 */
public final class AccessLog implements Loop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private static final LineFile.Kept KEPT = new LineFile.Kept(64L << 20, 9, false);
  private static final int WAITING = 8_192;
  private static final Duration STOP = Duration.ofSeconds(5);

  /** Longest words of a refusal that are kept. */
  private static final int WORDS = 300;

  /** Text of others is text in any terminal: all but ASCII is escaped. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final LineFile lines;
  private final Consumer<Error> onDeath;
  private final BlockingQueue<ObjectNode> waiting = new ArrayBlockingQueue<>(WAITING);
  private final AtomicLong leftOut = new AtomicLong();
  private final Pulse pulse = new Pulse();
  private final Thread thread;
  private long told;
  private volatile boolean stopped;

  /**
   * @param onDeath told the error that ended the writing
   */
  public AccessLog(Path file, Consumer<Error> onDeath) throws IOException {
    this.lines = new LineFile(file, KEPT);
    this.onDeath = onDeath;
    this.thread = Thread.ofPlatform().daemon().name("access-log").unstarted(this::writeOrDie);
  }

  public void start() {
    pulse.began();
    thread.start();
  }

  @Override
  public String name() {
    return "access-log";
  }

  @Override
  public Liveness liveness() {
    return pulse.liveness();
  }

  /** How many lines were left out. */
  public long leftOut() {
    return leftOut.get();
  }

  /** Notes a request. Never blocks. */
  public void answered(Access access) {
    AccessSubject about = access.about();
    ObjectNode line = line(access.at(), "request");
    line.put("request", access.id());
    line.put("method", access.method());
    line.put("route", access.route());
    line.put("status", access.status());
    access
        .problem()
        .ifPresent(
            problem ->
                line.put("reason", problem.name()).put("detail", shortened(problem.detail())));
    about.round().ifPresent(round -> line.put("round", round.toString()));
    about.participant().ifPresent(author -> line.put("participant", author.toString()));
    about.digest().ifPresent(digest -> line.put("digest", digest.toString()));
    about.reader().ifPresent(reader -> line.put("reader", reader.toString()));
    if (about.isReceipt()) {
      line.put("receipt", true);
    }
    line.put("received", access.received());
    line.put("sent", access.sent());
    if (!access.whole()) {
      line.put("cut", true);
    }
    line.put("seconds", access.took().toMillis() / 1e3);
    offer(line);
  }

  /**
   * Notes that this node published without an update. Never blocks.
   *
   * @param reason as the protocol calls it
   */
  public void rejected(Instant at, UpdateCommitment update, String reason) {
    offer(
        line(at, "rejection")
            .put("round", update.roundId().toString())
            .put("participant", update.participant().toString())
            .put("digest", update.digest().toString())
            .put("reason", reason));
  }

  private static ObjectNode line(Instant at, String event) {
    return JsonNodeFactory.instance.objectNode().put("time", at.toString()).put("event", event);
  }

  private static String shortened(String words) {
    return words.length() <= WORDS ? words : words.substring(0, WORDS) + "…";
  }

  private void offer(ObjectNode line) {
    if (!waiting.offer(line)) {
      leftOut.incrementAndGet();
    }
  }

  private void writeOrDie() {
    try {
      write();
      pulse.ended();
    } catch (Error e) {
      pulse.died(e);
      onDeath.accept(e);
    }
  }

  private void write() {
    while (!stopped || !waiting.isEmpty()) {
      try {
        ObjectNode line = waiting.poll(1, TimeUnit.SECONDS);
        if (line != null) {
          lines.append(bytes(line));
        }
        tellLeftOut();
        pulse.succeeded();
      } catch (IOException | RuntimeException e) {
        if (pulse.liveness().failures() == 0) {
          LOG.warn("the access log cannot be written: {}", e.toString());
        }
        pulse.failed(e);
        leftOut.incrementAndGet();
      } catch (InterruptedException e) {
        stopped = true;
      }
    }
  }

  private void tellLeftOut() throws IOException {
    long now = leftOut.get();
    if (now > told) {
      lines.append(bytes(line(Instant.now(), "left-out").put("lines", now - told)));
      told = now;
    }
  }

  /** The line, all of it ASCII. */
  static byte[] bytes(ObjectNode line) {
    try {
      return MAPPER.writeValueAsBytes(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that is no JSON", e);
    }
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    stopped = true;
    try {
      if (thread.isAlive() && !thread.join(STOP)) {
        LOG.warn("the access log did not end within {} s", STOP.toSeconds());
      }
      lines.close();
    } catch (IOException e) {
      LOG.warn("the access log did not close: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
