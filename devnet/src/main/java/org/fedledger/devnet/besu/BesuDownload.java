package org.fedledger.devnet.besu;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.fedledger.client.cli.CommandException;
import org.fedledger.files.Buffers;

/** Fetches a large file over HTTP, bounded in size and in time. */
final class BesuDownload {

  /** For all of it; a release passes within it at 3 Mbit/s. */
  static final Duration PATIENCE = Duration.ofMinutes(20);

  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final int HTTP_OK = 200;

  private final long maxBytes;
  private final Duration patience;
  private final Consumer<String> talk;

  BesuDownload(long maxBytes, Duration patience, Consumer<String> talk) {
    this.maxBytes = maxBytes;
    this.patience = patience;
    this.talk = talk;
  }

  /**
   * Leaves the whole file there, or none.
   *
   * @throws CommandException if it cannot be had, saying why
   */
  void fetch(URI address, Path file) throws IOException, InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    AtomicBoolean late = new AtomicBoolean();
    boolean whole = false;
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT)
            .build()) {
      Thread.ofVirtual().start(() -> endWhenLate(client, done, late));
      transfer(client, address, file);
      whole = true;
    } catch (IOException e) {
      String why =
          late.get() ? "it took longer than %d s".formatted(patience.toSeconds()) : told(e);
      throw outOfReach(address, why, e);
    } finally {
      done.countDown();
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void endWhenLate(HttpClient client, CountDownLatch done, AtomicBoolean late) {
    try {
      if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        late.set(true);
        client.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void transfer(HttpClient client, URI address, Path file)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != HTTP_OK) {
        throw outOfReach(address, "it answered %d".formatted(answer.statusCode()), null);
      }
      long size = answer.headers().firstValueAsLong("content-length").orElse(-1);
      if (size > maxBytes) {
        throw tooLarge(address);
      }
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        copy(address, body, out, new Progress(size, talk));
      }
    }
  }

  private void copy(URI address, InputStream body, OutputStream out, Progress progress)
      throws IOException {
    byte[] buffer = new byte[Buffers.BYTES];
    long bytes = 0;
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      bytes += n;
      if (bytes > maxBytes) {
        throw tooLarge(address);
      }
      out.write(buffer, 0, n);
      progress.at(bytes);
    }
  }

  private CommandException tooLarge(URI address) {
    return outOfReach(address, "it is larger than %d bytes".formatted(maxBytes), null);
  }

  private static String told(IOException error) {
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }

  private static CommandException outOfReach(URI address, String why, Exception cause) {
    return CommandException.outOfReach(
        "%s cannot be fetched: %s; fetch it by other means and give it with --besu-archive"
            .formatted(address, why),
        cause);
  }

  /** Tells each tenth of what comes, or each 32 MiB where its size is not told. */
  private static final class Progress {

    private static final long UNKNOWN_STEP = 32L << 20;

    private final long size;
    private final long step;
    private final Consumer<String> talk;
    private long next;

    Progress(long size, Consumer<String> talk) {
      this.size = size;
      this.step = size > 0 ? Math.max(1, size / 10) : UNKNOWN_STEP;
      this.talk = talk;
      this.next = step;
    }

    void at(long bytes) {
      if (bytes < next) {
        return;
      }
      next = bytes - bytes % step + step;
      talk.accept(
          size > 0
              ? "  %d of %d MiB".formatted(bytes >> 20, size >> 20)
              : "  %d MiB".formatted(bytes >> 20));
    }
  }
}
