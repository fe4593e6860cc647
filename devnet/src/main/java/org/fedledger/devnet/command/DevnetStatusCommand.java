package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.contracts.Rpc;
import org.fedledger.devnet.besu.BesuRpc;
import org.fedledger.devnet.network.RunningValidator;
import org.fedledger.ledger.LedgerUnreachableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells whether a network is up, and where. */
@Command(
    name = "status",
    description = {
      "Tell whether a network is up in this folder, and how each of its validators is.",
      "Exit code 0: it is; 4: it is not."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger devnet status --json"})
final class DevnetStatusCommand implements Callable<Integer> {

  /** How a validator is; its height is empty if it does not answer. */
  private record Seen(RunningValidator validator, OptionalLong height, long peers) {
    boolean up() {
      return height.isPresent();
    }
  }

  @Mixin private FolderOption place;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = place.folder();
    Optional<RunningNetwork> running = RunningNetwork.in(folder);
    if (running.isEmpty()) {
      output.line("No network is up in %s", folder);
      output.document(JsonNodeFactory.instance.objectNode().put("up", false));
      return ExitCode.OUT_OF_REACH;
    }
    return running.get().validators().isEmpty()
        ? report(running.get(), height(running.get()), List.of())
        : reportEach(running.get());
  }

  private static OptionalLong height(RunningNetwork network) {
    try (Rpc rpc = new Rpc(network.rpc())) {
      return OptionalLong.of(rpc.blockNumber());
    } catch (LedgerUnreachableException e) {
      return OptionalLong.empty();
    }
  }

  private int reportEach(RunningNetwork network) throws InterruptedException {
    List<Seen> all = new ArrayList<>();
    try (BesuRpc calls = new BesuRpc()) {
      for (RunningValidator validator : network.validators()) {
        all.add(look(calls, validator));
      }
    }
    OptionalLong highest =
        all.stream().filter(Seen::up).mapToLong(s -> s.height().getAsLong()).max();
    return report(network, highest, all);
  }

  private static Seen look(BesuRpc calls, RunningValidator validator) throws InterruptedException {
    try {
      long height = calls.height(validator.rpc());
      return new Seen(validator, OptionalLong.of(height), calls.peers(validator.rpc()));
    } catch (IOException e) {
      return new Seen(validator, OptionalLong.empty(), 0);
    }
  }

  private int report(RunningNetwork network, OptionalLong block, List<Seen> validators) {
    ObjectNode json = network.json().put("up", block.isPresent());
    block.ifPresent(number -> json.put("block", number));
    if (block.isPresent()) {
      output.line("%s is up at %s, block %d", network.chain(), network.rpc(), block.getAsLong());
    } else {
      output.line("%s runs but does not answer at %s", network.chain(), network.rpc());
    }
    if (!validators.isEmpty()) {
      ArrayNode all = json.putArray("validators");
      validators.forEach(seen -> all.add(describe(seen)));
    }
    output.document(json);
    return block.isPresent() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
  }

  private ObjectNode describe(Seen seen) {
    RunningValidator validator = seen.validator();
    ObjectNode json = RunningNetwork.json(validator).put("up", seen.up());
    if (seen.up()) {
      output.line(
          "  %s %s at %s, block %d, %d peers",
          validator.name(),
          validator.address(),
          validator.rpc(),
          seen.height().getAsLong(),
          seen.peers());
      return json.put("height", seen.height().getAsLong()).put("peers", seen.peers());
    }
    output.line(
        "  %s %s at %s does not answer", validator.name(), validator.address(), validator.rpc());
    return json.putNull("height").put("peers", 0);
  }
}
