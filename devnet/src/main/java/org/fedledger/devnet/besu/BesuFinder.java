package org.fedledger.devnet.besu;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
    return look(options).orElseThrow(this::none);
  }

  /** Empty if there is none, and none may be fetched. */
  Optional<BesuInstallation> look(BesuOptions options) throws IOException, InterruptedException {
    Optional<BesuInstallation> there = ofHome().or(this::onPath);
    if (there.isPresent()) {
      return there;
    }
    BesuCache cache = BesuCache.of(environment, release);
    if (options.archive().isPresent()) {
      return Optional.of(cache.unpack(options.archive().get()));
    }
    Optional<BesuInstallation> cached = cache.installation();
    return cached.isPresent() || !options.download()
        ? cached
        : Optional.of(cache.download(release.zipBelow(releases), talk));
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
        SearchPath.absolute(named)
            .flatMap(home -> BesuInstallation.in(home, "BESU_HOME"))
            .orElseThrow(
                () ->
                    CommandException.outOfReach(
                        "BESU_HOME is %s, which has no bin/besu to start beside a lib folder; let it name an unpacked release of Besu, or unset it"
                            .formatted(named),
                        null)));
  }

  private Optional<BesuInstallation> onPath() {
    return SearchPath.find("besu", environment)
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
}
