package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  private static final char[] PASSWORD = "throw-away".toCharArray();

  @TempDir Path folder;

  @Test
  void servesOverTls() throws Exception {
    KeyStore keys = selfSigned();
    TestFederation federation = TestFederation.usual(folder);
    NodeConfig config =
        new NodeConfig(
            folder.resolve("node"),
            new HttpSettings(
                new Place("localhost", 0),
                Optional.of(pem(keys)),
                new Place("localhost", 0),
                List.of(),
                NodeConfig.DEFAULT_PROXIES,
                NodeConfig.DEFAULT_MAX_BLOB_BYTES),
            0,
            LedgerFollower.DEFAULT_POLL);
    try (Node node = Node.start(config, federation.ledger, GasSource.NONE, federation.aggregator);
        TestNodeClient client = new TestNodeClient(node.url(), trusting(keys))) {
      assertThat(node.url().getScheme()).isEqualTo("https");
      federation.openRound();
      byte[] spec = federation.specFile;
      var digest = org.fedledger.types.Digest.ofContent(spec);
      assertThat(client.put(digest, spec).statusCode()).isEqualTo(201);
      assertThat(client.get(TestNodeClient.blob(digest)).body()).isEqualTo(spec);
    }
  }

  private KeyStore selfSigned() throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "node",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private TlsFiles pem(KeyStore keys) throws GeneralSecurityException, IOException {
    return new TlsFiles(
        write("CERTIFICATE", keys.getCertificate("node").getEncoded()),
        write("PRIVATE KEY", keys.getKey("node", PASSWORD).getEncoded()));
  }

  private Path write(String what, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        folder.resolve(what.replace(' ', '-') + ".pem"),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what));
  }

  private static SSLContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("node", keys.getCertificate("node"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
