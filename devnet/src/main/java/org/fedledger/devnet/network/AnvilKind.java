package org.fedledger.devnet.network;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One Anvil. */
public record AnvilKind() implements NetworkKind {

  /** As {@code --chain} names it. */
  public static final String NAME = "anvil";

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
