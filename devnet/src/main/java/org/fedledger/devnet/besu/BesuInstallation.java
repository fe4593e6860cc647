package org.fedledger.devnet.besu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Besu that can be started here.
 *
 * @param home its unpacked folder
 * @param executable the script that starts it
 * @param version as its own library is named; empty where that does not tell
 * @param source where it was found, for people
 */
public record BesuInstallation(
    Path home, Path executable, Optional<String> version, String source) {

  private static final Pattern LIBRARY =
      Pattern.compile("besu(?:-app)?-([0-9]+\\.[0-9]+[0-9A-Za-z.+-]*)\\.jar");

  public BesuInstallation {
    Objects.requireNonNull(version);
    Objects.requireNonNull(source);
    if (!home.isAbsolute() || !executable.isAbsolute()) {
      throw new IllegalArgumentException("a Besu is known by absolute paths: " + executable);
    }
  }

  /**
   * Finds one: {@code BESU_HOME}, {@code besu} on the {@code PATH}, an archive or what was unpacked
   * of one before, a download where that is allowed; in this order.
   *
   * @param talk told what takes long, a line at a time
   * @throws org.fedledger.client.cli.CommandException if there is none, saying what to do
   */
  public static BesuInstallation find(
      BesuOptions options, Map<String, String> environment, Consumer<String> talk)
      throws IOException, InterruptedException {
    return new BesuFinder(BesuRelease.PINNED, BesuRelease.PUBLISHED, environment, talk)
        .find(options);
  }

  /** As {@link #find}; empty if there is none. */
  static Optional<BesuInstallation> look(
      BesuOptions options, Map<String, String> environment, Consumer<String> talk)
      throws IOException, InterruptedException {
    return new BesuFinder(BesuRelease.PINNED, BesuRelease.PUBLISHED, environment, talk)
        .look(options);
  }

  /**
   * What has {@code bin/besu} that may be started, and {@code lib}, as releases have.
   *
   * @param home an absolute path
   */
  static Optional<BesuInstallation> in(Path home, String source) {
    Path executable = home.resolve("bin").resolve("besu");
    if (!Files.isRegularFile(executable)
        || !Files.isExecutable(executable)
        || !Files.isDirectory(home.resolve("lib"))) {
      return Optional.empty();
    }
    return Optional.of(new BesuInstallation(home, executable, versionOf(home), source));
  }

  /** A script on its own, as package managers leave them. */
  static BesuInstallation ofExecutable(Path executable, String source) {
    Path home = executable.getParent().getParent();
    return new BesuInstallation(home, executable, versionOf(home), source);
  }

  private static Optional<String> versionOf(Path home) {
    Path libraries = home.resolve("lib");
    if (!Files.isDirectory(libraries)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(libraries)) {
      return files
          .map(file -> LIBRARY.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .sorted()
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** The JDK to start it with: our own, which is as new as Besu wants one (25). */
  public Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }
}
