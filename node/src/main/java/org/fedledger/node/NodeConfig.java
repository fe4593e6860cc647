package org.fedledger.node;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.node.http.HttpSettings;
import org.fedledger.node.http.HttpSettings.Place;

/**
 * What a node needs to know besides its ledger and its key.
 *
 * @param dataDir blobs, receipts and evaluations; made where it is missing, used by one node only
 * @param http where it listens; with TLS unless that is loopback
 * @param firstBlock block of the contract's deployment or any before it
 * @param limits when it is not ready, and what it does not keep
 * @param poll how long to wait for word of a new block before looking anyway
 */
public record NodeConfig(
    Path dataDir, HttpSettings http, long firstBlock, Duration poll, Limits limits) {

  /**
   * When the node is of no use, and what it does not keep.
   *
   * @param minFreeBytes that uploads leave free on the disk
   * @param maxStandstill how long the chain may have no new block
   * @param retainRounds of how many rounds before the last one updates are kept; of all where empty
   */
  public record Limits(long minFreeBytes, Duration maxStandstill, OptionalLong retainRounds) {

    public static final Limits DEFAULT =
        new Limits(256L << 20, Duration.ofMinutes(5), OptionalLong.empty());

    public Limits {
      if (minFreeBytes < 0) {
        throw new IllegalArgumentException("min-free-bytes is at least 0, not " + minFreeBytes);
      }
      if (!maxStandstill.isPositive()) {
        throw new IllegalArgumentException(
            "max-standstill is at least 1 second, not " + maxStandstill.toSeconds());
      }
      if (retainRounds.orElse(1) < 1) {
        throw new IllegalArgumentException(
            "retain-rounds is at least 1, not " + retainRounds.getAsLong());
      }
    }
  }

  public static final String DEFAULT_HOST = "127.0.0.1";

  /** Enough for a model of a thousand million parameters. */
  public static final long DEFAULT_MAX_BLOB_BYTES = 4L << 30;

  /** A reverse proxy on the same machine. */
  public static final Set<InetAddress> DEFAULT_PROXIES =
      Set.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "localhost");

  public NodeConfig {
    if (firstBlock < 0) {
      throw new IllegalArgumentException("a block is at least 0, not " + firstBlock);
    }
    if (http.tls().isEmpty() && !LOOPBACK.contains(http.api().host())) {
      throw new IllegalArgumentException(
          "plain HTTP is served on loopback only (%s); give tls-certificate and tls-key to listen on %s"
              .formatted(String.join(", ", new TreeSet<>(LOOPBACK)), http.api().host()));
    }
  }

  /** Plain HTTP on free loopback ports. */
  public static NodeConfig local(Path dataDir) {
    Place free = new Place(DEFAULT_HOST, 0);
    return new NodeConfig(
        dataDir,
        new HttpSettings(
            free, Optional.empty(), free, List.of(), DEFAULT_PROXIES, DEFAULT_MAX_BLOB_BYTES),
        0,
        LedgerFollower.DEFAULT_POLL,
        Limits.DEFAULT);
  }

  public NodeConfig withPort(int chosen) {
    return new NodeConfig(dataDir, http.withPort(chosen), firstBlock, poll, limits);
  }

  public NodeConfig withMaxBlobBytes(long bytes) {
    return new NodeConfig(dataDir, http.withMaxBlobBytes(bytes), firstBlock, poll, limits);
  }

  public NodeConfig withPoll(Duration pause) {
    return new NodeConfig(dataDir, http, firstBlock, pause, limits);
  }

  public NodeConfig withLimits(Limits other) {
    return new NodeConfig(dataDir, http, firstBlock, poll, other);
  }
}
