package org.fedledger.devnet.besu;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.fedledger.client.cli.CommandException;

/** Looks for a Besu in all the places where one may be. */
final class BesuFinder {

  private final BesuRelease release;
  private final URI releases;
  private final Map<String, String> environment;
  private final Consumer<String> talk;

  BesuFinder(
      BesuRelease release, URI releases, Map<String, String> environment, Consumer<String> talk) {
    this.release = release;
    this.releases = releases;
    this.environment = environment;
    this.talk = talk;
  }

  BesuInstallation find(BesuOptions options) throws IOException, InterruptedException {
    Optional<BesuInstallation> there = ofHome().or(this::onPath);
    if (there.isPresent()) {
      return there.get();
    }
    BesuCache cache = BesuCache.of(environment, release);
    if (options.archive().isPresent()) {
      return cache.unpack(options.archive().get());
    }
    Optional<BesuInstallation> cached = cache.installation();
    if (cached.isPresent()) {
      return cached.get();
    }
    if (options.download()) {
      return cache.download(release.zipBelow(releases), talk);
    }
    throw none();
  }

  private CommandException none() {
    return CommandException.outOfReach(
        ("no Besu found: set BESU_HOME to an unpacked release of it, or give its archive with"
                + " --besu-archive besu-%s.tar.gz (--download-besu fetches it), or add --docker to"
                + " run its container image")
            .formatted(release.version()),
        null);
  }

  /** A variable that is set and wrong is not passed over: who set it believes that it is used. */
  private Optional<BesuInstallation> ofHome() {
    String named = environment.getOrDefault("BESU_HOME", "");
    if (named.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        path(named)
            .flatMap(home -> BesuInstallation.in(home, "BESU_HOME"))
            .orElseThrow(
                () ->
                    CommandException.outOfReach(
                        "BESU_HOME is %s, which has no bin/besu to start beside a lib folder; let it name an unpacked release of Besu, or unset it"
                            .formatted(named),
                        null)));
  }

  private Optional<BesuInstallation> onPath() {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(environment.getOrDefault("PATH", ""))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> path(folder).stream())
        .map(folder -> folder.resolve("besu"))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(BesuFinder::real)
        .map(file -> BesuInstallation.ofExecutable(file, "the PATH"));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file;
    }
  }

  private static Optional<Path> path(String name) {
    try {
      return Optional.of(Path.of(name).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
