package org.fedledger.node.http;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how the API listens.
 *
 * @param port 0 for any free one
 * @param maxBlobBytes of one upload
 */
public record HttpSettings(String host, int port, Optional<TlsFiles> tls, long maxBlobBytes) {

  /** A certificate chain and its key, both PEM. */
  public record TlsFiles(Path certificate, Path key) {}
}
