package org.fedledger.devnet.network;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A kind of network with all that was chosen about it, save where it lies. */
public interface NetworkKind {

  /** As {@code --chain} names it. */
  String name();

  /** The words of a command line that choose it again. */
  List<String> words();

  /** How long one may take to start. */
  Duration patience();

  /**
   * Finds what it needs on this machine.
   *
   * @throws org.fedledger.client.cli.CommandException if something is missing, saying what to do
   */
  void require(Consumer<String> talk) throws IOException, InterruptedException;

  /**
   * The network of a folder, not started yet.
   *
   * @param port of its RPC; empty for any that is free
   * @param talk told what happens while it starts, a line at a time
   */
  Network in(Path folder, OptionalInt port, Consumer<String> talk)
      throws IOException, InterruptedException;
}
