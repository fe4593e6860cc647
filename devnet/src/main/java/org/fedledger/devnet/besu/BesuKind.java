package org.fedledger.devnet.besu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.fedledger.devnet.network.Network;
import org.fedledger.devnet.network.NetworkKind;

/**
 * Validators of Besu.
 *
 * @param validators how many; empty for as many as the folder has, or else 4
 * @param options how a Besu may be had
 * @param environment where it may be named
 */
public record BesuKind(OptionalInt validators, BesuOptions options, Map<String, String> environment)
    implements NetworkKind {

  /** As {@code --chain} names it. */
  public static final String NAME = "besu";

  @Override
  public String name() {
    return NAME;
  }

  /**
   * What goes on with the chain of Besu that is in a folder.
   *
   * @return a command; empty if there is none
   */
  public static Optional<String> goesOn(Path folder) {
    if (!Files.exists(folder.resolve("genesis.json"))) {
      return Optional.empty();
    }
    return Optional.of(
        Files.isDirectory(folder.resolve("validator-1"))
            ? "'fedledger devnet up --chain besu --dir %s'".formatted(folder)
            : "'docker compose up --detach' there");
  }

  /** Without what was needed to get a Besu: by then there is one, or it is the image. */
  @Override
  public List<String> words() {
    List<String> words = new ArrayList<>(List.of("--chain", NAME));
    validators.ifPresent(n -> words.addAll(List.of("--validators", Integer.toString(n))));
    if (options.docker()) {
      words.add("--docker");
    }
    return words;
  }

  @Override
  public Duration patience() {
    return BesuNetwork.PATIENCE.plusSeconds(30);
  }

  @Override
  public void require(Consumer<String> talk) throws IOException, InterruptedException {
    if (look(talk).isEmpty()) {
      DockerCompose.find(environment);
    }
  }

  /** Empty where the container image is to be used. */
  private Optional<BesuInstallation> look(Consumer<String> talk)
      throws IOException, InterruptedException {
    return options.docker()
        ? BesuInstallation.look(options, environment, talk)
        : Optional.of(BesuInstallation.find(options, environment, talk));
  }

  @Override
  public Network in(Path folder, OptionalInt port, Consumer<String> talk)
      throws IOException, InterruptedException {
    Optional<BesuInstallation> besu = look(talk);
    return besu.isPresent()
        ? BesuNetwork.in(folder, besu.get(), validators, port, talk)
        : BesuNetwork.inContainers(folder, DockerCompose.find(environment), validators, port, talk);
  }
}
