package org.fedledger.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whom this process trusts when it connects to others, and as whom it shows itself. */
public final class ClientTls {

  private static volatile X509TrustManager trust;

  private ClientTls() {}

  /**
   * From now on every connection that the process begins trusts these, and shows this certificate
   * to those who ask for one.
   *
   * @param authorities alone trusted; none for those that Java trusts
   */
  public static void use(List<X509Certificate> authorities, Optional<CertifiedKey> own) {
    try {
      X509TrustManager trusting = trusting(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own.map(CertifiedKey::managers).orElse(null), new TrustManager[] {trusting}, null);
      SSLContext.setDefault(context);
      trust = trusting;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java has no TLS of these certificates", e);
    }
  }

  /** What decides whom the default context trusts, where {@link #use} has set it. */
  public static Optional<X509TrustManager> trust() {
    return Optional.ofNullable(trust);
  }

  private static X509TrustManager trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities.isEmpty() ? null : store(authorities));
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }

  private static KeyStore store(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority-" + i, authorities.get(i));
    }
    return store;
  }
}
