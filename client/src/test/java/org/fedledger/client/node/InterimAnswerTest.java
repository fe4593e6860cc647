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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedledger.signing.SigningDomain;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection that breaks just after 100 Continue leaves that as all that was answered. */
@Timeout(60)
class InterimAnswerTest {

  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String STORED =
      "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
          + "Connection: close\r\n\r\n{}";

  @TempDir Path folder;

  private final AtomicInteger uploads = new AtomicInteger();

  @Test
  void shouldUploadAgainAfterAnAnswerThatWasNone() throws Exception {
    Path file = Files.write(folder.resolve("blob"), new byte[] {1, 2, 3});
    try (ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.ofVirtual().start(() -> serve(listening));
      try (NodeClient client =
          new NodeClient(
              URI.create("http://127.0.0.1:" + listening.getLocalPort()),
              new SigningDomain(1337, new Address(new byte[20])),
              Optional.empty(),
              new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5), 3, Duration.ofMillis(1)),
              InstantSource.fixed(Instant.EPOCH))) {
        BlobId id = Blobs.id(file);
        assertThat(client.upload(id, file)).isEqualTo(new NodeAnswer.Given<>(id));
      }
      assertThat(uploads.get()).isEqualTo(2);
      listening.close();
      server.join();
    }
  }

  private void serve(ServerSocket listening) {
    while (true) {
      try (Socket socket = listening.accept()) {
        answer(socket);
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** The first time another interim answer comes in place of the last one. */
  private void answer(Socket socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    readHead(in);
    out.write(CONTINUE.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    assertThat(in.readNBytes(3)).hasSize(3);
    String last = uploads.incrementAndGet() == 1 ? CONTINUE : STORED;
    out.write(last.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client went away");
      }
      head.append((char) next);
    }
  }
}
