package org.fedledger.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A private authority and what it certifies, made by Java's own tool. */
public final class TestCertificates {

  private static final String PASSWORD = "throw-away";

  private final Path folder;
  private final Path store;

  /**
   * A chain and its key.
   *
   * @param certificate PEM
   * @param key PKCS #8, PEM
   */
  public record Pair(Path certificate, Path key) {}

  /** Makes the authority. */
  public TestCertificates(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.store = folder.resolve("keys.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "authority",
        "-dname",
        "CN=authority",
        "-ext",
        "bc:c",
        "-startdate",
        "-9d");
  }

  /** The authority's certificate, PEM. */
  public Path authority() throws IOException {
    return pem("authority.pem", "CERTIFICATE", List.of(der("authority")));
  }

  /** A certificate for {@code localhost} that holds from yesterday to tomorrow. */
  public Pair certify(String name) throws IOException {
    return certify(name, "-startdate", "-1d", "-validity", "2");
  }

  /** One that expired yesterday. */
  public Pair expired(String name) throws IOException {
    return certify(name, "-startdate", "-3d", "-validity", "2");
  }

  private Pair certify(String name, String... validity) throws IOException {
    keytool("-genkeypair", "-alias", name, "-dname", "CN=" + name);
    Path request = folder.resolve(name + ".csr");
    Path signed = folder.resolve(name + ".signed");
    keytool("-certreq", "-alias", name, "-file", request.toString());
    List<String> sign =
        new ArrayList<>(
            List.of(
                "-gencert",
                "-alias",
                "authority",
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-ext",
                "san=dns:localhost,ip:127.0.0.1"));
    sign.addAll(List.of(validity));
    keytool(sign.toArray(String[]::new));
    return new Pair(
        pem(name + ".pem", "CERTIFICATE", List.of(Files.readAllBytes(signed), der("authority"))),
        pem(name + "-key.pem", "PRIVATE KEY", List.of(key(name))));
  }

  private byte[] der(String alias) throws IOException {
    try {
      Certificate certificate = open().getCertificate(alias);
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private byte[] key(String alias) throws IOException {
    try {
      return open().getKey(alias, PASSWORD.toCharArray()).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private Path pem(String name, String what, List<byte[]> ders) throws IOException {
    StringBuilder text = new StringBuilder();
    for (byte[] der : ders) {
      text.append(
          "-----BEGIN %s-----\n%s\n-----END %s-----\n"
              .formatted(
                  what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), what));
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private void keytool(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    if (arguments[0].equals("-genkeypair")) {
      command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    }
    command.addAll(
        List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new IOException(said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
