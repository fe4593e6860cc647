package org.fedledger.client.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fedledger.tls.CertifiedKey;
import org.fedledger.tls.ClientTls;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Whom every command trusts on its way to chain nodes and nodes, and as whom it shows itself. */
public final class TlsOptions {

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "trust only these authorities, PEM, on https:// and wss:// (default: Java's)")
  private Path authorities;

  @Option(
      names = "--client-certificate",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "certificate chain, PEM, to show where one is asked for")
  private Path certificate;

  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "its private key, PKCS #8 in PEM")
  private Path key;

  /**
   * Sets what was given, for the whole process.
   *
   * @throws ParameterException if the files do not hold what belongs there
   */
  public void apply(CommandLine line) {
    if ((certificate == null) != (key == null)) {
      throw new ParameterException(
          line, "--client-certificate and --client-key go together; one of them is missing");
    }
    if (authorities == null && certificate == null) {
      return;
    }
    try {
      List<X509Certificate> trusted =
          authorities == null ? List.of() : CertifiedKey.certificates(authorities);
      Optional<CertifiedKey> own =
          certificate == null
              ? Optional.empty()
              : Optional.of(CertifiedKey.read(certificate, key, Instant.now()));
      ClientTls.use(trusted, own);
    } catch (IOException e) {
      throw new ParameterException(line, Commands.sentence(e), e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line, e.getMessage(), e);
    }
  }
}
