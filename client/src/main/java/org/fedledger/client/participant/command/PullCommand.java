package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.client.participant.Pull;
import org.fedledger.client.participant.RoundTask;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Round;
import org.fedledger.spec.FederationSpec;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "pull",
    description = "Fetch the open round's plan and base version, each checked by its digest.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger participant pull --rpc URL --contract 0x… --node URL"
          + " --keystore hospital.key --dir work"
    })
final class PullCommand implements Callable<Integer> {

  @Option(
      names = "--keystore",
      required = true,
      paramLabel = "FILE",
      description = "the participant's key file; only its address is read")
  private Path keystore;

  @Mixin private IdentityOption identity;
  @Mixin private ChainOptions chain;
  @Mixin private NodesOption nodes;
  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    Address key = KeyFile.address(keystore);
    Address self = identity.or(() -> key);
    try (Rpc rpc = chain.open();
        WorkFolder folder = work.open()) {
      LedgerReader ledger = chain.reader(rpc);
      try (NodesOption.Opened open = nodes.open(ledger.domain())) {
        tell(pull(ledger, new Pull(ledger.domain(), folder, open.clients()), self));
      }
    }
    return ExitCode.DONE;
  }

  private static RoundTask pull(LedgerReader ledger, Pull pull, Address self) throws IOException {
    FederationSpec spec = WorkOption.done(pull.spec(StateSnapshot.at(ledger, 0)));
    FederationState state = StateSnapshot.at(ledger, spec.confirmations());
    Round round =
        state
            .openRound()
            .orElseThrow(() -> CommandException.refused("no round is open; try again later"));
    if (!round.members().containsKey(self)) {
      throw CommandException.refused("%s is no member of round %d".formatted(self, round.number()));
    }
    if (!round.drawn().contains(self)) {
      throw CommandException.refused(
          "%s is not drawn for round %d".formatted(self, round.number()));
    }
    return WorkOption.done(pull.round(state, round, spec, self));
  }

  private void tell(RoundTask task) {
    out.line(
        "round %d on version %d, plan %s, base %s",
        task.round(), task.baseVersion(), task.plan(), task.base());
    out.document(
        JsonNodeFactory.instance
            .objectNode()
            .put("round", task.round())
            .put("roundId", task.roundId().toString())
            .put("participant", task.participant().toString())
            .put("plan", task.plan().toString())
            .put("base", task.base().toString())
            .put("baseVersion", task.baseVersion())
            .put("commitDeadline", task.commitDeadline()));
  }
}
