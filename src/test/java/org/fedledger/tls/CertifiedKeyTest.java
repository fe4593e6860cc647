package org.fedledger.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertifiedKeyTest {

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static TestCertificates.Pair pair;

  @BeforeAll
  static void certify() throws IOException {
    certificates = new TestCertificates(folder);
    pair = certificates.certify("node");
  }

  @Test
  void shouldReadAChainAndTheKeyThatFits() throws IOException {
    CertifiedKey read = CertifiedKey.read(pair.certificate(), pair.key(), Instant.now());
    assertThat(read.chain()).hasSize(2);
    assertThat(read.expiry()).isBetween(Instant.now(), Instant.now().plus(Duration.ofDays(3)));
  }

  @Test
  void shouldRefuseOneThatIsNotValidNow() throws IOException {
    TestCertificates.Pair old = certificates.expired("old");
    assertThatThrownBy(() -> CertifiedKey.read(old.certificate(), old.key(), Instant.now()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("old.pem: the certificate of CN=old expired at");
    Instant early = Instant.now().minus(Duration.ofDays(2));
    assertThatThrownBy(() -> CertifiedKey.read(pair.certificate(), pair.key(), early))
        .hasMessageContaining("is not valid before");
  }

  @Test
  void shouldRefuseAnothersKey() throws IOException {
    TestCertificates.Pair other = certificates.certify("other");
    assertThatThrownBy(() -> CertifiedKey.read(pair.certificate(), other.key(), Instant.now()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the private key is not that of the certificate of CN=node");
  }

  @Test
  void shouldSayWhatIsNoCertificateOrKey() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "-----BEGIN EC PRIVATE KEY-----\n");
    assertThatThrownBy(() -> CertifiedKey.read(text, pair.key(), Instant.now()))
        .hasMessageContaining("holds no certificate");
    assertThatThrownBy(() -> CertifiedKey.read(pair.certificate(), text, Instant.now()))
        .hasMessageContaining("openssl pkcs8 -topk8 -nodes");
  }
}
