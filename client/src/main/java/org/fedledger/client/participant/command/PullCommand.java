package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.Rpc;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Round;
import org.fedledger.role.RoundTask;
import org.fedledger.round.RoundInputs;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobFiles;
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
        FederationState newest = StateSnapshot.at(ledger, 0);
        BlobFiles blobs = folder.blobs(open.clients());
        FederationSpec spec =
            WorkOption.spec(SpecLookup.of(newest.created().spec(), blobs.places()));
        FederationState state = StateSnapshot.at(ledger, spec.confirmations());
        tell(pull(ledger.domain(), state, self, blobs, folder));
      }
    }
    return ExitCode.DONE;
  }

  /** Fetches and checks what the open round builds on, and writes down what it asks. */
  static RoundTask pull(
      SigningDomain domain, FederationState state, Address self, BlobFiles blobs, WorkFolder folder)
      throws IOException {
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
    Optional<String> objection = RoundTask.objection(state, round);
    if (objection.isPresent()) {
      throw CommandException.refused(objection.get());
    }
    try (BlobFiles.Use use = blobs.open()) {
      return switch (RoundInputs.loadBasis(state, round, use)) {
        case RoundInputs.Lacking lacking ->
            throw CommandException.outOfReach(lacking.files().getFirst().toString(), null);
        case RoundInputs.Invalid invalid ->
            throw CommandException.refused("cannot judge: " + invalid.why());
        case RoundInputs.Ready _ -> {
          RoundTask task = RoundTask.of(domain, state, round, self);
          folder.begin(task);
          yield task;
        }
      };
    }
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
