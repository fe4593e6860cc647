package org.fedledger.devnet.besu;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fedledger.client.cli.CommandException;
import org.fedledger.types.Digest;

/**
 * The unpacked release in the user's cache, by the XDG base directory rules. What is being made
 * there has another name until it is whole.
 */
final class BesuCache {

  /** Bytes of an archive; the releases of 2026 have less than half of it. */
  static final long MAX_ARCHIVE = 600L << 20;

  private final Path folder;
  private final BesuRelease release;

  BesuCache(Path folder, BesuRelease release) {
    this.folder = folder;
    this.release = release;
  }

  /** {@code XDG_CACHE_HOME}, else {@code .cache} of the home folder. */
  static BesuCache of(Map<String, String> environment, BesuRelease release) {
    Path cache =
        absolute(environment.get("XDG_CACHE_HOME"))
            .orElseGet(
                () ->
                    absolute(environment.get("HOME"))
                        .orElseGet(() -> Path.of(System.getProperty("user.home")))
                        .resolve(".cache"));
    return new BesuCache(cache.resolve("fedledger"), release);
  }

  /** The rules say that a relative path is to be ignored. */
  private static Optional<Path> absolute(String name) {
    try {
      return Optional.ofNullable(name).map(Path::of).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  Optional<BesuInstallation> installation() {
    Path home = home();
    return BesuInstallation.in(home, home.toString());
  }

  private Path home() {
    return folder.resolve(release.folder()).toAbsolutePath().normalize();
  }

  /**
   * Checks an archive, and unpacks it unless that was done before.
   *
   * @throws CommandException if it is not there, or not the archive of this release
   */
  BesuInstallation unpack(Path archive) throws IOException {
    if (!Files.isRegularFile(archive)) {
      throw CommandException.outOfReach("%s: there is no such archive".formatted(archive), null);
    }
    check(archive);
    Optional<BesuInstallation> before = installation();
    if (before.isPresent()) {
      return before.get();
    }
    Files.createDirectories(folder);
    Path scratch = Files.createTempDirectory(folder, release.folder() + "-");
    try {
      Unpacker.unpack(archive, scratch);
      return keep(scratch.resolve(release.folder()), archive);
    } catch (Unpacker.BadArchiveException e) {
      throw CommandException.verificationFailed(
          "%s is not unpacked: %s".formatted(archive, e.getMessage()));
    } finally {
      delete(scratch);
    }
  }

  /** Fetches the archive and unpacks it; nothing of it stays but that. */
  BesuInstallation download(URI address, Consumer<String> talk)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path scratch = Files.createTempDirectory(folder, "download-");
    try {
      Path archive = scratch.resolve(release.zipName());
      talk.accept("Fetching %s".formatted(address));
      new BesuDownload(MAX_ARCHIVE, BesuDownload.PATIENCE, talk).fetch(address, archive);
      return unpack(archive);
    } finally {
      delete(scratch);
    }
  }

  private void check(Path archive) throws IOException {
    long size = Files.size(archive);
    Digest found = size > MAX_ARCHIVE ? Digest.NONE : digest(archive);
    if (!found.equals(release.zip()) && !found.equals(release.tarGz())) {
      throw CommandException.verificationFailed(
          ("%s is not Besu %s: %s; wanted is %s of the .tar.gz or %s of the .zip;"
                  + " to use another release, unpack it yourself and set BESU_HOME")
              .formatted(
                  archive,
                  release.version(),
                  size > MAX_ARCHIVE
                      ? "it has %d bytes".formatted(size)
                      : "its SHA-256 is " + found.hex(),
                  release.tarGz().hex(),
                  release.zip().hex()));
    }
  }

  private static Digest digest(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), Digest.sha256())) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return new Digest(in.getMessageDigest().digest());
    }
  }

  private BesuInstallation keep(Path unpacked, Path archive) throws IOException {
    if (BesuInstallation.in(unpacked, "").isEmpty()) {
      throw CommandException.verificationFailed(
          "%s holds no %s with bin/besu to start and lib".formatted(archive, release.folder()));
    }
    try {
      Files.move(unpacked, home(), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Another process was first, or something broken lies there.
      return installation().orElseThrow(() -> inTheWay(e));
    }
    return installation().orElseThrow();
  }

  private CommandException inTheWay(FileSystemException cause) {
    return CommandException.outOfReach(
        "%s is there and is no Besu; remove it".formatted(home()), cause);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
