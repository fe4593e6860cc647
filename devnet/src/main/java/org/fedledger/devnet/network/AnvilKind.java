package org.fedledger.devnet.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One Anvil. */
public record AnvilKind() implements NetworkKind {

  /** As {@code --chain} names it. */
  public static final String NAME = "anvil";

  /**
   * What goes on with the chain of Anvil that is in a folder.
   *
   * @return a command; empty if there is none
   */
  public static Optional<String> goesOn(Path folder) {
    return Files.exists(new AnvilState(folder).file())
        ? Optional.of("'fedledger devnet up --dir %s'".formatted(folder))
        : Optional.empty();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> words() {
    return List.of("--chain", NAME);
  }

  @Override
  public Duration patience() {
    return Duration.ofSeconds(60);
  }

  @Override
  public void require(Consumer<String> talk) {
    AnvilBinary.find();
  }

  @Override
  public Network in(Path folder, OptionalInt port, Consumer<String> talk) throws IOException {
    return port.isPresent() ? AnvilNetwork.in(folder, port.getAsInt()) : AnvilNetwork.in(folder);
  }
}
