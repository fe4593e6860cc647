package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.blob;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.node.fixture.HostileHeaders;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.SmallHeapNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Options;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.node.fixture.TestNodeClient;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StreamingTest {

  private static final long LARGE = 300L << 20;

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void takesLargeUploadsInLittleMemory() throws Exception {
    Path file = folder.resolve("large");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(LARGE);
    }
    BlobId id = Blobs.id(file);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:MaxDirectMemorySize=24m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapNode.class.getName(),
                folder.resolve("federation").toString(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told = process.inputReader(StandardCharsets.UTF_8);
        TestNodeClient client = new TestNodeClient(URI.create(told.readLine()))) {
      HttpResponse<byte[]> answer = client.put(id.digest(), file);
      assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(201);
      Path stored =
          folder
              .resolve("federation/node/blobs")
              .resolve(id.digest().hex().substring(0, 2))
              .resolve(id.digest().hex());
      assertThat(Files.mismatch(stored, file)).isEqualTo(-1);
      process.getOutputStream().close();
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Parsed, such headers take more memory than the process has. */
  @Test
  @Timeout(120)
  void readsNoHeaderThatIsLongerThanItsFederations() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HostileHeaders.class.getName(),
                folder.resolve("federation").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = told.lines().toList();
      assertThat(process.waitFor()).as("%s", lines).isZero();
      assertThat(lines.getLast()).startsWith("version 1 without [0, 1], 60 reads, health within ");
      long slowest = Long.parseLong(lines.getLast().replaceAll(".* within ([0-9]+) ms", "$1"));
      assertThat(slowest).isLessThan(5_000);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  @Timeout(60)
  void letsSlowClientsHoldUpNobody() throws IOException {
    TestFederation federation = new TestFederation(folder, Options.usual().width(1 << 20));
    try (RunningNode node = RunningNode.start(federation, folder.resolve("node"))) {
      federation.openRound();
      node.withFiles(federation);
      Update slow = federation.commit(0, 1);
      Update quick = federation.commit(1, 2);
      federation.closeCommits();
      Digest model = Digest.ofContent(Files.readAllBytes(federation.initialModel));
      node.client.put(model, federation.initialModel);
      List<Socket> slowOnes = new ArrayList<>();
      try {
        for (int i = 0; i < 20; i++) {
          slowOnes.add(said(node, node.client.head(slow) + "half"));
          slowOnes.add(said(node, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(blob(model))));
          slowOnes.add(said(node, "GET /hea"));
        }
        long began = System.nanoTime();
        assertThat(node.client.put(quick).statusCode()).isEqualTo(201);
        assertThat(node.client.get(blob(model)).body())
            .hasSize((int) Files.size(federation.initialModel));
        assertThat(node.monitor.get("/health").statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
      } finally {
        for (Socket socket : slowOnes) {
          socket.close();
        }
      }
    }
  }

  /** Whoever holds all that can be had without a key keeps nobody with a key out. */
  @Test
  @Timeout(60)
  void takesEveryCommittersUpdateWhileOthersHoldAllUnsignedPlaces() throws IOException {
    TestFederation federation = TestFederation.usual(folder);
    try (RunningNode node = RunningNode.start(federation, folder.resolve("node"))) {
      node.withSpec(federation);
      byte[] planFile = new byte[1_000];
      Digest planDigest = Digest.ofContent(planFile);
      federation.openRound(new BlobId(planDigest, planFile.length));
      List<Update> updates = federation.commitAll();
      federation.closeCommits();
      List<Socket> slowOnes = new ArrayList<>();
      try {
        String plan =
            "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nhalf"
                .formatted(blob(planDigest), planFile.length);
        for (int i = 0; i < UploadPlaces.UNSIGNED; i++) {
          slowOnes.add(said(node, plan));
        }
        RunningNode.await(() -> incoming() == UploadPlaces.UNSIGNED);
        HttpResponse<byte[]> unsigned = node.client.put(planDigest, planFile);
        assertThat(unsigned.statusCode()).isEqualTo(503);
        assertThat(unsigned.headers().firstValue("Retry-After")).contains("1");
        slowOnes.add(said(node, node.client.head(updates.getFirst()) + "half"));
        RunningNode.await(() -> incoming() == UploadPlaces.UNSIGNED + 1);
        for (Update update : updates) {
          assertThat(node.client.put(update).statusCode()).isEqualTo(201);
        }
        String path = blob(planDigest);
        assertThat(
                node.client
                    .put(
                        path,
                        planFile,
                        "Authorization",
                        TestNodeClient.signed(
                            federation.domain,
                            federation.coordinator,
                            federation.aggregator.address(),
                            federation.coordinator.address(),
                            "PUT",
                            planDigest,
                            RunningNode.NOW.getEpochSecond()))
                    .statusCode())
            .isEqualTo(201);
      } finally {
        for (Socket socket : slowOnes) {
          socket.close();
        }
      }
      RunningNode.await(() -> incoming() == 0);
    }
  }

  private long incoming() {
    try (var files = Files.list(folder.resolve("node/blobs/incoming"))) {
      return files.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Socket said(RunningNode node, String text) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(
        new java.net.InetSocketAddress(node.node.url().getHost(), node.node.url().getPort()));
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }
}
