package org.fedledger.node.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.fedledger.node.http.HttpSettings.TlsFiles;
import org.fedledger.tls.CertifiedKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and key that a listener shows, as their files have them now: a renewed pair is
 * taken with the next connection. One that is of no use, such as a certificate whose key has not
 * been written yet, is told of and left, and what was shown before is shown on.
 */
final class RenewedKey extends X509ExtendedKeyManager {

  private static final Logger LOG = LoggerFactory.getLogger(RenewedKey.class);

  private static final String ALIAS = "node";

  /** How often the files are looked at. */
  static final Duration LOOK = Duration.ofSeconds(10);

  private final TlsFiles files;
  private final InstantSource clock;
  private Instant lookedAt;
  private List<FileTime> times;
  private CertifiedKey current;

  /**
   * @throws IOException if the files cannot be read
   * @throws IllegalArgumentException if the certificate is not valid now, or not the key's
   */
  RenewedKey(TlsFiles files, InstantSource clock) throws IOException {
    this.files = files;
    this.clock = clock;
    this.lookedAt = clock.instant();
    this.times = times();
    this.current = read();
  }

  /** Until when the pair that is shown is valid. */
  Instant expiry() {
    return current().expiry();
  }

  private synchronized CertifiedKey current() {
    Instant now = clock.instant();
    if (!now.isBefore(lookedAt.plus(LOOK))) {
      lookedAt = now;
      look();
    }
    return current;
  }

  private void look() {
    try {
      List<FileTime> found = times();
      if (!found.equals(times)) {
        times = found;
        current = read();
        LOG.info("took the renewed certificate, which is valid until {}", current.expiry());
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("the renewed certificate is not taken: {}", e.getMessage());
    }
  }

  private List<FileTime> times() throws IOException {
    return List.of(
        Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
  }

  private CertifiedKey read() throws IOException {
    return CertifiedKey.read(files.certificate(), files.key(), clock.instant());
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return chooseServerAlias(keyType, issuers, null);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    String own = current().key().getAlgorithm();
    return keyType.equals(own) || keyType.startsWith(own + "_") || keyType.startsWith(own + "-")
        ? ALIAS
        : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return current().chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return current().key();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  /** It shows itself to nobody whom it calls. */
  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[0];
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return null;
  }
}
