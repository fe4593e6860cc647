package org.fedledger.client.participant.command;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.AwaitedSpec;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.InstalledTraining;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.Requester;
import org.fedledger.client.participant.ParticipantRunner;
import org.fedledger.client.participant.ParticipantSetup;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.client.training.TrainingBackend;
import org.fedledger.contracts.Rpc;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = {
      "Follow the ledger, train, sign, commit, upload and evaluate, round after round.",
      "May be stopped or killed at any time; started again on the same folder, it goes on."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger participant run --rpc URL --contract 0x… --node URL"
          + " --keystore hospital.key --data patients.csv --dir work --rounds 5"
    })
final class ParticipantRunCommand implements Callable<Integer> {

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "stop after so many further versions; else when the federation closes")
  private Integer rounds;

  @Option(
      names = "--keep-updates",
      paramLabel = "N",
      description =
          "keep the files of own updates of the last so many rounds in the work folder;"
              + " commitments, signatures and receipts are kept for ever (default:"
              + " ${DEFAULT-VALUE})")
  private int keptUpdates = ParticipantSetup.KEPT_UPDATES;

  @Mixin private IdentityOption identity;
  @Mixin private ChainOptions chain;
  @Mixin private NodesOption nodes;
  @Mixin private KeyOptions keys;
  @Mixin private DataOption data;
  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rounds != null && rounds < 1) {
      throw CommandException.usage("--rounds is at least 1, not " + rounds);
    }
    if (keptUpdates < 1) {
      throw CommandException.usage("--keep-updates is at least 1, not " + keptUpdates);
    }
    TrainingBackend backend = InstalledTraining.required();
    SigningKey key = keys.open();
    try (Rpc rpc = chain.open()) {
      Ledger ledger = chain.ledger(rpc, key, keys.terms(out));
      try (NodesOption.Opened open =
          nodes.open(ledger.domain(), new Requester(identity.or(key::address), key))) {
        FederationState state = StateSnapshot.at(ledger, 0);
        LocalData local = data.read(spec(ledger, state, open.clients()), out);
        run(
            new ParticipantSetup(
                ledger,
                identity.or(key::address),
                key,
                open.clients(),
                backend.trainer(local),
                work.path(),
                keptUpdates,
                Optional.empty()),
            state.head().version());
      }
    }
    return ExitCode.DONE;
  }

  /** The spec, waited for where the coordinator has not brought it to a node yet. */
  private FederationSpec spec(Ledger ledger, FederationState state, List<NodeClient> clients)
      throws IOException, InterruptedException {
    try (WorkFolder folder = work.open()) {
      BlobFiles blobs = folder.blobs(clients);
      return WorkOption.spec(AwaitedSpec.on(ledger, blobs.places(), out));
    }
  }

  private void run(ParticipantSetup setup, long head) throws IOException, InterruptedException {
    RunReport report = new RunReport(out);
    try (ParticipantRunner participant = new ParticipantRunner(setup, report)) {
      Thread stop = Thread.ofPlatform().unstarted(participant::close);
      Runtime.getRuntime().addShutdownHook(stop);
      participant.run(seen -> rounds != null && seen.head().version() >= head + rounds);
      report.finish();
      try {
        Runtime.getRuntime().removeShutdownHook(stop);
      } catch (IllegalStateException e) {
        // The machine is going down, and the hook has run.
      }
    }
  }
}
