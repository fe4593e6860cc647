package org.fedledger.client.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.fedledger.signing.SigningDomain;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that keeps its connections, and whose 100 Continue is not where it belongs. */
@Timeout(60)
class InterimAnswerTest {

  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String STORED =
      "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  private static final String FORBIDDEN =
      "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path folder;

  /** What the node saw, in order. */
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  private ServerSocket listening;
  private NodeClient client;
  private Path file;

  private interface Answers {
    void to(boolean expects, InputStream in, OutputStream out) throws IOException;
  }

  @BeforeEach
  void open() throws IOException {
    file = Files.write(folder.resolve("blob"), CONTENT);
    listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    client =
        new NodeClient(
            URI.create("http://127.0.0.1:" + listening.getLocalPort()),
            new SigningDomain(1337, new Address(new byte[20])),
            Optional.empty(),
            new RetryPolicy(
                Duration.ofSeconds(20), Duration.ofSeconds(20), 3, Duration.ofMillis(1)),
            InstantSource.fixed(Instant.EPOCH));
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    listening.close();
  }

  @Test
  void shouldUploadAgainWithoutAskingWhenContinueCameAfterTheFile() throws Exception {
    serve(
        (expects, in, out) -> {
          readFile(in);
          // Comes when the client has stopped waiting for it, and without having been asked for.
          say(out, CONTINUE + STORED);
          if (expects) {
            awaitEnd(in);
          }
        });
    assertThat(upload()).isEqualTo(new NodeAnswer.Given<>(Blobs.id(file)));
    assertThat(saw(5))
        .containsExactlyInAnyOrder("asked", "file", "connection ended", "not asked", "file");
  }

  @Test
  void shouldUploadAgainWithoutAskingWhenContinueCameTwice() throws Exception {
    serve(
        (expects, in, out) -> {
          say(out, CONTINUE);
          readFile(in);
          say(out, CONTINUE + STORED);
          if (expects) {
            awaitEnd(in);
          }
        });
    assertThat(upload()).isEqualTo(new NodeAnswer.Given<>(Blobs.id(file)));
    assertThat(saw(5))
        .containsExactlyInAnyOrder("asked", "file", "connection ended", "not asked", "file");
  }

  @Test
  void shouldNotSendAFileThatIsRefused() throws Exception {
    serve(
        (expects, in, out) -> {
          say(out, FORBIDDEN);
          awaitEnd(in);
        });
    assertThat(((NodeAnswer.Refused<BlobId>) upload()).status()).isEqualTo(403);
    assertThat(saw(2)).containsExactly("asked", "connection ended");
  }

  private NodeAnswer<BlobId> upload() throws IOException {
    return client.upload(Blobs.id(file), file);
  }

  private List<String> saw(int many) throws InterruptedException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      all.add(seen.poll(20, TimeUnit.SECONDS));
    }
    all.addAll(seen);
    return all;
  }

  private void serve(Answers answers) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!listening.isClosed()) {
                try {
                  Socket socket = listening.accept();
                  Thread.ofVirtual().start(() -> serve(socket, answers));
                } catch (IOException closed) {
                  return;
                }
              }
            });
  }

  private void serve(Socket socket, Answers answers) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        boolean expects = readHead(in).toLowerCase(Locale.ROOT).contains("expect: 100-continue");
        seen.add(expects ? "asked" : "not asked");
        answers.to(expects, in, socket.getOutputStream());
      }
    } catch (IOException gone) {
      // The client has what it wanted.
    }
  }

  private void readFile(InputStream in) throws IOException {
    seen.add(in.readNBytes(CONTENT.length).length == CONTENT.length ? "file" : "part of a file");
  }

  private void awaitEnd(InputStream in) throws IOException {
    try {
      seen.add(in.read() < 0 ? "connection ended" : "more");
    } catch (IOException reset) {
      seen.add("connection ended");
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client went away");
      }
      head.append((char) next);
    }
    return head.toString();
  }
}
