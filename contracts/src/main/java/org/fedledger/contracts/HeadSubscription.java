package org.fedledger.contracts;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.retry.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of new blocks by {@code eth_subscribe newHeads}; connects again whenever the connection is
 * lost, and tells then too, since blocks may have been missed.
 */
final class HeadSubscription implements LedgerReader.Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(HeadSubscription.class);
  private static final String SUBSCRIBE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final URI url;
  private final Runnable onHead;
  private final HttpClient http;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  HeadSubscription(URI url, Runnable onHead) {
    this.url = url;
    this.onHead = onHead;
    this.http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    this.thread = Thread.ofVirtual().name("new-heads").start(this::keepConnected);
  }

  private void keepConnected() {
    Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    try {
      while (closed.getCount() > 0) {
        try {
          listenUntilLost();
          backoff.reset();
        } catch (RuntimeException e) {
          LOG.debug("no new heads from {}: {}", url.getHost(), e.toString());
        }
        closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      http.shutdownNow();
    }
  }

  private void listenUntilLost() throws InterruptedException {
    CountDownLatch lost = new CountDownLatch(1);
    WebSocket socket = http.newWebSocketBuilder().buildAsync(url, new Heads(lost)).join();
    try {
      socket.sendText(SUBSCRIBE, true).join();
      onHead.run();
      lost.await();
    } finally {
      socket.abort();
    }
  }

  /** What a message says does not matter: it is a hint to look. */
  private final class Heads implements WebSocket.Listener {
    private final CountDownLatch lost;

    Heads(CountDownLatch lost) {
      this.lost = lost;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      if (last) {
        onHead.run();
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      lost.countDown();
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      lost.countDown();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
