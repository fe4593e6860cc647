package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.LedgerUnreachableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells whether a network is up, and where. */
@Command(
    name = "status",
    description = "Tell whether a network is up in this folder. Exit code 0: it is; 4: it is not.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger devnet status --json"})
final class StatusCommand implements Callable<Integer> {

  @Mixin private FolderOption place;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    Path folder = place.folder();
    Optional<RunningNetwork> running = RunningNetwork.in(folder);
    if (running.isEmpty()) {
      output.line("No network is up in %s", folder);
      output.document(JsonNodeFactory.instance.objectNode().put("up", false));
      return ExitCode.OUT_OF_REACH;
    }
    return report(running.get());
  }

  private int report(RunningNetwork network) {
    ObjectNode json = network.json();
    try (Rpc rpc = new Rpc(network.rpc())) {
      long block = rpc.blockNumber();
      output.line("%s is up at %s, block %d", network.chain(), network.rpc(), block);
      output.document(json.put("up", true).put("block", block));
      return ExitCode.DONE;
    } catch (LedgerUnreachableException e) {
      output.line("%s runs but does not answer at %s", network.chain(), network.rpc());
      output.document(json.put("up", false));
      return ExitCode.OUT_OF_REACH;
    }
  }
}
