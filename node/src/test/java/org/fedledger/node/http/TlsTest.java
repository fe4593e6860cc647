package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.fedledger.index.GasSource;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.node.Node;
import org.fedledger.node.NodeConfig;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestNodeClient;
import org.fedledger.node.http.HttpSettings.Place;
import org.fedledger.node.http.HttpSettings.TlsFiles;
import org.fedledger.tls.CertifiedKey;
import org.fedledger.tls.TestCertificates;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  @TempDir Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private TestCertificates certificates;
  private TestCertificates.Pair pair;

  @BeforeEach
  void certify() throws IOException {
    certificates = new TestCertificates(folder.resolve("certificates"));
    pair = certificates.certify("node");
  }

  private NodeConfig config() {
    return new NodeConfig(
        folder.resolve("node"),
        new HttpSettings(
            new Place("localhost", 0),
            Optional.of(files()),
            new Place("localhost", 0),
            List.of(),
            NodeConfig.DEFAULT_PROXIES,
            NodeConfig.DEFAULT_MAX_BLOB_BYTES),
        0,
        LedgerFollower.DEFAULT_POLL,
        NodeConfig.Limits.DEFAULT);
  }

  private TlsFiles files() {
    return new TlsFiles(pair.certificate(), pair.key());
  }

  @Test
  void servesOverTlsAndWantsNothingElse() throws Exception {
    TestFederation federation = TestFederation.usual(folder);
    try (Node node =
            Node.start(config(), federation.ledger, GasSource.NONE, federation.aggregator);
        TestNodeClient client = new TestNodeClient(node.url(), trusting());
        TestNodeClient monitor = new TestNodeClient(node.monitorUrl())) {
      assertThat(node.url().getScheme()).isEqualTo("https");
      federation.openRound();
      byte[] spec = federation.specFile;
      Digest digest = Digest.ofContent(spec);
      assertThat(client.put(digest, spec).statusCode()).isEqualTo(201);
      HttpResponse<byte[]> answer = client.get(TestNodeClient.blob(digest));
      assertThat(answer.body()).isEqualTo(spec);
      assertThat(answer.headers().firstValue("Strict-Transport-Security"))
          .hasValue("max-age=31536000");
      HttpResponse<byte[]> measured = monitor.get("/metrics");
      assertThat(measured.headers().firstValue("Strict-Transport-Security")).isEmpty();
      assertThat(new String(measured.body())).contains("fedledger_tls_expiry_timestamp_seconds");
    }
  }

  @Test
  void takesARenewedCertificateWithoutARestart() throws IOException {
    RenewedKey shown = new RenewedKey(files(), now::get);
    CertifiedKey before = read(pair);
    TestCertificates.Pair renewed = certificates.certify("renewed");
    replace(renewed.certificate(), pair.certificate());
    later();
    assertThat(shown.getCertificateChain("node")[0])
        .as("whose key has not been written yet")
        .isEqualTo(before.chain().getFirst());
    replace(renewed.key(), pair.key());
    assertThat(shown.getPrivateKey("node")).as("looked at now and then").isEqualTo(before.key());
    later();
    assertThat(shown.getPrivateKey("node")).isEqualTo(read(renewed).key());
    assertThat(shown.getCertificateChain("node")[0]).isEqualTo(read(renewed).chain().getFirst());
  }

  @Test
  void showsOnWhatItHasWhereTheRenewedCertificateIsOfNoUse() throws IOException {
    RenewedKey shown = new RenewedKey(files(), now::get);
    CertifiedKey before = read(pair);
    TestCertificates.Pair old = certificates.expired("old");
    replace(old.certificate(), pair.certificate());
    replace(old.key(), pair.key());
    later();
    assertThat(shown.getCertificateChain("node")[0]).isEqualTo(before.chain().getFirst());
    assertThat(shown.expiry()).isEqualTo(before.expiry());
  }

  @Test
  void refusesToStartWithACertificateThatIsOfNoUse() throws IOException {
    TestFederation federation = TestFederation.usual(folder);
    pair = certificates.expired("old");
    assertThatThrownBy(
            () -> Node.start(config(), federation.ledger, GasSource.NONE, federation.aggregator))
        .hasMessageContaining("the certificate of CN=old expired at");
    pair = new TestCertificates.Pair(certificates.certify("other").certificate(), pair.key());
    assertThatThrownBy(
            () -> Node.start(config(), federation.ledger, GasSource.NONE, federation.aggregator))
        .hasMessageContaining("the private key is not that of the certificate of CN=other");
  }

  private void later() {
    now.updateAndGet(at -> at.plus(RenewedKey.LOOK));
  }

  /** As an agent for certificates does; a clock that is coarse must not hide it. */
  private static void replace(Path renewed, Path target) throws IOException {
    FileTime before = Files.getLastModifiedTime(target);
    Files.copy(renewed, target, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(
        target, FileTime.from(before.toInstant().plus(Duration.ofSeconds(1))));
  }

  private static CertifiedKey read(TestCertificates.Pair pair) throws IOException {
    return CertifiedKey.read(pair.certificate(), pair.key(), Instant.now());
  }

  private SSLContext trusting() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "authority", CertifiedKey.certificates(certificates.authority()).getFirst());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
