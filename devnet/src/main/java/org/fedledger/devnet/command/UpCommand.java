package org.fedledger.devnet.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.contracts.Rpc;
import org.fedledger.devnet.network.Network;
import org.fedledger.devnet.network.NetworkKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a network, and holds it until it is interrupted or told to end it. */
@Command(
    name = "up",
    description = {
      "Start a network and tell where it answers; it runs until you press Ctrl-C.",
      "A chain that is already in its folder goes on."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger devnet up --port 8545",
      "         fedledger devnet up --detach --json",
      "         fedledger devnet up --chain besu --validators 4 --detach"
    })
final class UpCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "port of the RPC on 127.0.0.1 (default: a free one)")
  private Integer port;

  @Option(
      names = "--detach",
      description = "leave it running in the background, until 'fedledger devnet down'")
  private boolean detach;

  /** Whether the process was told to end, by a signal. */
  private volatile boolean told;

  /** Who asked for a restart, while it goes on. */
  private volatile Consumer<String> asking = line -> {};

  @Spec private CommandSpec spec;

  @Mixin private NetworkOptions chosen;
  @Mixin private FolderOption place;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    NetworkKind kind = chosen.kind();
    OptionalInt wanted = wantedPort();
    Path folder = place.folder();
    requireNone(folder);
    chosen.requireFor(folder);
    kind.require(this::talk);
    Files.createDirectories(folder);
    if (detach) {
      print(
          new Detached(spec.root().userObject().getClass(), folder, kind, wanted, this::talk)
              .start());
      return ExitCode.DONE;
    }
    return hold(kind.in(folder, wanted, this::talk), folder);
  }

  private OptionalInt wantedPort() {
    if (port == null) {
      return OptionalInt.empty();
    }
    if (port < 1 || port > 65_535) {
      throw CommandException.usage("--port is from 1 to 65535, not %d".formatted(port));
    }
    return OptionalInt.of(port);
  }

  private void talk(String line) {
    output.talk("%s", line);
    asking.accept(line);
  }

  private static void requireNone(Path folder) throws IOException {
    RunningNetwork.in(folder)
        .ifPresent(
            running -> {
              throw CommandException.usage(
                  "a network is up in %s already, at %s; end it with 'fedledger devnet down', or name another --dir"
                      .formatted(folder, running.rpc()));
            });
  }

  private int hold(Network held, Path folder) throws IOException, InterruptedException {
    try (Network network = held;
        HolderSocket control =
            HolderSocket.open((one, asked) -> restart(network, one, asked, folder))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(network, control, folder)));
      network.start();
      RunningNetwork running = RunningNetwork.heldHere(network, client(network), control.path());
      running.write(folder);
      print(running);
      output.talk("Running until interrupted; its chain and log are in %s", folder);
      network.awaitEnd();
    }
    if (told) {
      return ExitCode.DONE;
    }
    RunningNetwork.forget(folder);
    throw CommandException.outOfReach(
        "the network ended by itself; see the log in %s".formatted(folder), null);
  }

  /** The validators' processes are others then, which the folder tells. */
  private void restart(Network network, OptionalInt one, Consumer<String> asked, Path folder)
      throws IOException, InterruptedException {
    RunningNetwork before =
        RunningNetwork.in(folder).orElseThrow(() -> new IOException("it is just starting"));
    asking = asked;
    try {
      if (one.isPresent()) {
        network.renewValidator(one.getAsInt());
      } else {
        network.renew();
      }
      RunningNetwork.heldHere(network, before.client(), before.control()).write(folder);
    } finally {
      asking = line -> {};
    }
  }

  private static String client(Network network) {
    try (Rpc rpc = new Rpc(network.rpc())) {
      return rpc.client();
    }
  }

  private void end(Network network, HolderSocket control, Path folder) {
    told = true;
    network.close();
    try {
      control.close();
      RunningNetwork.forget(folder);
    } catch (IOException e) {
      // What is left names a process that is gone, and is taken for nothing.
    }
  }

  private void print(RunningNetwork running) {
    output.line("%s (%s), chain id %d", running.chain(), running.client(), running.chainId());
    output.line("  RPC        %s", running.rpc());
    output.line("  WebSocket  %s", running.webSocket());
    running
        .validators()
        .forEach(v -> output.line("  %s %s, RPC %s", v.name(), v.address(), v.rpc()));
    output.document(running.json());
  }
}
