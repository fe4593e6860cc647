package org.fedledger.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.node.http.HttpSettings;
import org.fedledger.node.http.HttpSettings.TlsFiles;

/**
 * What a node needs to know besides its ledger and its key.
 *
 * @param dataDir blobs, receipts and evaluations; made where it is missing, used by one node only
 * @param host name or address to listen on
 * @param port 0 for any free one
 * @param tls must be there unless the host is loopback
 * @param maxBlobBytes of one upload
 * @param firstBlock block of the contract's deployment or any before it
 * @param poll how long to wait for word of a new block before looking anyway
 */
public record NodeConfig(
    Path dataDir,
    String host,
    int port,
    Optional<TlsFiles> tls,
    long maxBlobBytes,
    long firstBlock,
    Duration poll) {

  public static final String DEFAULT_HOST = "127.0.0.1";

  /** Enough for a model of a thousand million parameters. */
  public static final long DEFAULT_MAX_BLOB_BYTES = 4L << 30;

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "localhost");

  public NodeConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
    if (maxBlobBytes < 1) {
      throw new IllegalArgumentException("max-blob-bytes is at least 1, not " + maxBlobBytes);
    }
    if (firstBlock < 0) {
      throw new IllegalArgumentException("a block is at least 0, not " + firstBlock);
    }
    if (tls.isEmpty() && !LOOPBACK.contains(host)) {
      throw new IllegalArgumentException(
          "plain HTTP is served on loopback only (%s); give tls-certificate and tls-key to listen on %s"
              .formatted(String.join(", ", LOOPBACK.stream().sorted().toList()), host));
    }
  }

  /** Plain HTTP on a free loopback port. */
  public static NodeConfig local(Path dataDir) {
    return new NodeConfig(
        dataDir,
        DEFAULT_HOST,
        0,
        Optional.empty(),
        DEFAULT_MAX_BLOB_BYTES,
        0,
        LedgerFollower.DEFAULT_POLL);
  }

  public NodeConfig withPort(int chosen) {
    return new NodeConfig(dataDir, host, chosen, tls, maxBlobBytes, firstBlock, poll);
  }

  public NodeConfig withMaxBlobBytes(long bytes) {
    return new NodeConfig(dataDir, host, port, tls, bytes, firstBlock, poll);
  }

  public NodeConfig withPoll(Duration pause) {
    return new NodeConfig(dataDir, host, port, tls, maxBlobBytes, firstBlock, pause);
  }

  HttpSettings http() {
    return new HttpSettings(host, port, tls, maxBlobBytes);
  }
}
