package org.fedledger.node.http;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where and how a node listens.
 *
 * @param api where everybody is answered
 * @param tls of the API; the monitor has none
 * @param monitor where health and measurements are told, apart from all load on the API
 * @param publicUrls addresses under which clients reach the API, where these are others than it
 *     listens on, as behind a reverse proxy
 * @param proxies addresses from which any number of connections comes, as from a reverse proxy,
 *     which sees to it itself who gets how many
 * @param maxBlobBytes of one upload
 */
public record HttpSettings(
    Place api,
    Optional<TlsFiles> tls,
    Place monitor,
    List<URI> publicUrls,
    Set<InetAddress> proxies,
    long maxBlobBytes) {

  /** Connections at a time: one for each of the most participants that a round has. */
  private static final int CONNECTIONS = 4_096;

  /** Of them from one address, behind which may be an organisation. */
  private static final int FROM_ONE_ADDRESS = 64;

  /**
   * @param host name or address to listen on
   * @param port 0 for any free one
   */
  public record Place(String host, int port) {

    public Place {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
      }
    }
  }

  /** A certificate chain and its key, both PEM. */
  public record TlsFiles(Path certificate, Path key) {}

  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::");

  public HttpSettings {
    publicUrls = List.copyOf(publicUrls);
    proxies = Set.copyOf(proxies);
    publicUrls.forEach(HttpSettings::requireBase);
    if (publicUrls.isEmpty() && EVERYWHERE.contains(api.host())) {
      throw new IllegalArgumentException(
          "clients do not reach a node at %s; give public-url with the address that they use"
              .formatted(api.host()));
    }
    if (maxBlobBytes < 1) {
      throw new IllegalArgumentException("max-blob-bytes is at least 1, not " + maxBlobBytes);
    }
  }

  private static void requireBase(URI url) {
    if (url.getHost() == null
        || !("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "public-url is like https://node.example/fed, not '%s'".formatted(url));
    }
  }

  public HttpSettings withPort(int chosen) {
    return new HttpSettings(
        new Place(api.host(), chosen), tls, monitor, publicUrls, proxies, maxBlobBytes);
  }

  public HttpSettings withMaxBlobBytes(long bytes) {
    return new HttpSettings(api, tls, monitor, publicUrls, proxies, bytes);
  }

  Connections.Limits connections() {
    return new Connections.Limits(CONNECTIONS, FROM_ONE_ADDRESS, proxies);
  }
}
