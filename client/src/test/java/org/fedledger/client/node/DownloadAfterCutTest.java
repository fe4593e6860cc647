package org.fedledger.client.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.fedledger.signing.SigningDomain;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.CheckedBlob;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DownloadAfterCutTest {

  private static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "fe".repeat(20)));

  @TempDir Path folder;

  /** A server of one file that cuts so many answers to each range short. */
  private static final class CuttingServer implements AutoCloseable {
    final List<String> ranges = new CopyOnWriteArrayList<>();
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final byte[] file;
    private final int cuts;

    CuttingServer(byte[] file, int cuts) throws IOException {
      this.file = file;
      this.cuts = cuts;
      Thread.ofVirtual().start(this::serve);
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    private void serve() {
      while (!socket.isClosed()) {
        try (Socket call = socket.accept()) {
          answer(call);
        } catch (IOException e) {
          // The other side has gone, or the test is over.
        }
      }
    }

    private void answer(Socket call) throws IOException {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(call.getInputStream(), StandardCharsets.US_ASCII));
      String range = "";
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        range = line.startsWith("Range: ") ? line.substring("Range: bytes=".length()) : range;
      }
      ranges.add(range);
      int from = Integer.parseInt(range.split("-")[0]);
      int end = Math.min(file.length, Integer.parseInt(range.split("-")[1]) + 1);
      boolean cut = Collections.frequency(ranges, range) <= cuts;
      OutputStream out = call.getOutputStream();
      out.write(
          "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n\r\n"
              .formatted(from, end - 1, file.length, end - from)
              .getBytes(StandardCharsets.US_ASCII));
      out.write(file, from, cut ? (end - from) / 2 : end - from);
      out.flush();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static byte[] file(int length) {
    byte[] file = new byte[length];
    new Random(1).nextBytes(file);
    return file;
  }

  private static NodeClient client(CuttingServer server, int attempts) {
    return new NodeClient(
        server.address(),
        DOMAIN,
        Optional.empty(),
        new RetryPolicy(
            Duration.ofSeconds(5), Duration.ofSeconds(5), attempts, Duration.ofMillis(1)),
        InstantSource.system());
  }

  private CheckedBlob fetch(byte[] file, NodeClient client) throws IOException {
    BlobFiles blobs = BlobFiles.kept(folder, List.of(new NodeBlobSource(client)));
    try (BlobFiles.Use use = blobs.open()) {
      return use.fetch(Digest.ofContent(file), file.length);
    }
  }

  @Test
  void goesOnWithTheRangeThatWasCut() throws IOException {
    byte[] file = file(9_000_000);
    try (CuttingServer server = new CuttingServer(file, 2);
        NodeClient client = client(server, 3)) {
      assertThat(((CheckedBlob.Here) fetch(file, client)).file()).hasBinaryContent(file);
      Set<String> ranges = new LinkedHashSet<>(server.ranges);
      assertThat(ranges).hasSizeGreaterThan(1);
      assertThat(server.ranges)
          .as("each range three times, and none again once it came")
          .containsExactlyElementsOf(
              ranges.stream().flatMap(range -> Stream.of(range, range, range)).toList());
    }
  }

  @Test
  void givesUpAfterSoManyAttemptsAndKeepsNothing() throws IOException {
    byte[] file = file(1_000);
    try (CuttingServer server = new CuttingServer(file, 2);
        NodeClient client = client(server, 2)) {
      assertThat(fetch(file, client))
          .isInstanceOfSatisfying(
              AbsentBlob.class,
              absent -> assertThat(absent.cause()).isEqualTo(AbsentBlob.Cause.UNREACHABLE));
      assertThat(server.ranges).hasSize(2);
      assertThat(folder).isEmptyDirectory();
    }
  }
}
