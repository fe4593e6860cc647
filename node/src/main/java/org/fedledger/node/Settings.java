package org.fedledger.node;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.node.NodeConfig.Limits;
import org.fedledger.node.http.HttpSettings;
import org.fedledger.node.http.HttpSettings.Place;
import org.fedledger.node.http.HttpSettings.TlsFiles;
import org.fedledger.tls.CertifiedKey;
import org.fedledger.tls.ClientTls;
import org.fedledger.types.Address;

/**
 * The program's settings by name: from the command line, else the environment, else the
 * configuration file.
 *
 * <p>Passwords are no settings: they stand in a file of their own or in {@link #PASSWORD}.
 */
final class Settings {

  static final String PREFIX = "FEDLEDGER_NODE_";

  /** Environment variable that holds the key file's password. */
  static final String PASSWORD = "FEDLEDGER_PASSWORD";

  static final List<String> KEYS =
      List.of(
          "rpc",
          "ws",
          "contract",
          "first-block",
          "keystore",
          "password-file",
          "data-dir",
          "host",
          "port",
          "monitor-host",
          "monitor-port",
          "public-url",
          "proxies",
          "tls-certificate",
          "tls-key",
          "max-blob-bytes",
          "min-free-bytes",
          "max-standstill",
          "retain-rounds",
          "rpc-ca",
          "rpc-certificate",
          "rpc-key",
          "log-format");

  private static final long MAX_FILE_BYTES = 64 << 10;

  private final Map<String, String> flags;
  private final Map<String, String> environment;
  private final Properties file;

  /**
   * @param flags by key, absent ones left out
   */
  Settings(Map<String, String> flags, Map<String, String> environment, Properties file) {
    this.flags = flags;
    this.environment = environment;
    this.file = file;
    for (String key : file.stringPropertyNames()) {
      if (!KEYS.contains(key)) {
        throw new UsageException(
            "the configuration file has an unknown key '%s'; known are %s"
                .formatted(key, String.join(", ", KEYS)));
      }
    }
  }

  /** Reads {@code key = value} lines. */
  static Properties read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new UsageException(file + ": too large for a configuration file");
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + ": " + e.getMessage());
    }
    return properties;
  }

  NodeConfig node() {
    try {
      return new NodeConfig(
          required("data-dir", Path::of),
          new HttpSettings(
              place("host", "port"),
              tls(),
              place("monitor-host", "monitor-port"),
              optional("public-url", Settings::urls).orElse(List.of()),
              optional("proxies", Settings::addresses).orElse(NodeConfig.DEFAULT_PROXIES),
              number("max-blob-bytes", 1, Long.MAX_VALUE)
                  .orElse(NodeConfig.DEFAULT_MAX_BLOB_BYTES)),
          number("first-block", 0, Long.MAX_VALUE).orElse(0L),
          LedgerFollower.DEFAULT_POLL,
          new Limits(
              number("min-free-bytes", 0, Long.MAX_VALUE).orElse(Limits.DEFAULT.minFreeBytes()),
              number("max-standstill", 1, Integer.MAX_VALUE)
                  .map(Duration::ofSeconds)
                  .orElse(Limits.DEFAULT.maxStandstill()),
              number("retain-rounds", 1, Long.MAX_VALUE)
                  .map(OptionalLong::of)
                  .orElse(Limits.DEFAULT.retainRounds())));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** One or several, with commas between. */
  List<URI> rpc() {
    return required(
        "rpc", text -> Arrays.stream(text.split(",")).map(String::strip).map(URI::create).toList());
  }

  Optional<URI> ws() {
    return optional("ws", URI::create);
  }

  Address contract() {
    return required("contract", text -> Address.of(text.toLowerCase(Locale.ROOT)));
  }

  Path keystore() {
    return required("keystore", Path::of);
  }

  /** The key file's password, from the password file or else the environment. */
  String password() throws IOException {
    Optional<Path> from = optional("password-file", Path::of);
    if (from.isPresent()) {
      if (Files.size(from.get()) > MAX_FILE_BYTES) {
        throw new UsageException(from.get() + ": too large for a password file");
      }
      return Files.readString(from.get()).lines().findFirst().orElse("");
    }
    String given = environment.get(PASSWORD);
    if (given == null) {
      throw new UsageException(
          "the key file's password is needed: give --password-file FILE or set " + PASSWORD);
    }
    return given;
  }

  boolean jsonLogs() {
    return optional(
            "log-format",
            text ->
                switch (text) {
                  case "text" -> false;
                  case "json" -> true;
                  default -> throw new IllegalArgumentException("text or json belongs here");
                })
        .orElse(false);
  }

  private Place place(String host, String port) {
    return new Place(
        optional(host, Function.identity()).orElse(NodeConfig.DEFAULT_HOST),
        Math.toIntExact(number(port, 0, 65_535).orElse(0L)));
  }

  private static List<URI> urls(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).map(URI::create).toList();
  }

  /** Numeric ones, since a name could come to mean somebody else. */
  private static Set<InetAddress> addresses(String text) {
    Set<InetAddress> addresses = new HashSet<>();
    for (String each : text.split(",")) {
      if (!each.isBlank()) {
        addresses.add(InetAddress.ofLiteral(each.strip()));
      }
    }
    return addresses;
  }

  private Optional<TlsFiles> tls() {
    Optional<Path> certificate = optional("tls-certificate", Path::of);
    Optional<Path> key = optional("tls-key", Path::of);
    if (certificate.isPresent() != key.isPresent()) {
      throw new UsageException("tls-certificate and tls-key go together; one of them is missing");
    }
    return certificate.map(c -> new TlsFiles(c, key.orElseThrow()));
  }

  /**
   * Sets whom the process trusts on its way to the chain node, and as whom it shows itself; and
   * looks at the certificate that its API is to show, before anything is begun.
   */
  void useTls() throws IOException {
    tls().ifPresent(files -> certified(files.certificate(), files.key()));
    Optional<Path> authorities = optional("rpc-ca", Path::of);
    Optional<Path> certificate = optional("rpc-certificate", Path::of);
    Optional<Path> key = optional("rpc-key", Path::of);
    if (certificate.isPresent() != key.isPresent()) {
      throw new UsageException("rpc-certificate and rpc-key go together; one of them is missing");
    }
    if (authorities.isPresent() || certificate.isPresent()) {
      ClientTls.use(
          authorities.isPresent() ? authorities(authorities.get()) : List.of(),
          certificate.map(c -> certified(c, key.orElseThrow())));
    }
  }

  private static List<X509Certificate> authorities(Path file) throws IOException {
    try {
      return CertifiedKey.certificates(file);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static CertifiedKey certified(Path certificate, Path key) {
    try {
      return CertifiedKey.read(certificate, key, Instant.now());
    } catch (NoSuchFileException e) {
      throw new UsageException(e.getFile() + ": there is no such file");
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private Optional<Long> number(String key, long min, long max) {
    return optional(
        key,
        text -> {
          long value = Long.parseLong(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException(
                "a whole number from %d to %d belongs here".formatted(min, max));
          }
          return value;
        });
  }

  private <T> T required(String key, Function<String, T> reader) {
    return optional(key, reader)
        .orElseThrow(
            () ->
                new UsageException(
                    "%s is needed: give --%s, set %s, or write '%s = …' in the configuration file"
                        .formatted(key, key, variable(key), key)));
  }

  private <T> Optional<T> optional(String key, Function<String, T> reader) {
    String text = flags.get(key);
    if (text == null) {
      text = environment.get(variable(key));
    }
    if (text == null) {
      text = file.getProperty(key);
    }
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s: '%s': %s".formatted(key, text.strip(), e.getMessage()));
    }
  }

  static String variable(String key) {
    return PREFIX + key.replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
