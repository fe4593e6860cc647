package org.fedledger.devnet.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.DevnetMain;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.story.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has no key floods a node with connections and requests while rounds are played. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FloodIT {

  /** Loopback addresses other than the node's own have a share each, as remote ones. */
  private static final List<InetAddress> ATTACKERS =
      List.of(InetAddress.ofLiteral("127.0.0.66"), InetAddress.ofLiteral("127.0.0.67"));

  private static final int HELD_BY_EACH = 600;
  private static final int FLOODING = 4;

  /** Between two connections of one attacker's thread; faster ones are a firewall's to drop. */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger sent = new AtomicInteger();

  @Test
  void keepsNoRoundFromItsEndAndNobodyFromTheNodesHealth(@TempDir Path folder) throws Exception {
    Path kept = folder.resolve("demo");
    List<String> arguments = new ArrayList<>(List.of("demo", "--rounds", "1"));
    arguments.addAll(List.of("--dir", kept.toString()));
    arguments.addAll(Networks.words());
    List<Thread> attack = new ArrayList<>();
    try (Program demo = Program.start("demo", folder, DevnetMain.class, arguments)) {
      JsonNode node = node(kept, demo);
      URI api = URI.create(node.get("url").textValue());
      for (InetAddress from : ATTACKERS) {
        attack.add(Thread.ofPlatform().daemon().start(() -> holdConnections(from, api)));
        for (int i = 0; i < FLOODING; i++) {
          attack.add(Thread.ofPlatform().daemon().start(() -> ask(from, api)));
        }
      }
      Duration slowest = watchHealth(node.get("monitorUrl").textValue(), demo);
      over.set(true);
      assertThat(demo.awaitEnd(120)).as(demo.talk()).isEqualTo(ExitCode.DONE);
      assertThat(demo.result()).contains("Audit: verified. 1 rounds with 3 updates");
      assertThat(slowest).isLessThan(Duration.ofSeconds(5));
      assertThat(sent.get()).as("requests and connections of the attack").isGreaterThan(1_000);
    } finally {
      over.set(true);
      for (Thread each : attack) {
        each.join();
      }
    }
  }

  private static JsonNode node(Path kept, Program demo) throws IOException {
    Path file = kept.resolve("node").resolve("node.json");
    while (!Files.exists(file)) {
      assertThat(demo.isAlive()).as(demo.talk()).isTrue();
      LockSupport.parkNanos(10_000_000);
    }
    return new ObjectMapper().readTree(file.toFile());
  }

  /** Asks for the node's health for as long as it is there; gives the longest time it took. */
  private static Duration watchHealth(String monitor, Program demo) throws InterruptedException {
    Duration slowest = Duration.ZERO;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(monitor + "/health"))
            .timeout(Duration.ofSeconds(30))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (demo.isAlive()) {
        long began = System.nanoTime();
        try {
          client.send(request, BodyHandlers.discarding());
        } catch (IOException e) {
          // The demo has ended, and the node with it.
          if (!(e instanceof java.net.http.HttpTimeoutException)) {
            break;
          }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
        LockSupport.parkNanos(50_000_000);
      }
    }
    return slowest;
  }

  /** Opens connections without end, and holds them open where it may. */
  private void holdConnections(InetAddress from, URI api) {
    Deque<Socket> held = new ArrayDeque<>();
    try {
      while (!over.get()) {
        try {
          Socket socket = connect(from, api);
          socket.getOutputStream().write("GET /v1/fed".getBytes(StandardCharsets.US_ASCII));
          held.add(socket);
        } catch (IOException e) {
          // Cut off, as it should be.
        }
        sent.incrementAndGet();
        LockSupport.parkNanos(PAUSE);
        if (held.size() > HELD_BY_EACH) {
          close(held.removeFirst());
        }
      }
    } finally {
      held.forEach(FloodIT::close);
    }
  }

  /** Asks for what takes work, and begins uploads of what nobody has committed. */
  private void ask(InetAddress from, URI api) {
    String nobodys = "/v1/blobs/0x" + "ab".repeat(32);
    List<String> requests =
        List.of(
            "GET /v1/federation HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /v1/audit/gas HTTP/1.1\r\nHost: x\r\n\r\n",
            "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nhalf".formatted(nobodys),
            "GET / HTTP/1.1\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n");
    while (!over.get()) {
      for (String request : requests) {
        try (Socket socket = connect(from, api)) {
          socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
          socket.getInputStream().read();
        } catch (IOException e) {
          // Cut off, as it should be.
        }
        sent.incrementAndGet();
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  private static Socket connect(InetAddress from, URI api) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(5_000);
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(api.getHost(), api.getPort()), 5_000);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
