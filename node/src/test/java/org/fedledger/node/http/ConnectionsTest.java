package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.fedledger.node.fixture.RunningNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionsTest {

  private static final InetAddress ATTACKER = InetAddress.ofLiteral("127.0.0.66");
  private static final InetAddress OTHER = InetAddress.ofLiteral("127.0.0.2");
  private static final InetAddress PROXY = InetAddress.ofLiteral("127.0.0.1");
  private static final int ALL = 12;
  private static final int EACH = 4;

  private final AtomicLong now = new AtomicLong();
  private final Connections connections =
      new Connections(new Connections.Limits(ALL, EACH, Set.of(PROXY)), now::get);
  private final List<Socket> sockets = new ArrayList<>();
  private Vertx vertx;
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    vertx = Vertx.vertx();
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .connectionHandler(connections::opened)
            .requestHandler(connections.watching(request -> request.response().end("here")))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void givesNobodyMoreThanItsShare() throws IOException {
    List<Socket> held = connect(ATTACKER, EACH);
    RunningNode.await(() -> connections.count() == EACH);
    assertThat(isCut(connect(ATTACKER, 1).getFirst())).isTrue();
    assertThat(answered(connect(OTHER, 1).getFirst())).isTrue();

    held.getFirst().close();
    RunningNode.await(() -> connections.count() == EACH);
    assertThat(answered(connect(ATTACKER, 1).getFirst())).isTrue();
  }

  @Test
  void letsAProxyOpenAnyNumberUpToAllThatThereMayBe() throws IOException {
    connect(PROXY, ALL);
    RunningNode.await(() -> connections.count() == ALL);
    assertThat(isCut(connect(OTHER, 1).getFirst())).isTrue();
  }

  /** Whoever sends a byte now and then is never idle, and would hold its place for ever. */
  @Test
  void closesWhatSendsNoWholeHeadForLong() throws IOException {
    Socket dripping = connect(OTHER, 1).getFirst();
    Socket waiting = connect(OTHER, 1).getFirst();
    say(dripping, "GET / HT");
    assertThat(answered(waiting)).isTrue();
    RunningNode.await(() -> connections.count() == 2);

    now.addAndGet(Connections.SILENT_NANOS);
    say(dripping, "TP/1.1");
    connections.closeSilent();
    assertThat(connections.count()).isEqualTo(2);
    assertThat(answered(waiting)).isTrue();
    now.addAndGet(1);
    connections.closeSilent();
    assertThat(isCut(dripping)).isTrue();
    assertThat(answered(waiting)).isTrue();
  }

  @Test
  void countsAnIpv6NetworkAsOneAddress() {
    assertThat(remote("2001:db8:1:2::1")).isEqualTo(remote("2001:db8:1:2:ffff::9"));
    assertThat(remote("2001:db8:1:2::1")).isNotEqualTo(remote("2001:db8:1:3::1"));
    assertThat(remote("10.0.0.1")).isNotEqualTo(remote("10.0.0.2"));
  }

  private static RemoteAddress remote(String address) {
    return RemoteAddress.of(InetAddress.ofLiteral(address));
  }

  private List<Socket> connect(InetAddress from, int number) throws IOException {
    List<Socket> made = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Socket socket = new Socket();
      socket.setSoTimeout(20_000);
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress("127.0.0.1", server.actualPort()));
      made.add(socket);
    }
    sockets.addAll(made);
    return made;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isCut(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  private static boolean answered(Socket socket) throws IOException {
    say(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().endsWith("here")) {
      int got = socket.getInputStream().read();
      if (got < 0) {
        return false;
      }
      answer.append((char) got);
    }
    return answer.toString().startsWith("HTTP/1.1 200");
  }
}
