package org.fedledger.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A certificate chain and the private key of its first certificate, which fit each other.
 *
 * @param chain the holder's certificate first
 */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {

  private static final long MAX_FILE_BYTES = 1 << 20;

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  /** A signature algorithm for each kind of key that TLS takes here. */
  private static final Map<String, String> PROOFS =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private static final char[] NO_PASSWORD = new char[0];

  /**
   * @throws IllegalArgumentException if the key is another's than the chain's
   */
  public CertifiedKey {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("there is no certificate");
    }
    if (!fits(chain.getFirst(), key)) {
      throw new IllegalArgumentException(
          "the private key is not that of the certificate of %s"
              .formatted(subject(chain.getFirst())));
    }
  }

  /**
   * Reads a chain and its key.
   *
   * @param certificate chain, PEM
   * @param key unencrypted PKCS #8, PEM
   * @param now when the certificate must be valid
   * @throws IllegalArgumentException if they do not fit each other, are not valid now, or are none
   */
  public static CertifiedKey read(Path certificate, Path key, Instant now) throws IOException {
    List<X509Certificate> chain = certificates(certificate);
    for (X509Certificate each : chain) {
      requireValid(certificate, each, now);
    }
    return new CertifiedKey(chain, privateKey(key));
  }

  /**
   * Certificates of a PEM file.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      Collection<? extends java.security.cert.Certificate> read =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content(file)));
      if (read.isEmpty()) {
        throw new IllegalArgumentException(file + ": holds no certificate");
      }
      return read.stream().map(X509Certificate.class::cast).toList();
    } catch (CertificateException e) {
      throw new IllegalArgumentException(file + ": holds no certificate in PEM", e);
    }
  }

  /** Until when all of the chain are valid. */
  public Instant expiry() {
    return chain.stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** For a TLS context. */
  public KeyManager[] managers() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("key", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java has no key store in memory", e);
    }
  }

  private static void requireValid(Path file, X509Certificate certificate, Instant now) {
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new IllegalArgumentException(
          "%s: the certificate of %s expired at %s"
              .formatted(file, subject(certificate), certificate.getNotAfter().toInstant()));
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new IllegalArgumentException(
          "%s: the certificate of %s is not valid before %s"
              .formatted(file, subject(certificate), certificate.getNotBefore().toInstant()));
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    String text = new String(content(file), StandardCharsets.US_ASCII);
    Matcher pem = PKCS8.matcher(text);
    if (!pem.find()) {
      throw new IllegalArgumentException(
          "%s: holds no unencrypted PKCS #8 key (-----BEGIN PRIVATE KEY-----); 'openssl pkcs8 -topk8 -nodes' makes one of another form"
              .formatted(file));
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    for (String algorithm : PROOFS.keySet()) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // It is of another kind.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java lacks keys of the kind " + algorithm, e);
      }
    }
    throw new IllegalArgumentException(file + ": the key is none of RSA, EC and EdDSA");
  }

  /** Whether what the key signs is the certificate's. */
  private static boolean fits(X509Certificate certificate, PrivateKey key) {
    byte[] something = certificate.getSerialNumber().toByteArray();
    try {
      Signature signature = Signature.getInstance(PROOFS.get(key.getAlgorithm()));
      signature.initSign(key);
      signature.update(something);
      byte[] made = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(something);
      return signature.verify(made);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  private static byte[] content(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IllegalArgumentException(file + ": too large for a PEM file");
    }
    return Files.readAllBytes(file);
  }
}
