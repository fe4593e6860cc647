package org.fedledger.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.fedledger.client.ClientMain;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.signing.SigningDomain;
import org.fedledger.tls.CertifiedKey;
import org.fedledger.tls.ClientTls;
import org.fedledger.tls.TestCertificates;
import org.fedledger.types.Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Before a server that a private authority certified, and that asks for a client's certificate. */
@Timeout(120)
class TlsOptionsTest {

  private static final String CONTRACT = "0x00000000000000000000000000000000000000c0";

  private record Ended(int code, String told) {}

  @TempDir Path folder;
  private final List<String> peers = new CopyOnWriteArrayList<>();
  private SSLContext before;
  private TestCertificates certificates;
  private HttpsServer server;

  @BeforeEach
  void listen() throws Exception {
    before = SSLContext.getDefault();
    certificates = new TestCertificates(folder.resolve("certificates"));
    TestCertificates.Pair pair = certificates.certify("server");
    ClientTls.use(
        CertifiedKey.certificates(certificates.authority()),
        Optional.of(CertifiedKey.read(pair.certificate(), pair.key(), Instant.now())));
    SSLContext own = SSLContext.getDefault();
    ClientTls.use(List.of(), Optional.empty());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(own) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = own.getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            parameters.setSSLParameters(tls);
          }
        });
    server.setExecutor(command -> Thread.ofVirtual().start(command));
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    ClientTls.use(List.of(), Optional.empty());
    SSLContext.setDefault(before);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      peers.add(peer((HttpsExchange) exchange));
      exchange.getRequestBody().readAllBytes();
      byte[] answer =
          "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-1,\"message\":\"busy\"}}"
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static String peer(HttpsExchange exchange) throws SSLPeerUnverifiedException {
    return exchange.getSSLSession().getPeerPrincipal().getName();
  }

  private String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  private Ended run(String... more) {
    StringWriter told = new StringWriter();
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("federation", "status", "--rpc", url(), "--contract", CONTRACT));
    arguments.addAll(List.of(more));
    CommandLine line = ClientMain.commandLine().setErr(new PrintWriter(told));
    return new Ended(line.execute(arguments.toArray(String[]::new)), told.toString());
  }

  private String[] identity(TestCertificates.Pair pair) throws IOException {
    return new String[] {
      "--ca", certificates.authority().toString(),
      "--client-certificate", pair.certificate().toString(),
      "--client-key", pair.key().toString()
    };
  }

  @Test
  void shouldTrustThePrivateAuthorityAndShowTheCertificateToAChainNode() throws Exception {
    Ended ended = run(identity(certificates.certify("hospital")));
    assertThat(ended.code()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(ended.told()).contains("refused eth_chainId: busy");
    assertThat(peers).containsOnly("CN=hospital");
  }

  @Test
  void shouldTrustThePrivateAuthorityAndShowTheCertificateToANode() throws Exception {
    run(identity(certificates.certify("hospital")));
    peers.clear();
    SigningDomain domain = new SigningDomain(1, Address.of(CONTRACT));
    try (NodeClient client = new NodeClient(java.net.URI.create(url()), domain)) {
      assertThat(client.federation()).isInstanceOf(NodeAnswer.Given.class);
    }
    assertThat(peers).containsOnly("CN=hospital");
  }

  @Test
  void shouldTrustNobodyElse() {
    Ended ended = run();
    assertThat(ended.code()).isEqualTo(ExitCode.OUT_OF_REACH);
    assertThat(ended.told()).contains("PKIX");
    assertThat(peers).isEmpty();
  }

  @Test
  void shouldRefuseACertificateThatIsOfNoUse() throws Exception {
    TestCertificates.Pair old = certificates.expired("old");
    Ended expired = run(identity(old));
    assertThat(expired.code()).isEqualTo(ExitCode.USAGE);
    assertThat(expired.told()).contains("expired at");
    Ended halved = run("--client-certificate", old.certificate().toString());
    assertThat(halved.code()).isEqualTo(ExitCode.USAGE);
    assertThat(halved.told()).contains("go together");
    assertThat(peers).isEmpty();
  }
}
