package org.fedledger.devnet.besu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.cli.CommandException;

/**
 * The docker compose of this machine, of version 2 ({@code docker compose}), and the words by which
 * it runs one validator.
 */
final class DockerCompose {

  /** Whom the image's own user is; root's keys are given to it, since Besu is never run as root. */
  static final int BESU_USER = 1000;

  private static final long PATIENCE_SECONDS = 30;
  private static final int ROOT = 0;
  private static final String NEEDED =
      "--docker needs Docker with Compose v2 ('docker compose'; docker-compose v1 will not do), and"
          + " ";

  private final Path docker;

  DockerCompose(Path docker) {
    this.docker = docker;
  }

  /**
   * The one on the {@code PATH}.
   *
   * @throws CommandException if there is none that works, saying what is missing
   */
  static DockerCompose find(Map<String, String> environment)
      throws IOException, InterruptedException {
    DockerCompose found =
        new DockerCompose(
            SearchPath.find("docker", environment)
                .orElseThrow(
                    () ->
                        CommandException.outOfReach(
                            NEEDED + "there is no docker on the PATH", null)));
    found.requireWorking("compose", "version");
    found.requireWorking("info");
    return found;
  }

  private void requireWorking(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(docker.toString()));
    command.addAll(List.of(words));
    Path said = Files.createTempFile("docker", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      if (!ended || process.exitValue() != 0) {
        throw CommandException.outOfReach(
            (NEEDED + "'docker %s' %s")
                .formatted(
                    String.join(" ", words), ended ? "says: " + lastLine(said) : "does not answer"),
            null);
      }
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static String lastLine(Path said) throws IOException {
    return Files.readString(said)
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((_, last) -> last)
        .orElse("nothing");
  }

  /** Runs one service until it ends; asked to end, it ends the service first. */
  List<String> up(Path project, String service) {
    return words(project, "up", "--no-log-prefix", "--no-color", service);
  }

  /** Ends one service without warning; one that has ended is left alone. */
  void kill(Path project, String service, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(words(project, "kill", service))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> words(Path project, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                docker.toString(),
                "compose",
                "--file",
                project.resolve("compose.yaml").toString()));
    words.addAll(List.of(more));
    return words;
  }

  /**
   * Who Besu is in the container: the owner of the keys, or the image's own user where that is
   * root, who then gets them.
   */
  static Map<String, String> user(List<Path> keys) throws IOException {
    int user = (int) Files.getAttribute(keys.getFirst(), "unix:uid");
    int group = (int) Files.getAttribute(keys.getFirst(), "unix:gid");
    if (user == ROOT) {
      for (Path key : keys) {
        Files.setAttribute(key, "unix:uid", BESU_USER);
        Files.setAttribute(key, "unix:gid", BESU_USER);
      }
      user = BESU_USER;
      group = BESU_USER;
    }
    return Map.of("BESU_UID", Integer.toString(user), "BESU_GID", Integer.toString(group));
  }
}
