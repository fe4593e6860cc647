package org.fedledger.client.federation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.node.NodeClient;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.types.Digest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "open-round",
    description = "Open the next round; with --rounds, one after another as each ends.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation open-round --spec spec.json --rounds 10 --rpc URL \\",
      "           --contract 0x… --keystore coordinator.key --node URL"
    })
final class OpenRoundCommand implements Callable<Integer> {

  @Option(
      names = "--spec",
      required = true,
      paramLabel = "FILE",
      description = "the federation's spec, whose plan the rounds use")
  private Path spec;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      paramLabel = "N",
      description = "how many rounds, each opened when the one before has ended (default: 1)")
  private int rounds;

  @Option(
      names = "--commit-seconds",
      defaultValue = "3600",
      paramLabel = "S",
      description = "time to train and commit (default: ${DEFAULT-VALUE})")
  private long commitSeconds;

  @Option(
      names = "--step-seconds",
      defaultValue = "600",
      paramLabel = "S",
      description = "time for each later step: reveal, publication, attestation (default: 600)")
  private long stepSeconds;

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "the node to which spec, plan and version 0 are sent")
  private String node;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "version 0, for a spec that says it is supplied")
  private Path model;

  @Mixin private CoordinatorOptions coordinator;

  @Override
  public Integer call() throws IOException {
    FederationSpec parsed = SpecFile.read(spec);
    RoundPlan plan = new RoundPlan(Digest.ofContent(SpecJson.write(parsed)), parsed.plan());
    RoundWindows windows = windows();
    return coordinator.with(ledger -> open(ledger, parsed, plan, windows));
  }

  /** Sends what participants need; the node has it already if it was sent before. */
  private void publish(Web3jLedger ledger, FederationSpec parsed, RoundPlan plan) {
    if (node == null) {
      return;
    }
    try (NodeClient client = new NodeClient(NodeOption.address("--node", node), ledger.domain())) {
      PublicFiles files = new PublicFiles(client);
      files.send(SpecJson.write(parsed));
      files.send(SpecJson.write(plan));
      if (model != null) {
        files.send(model);
      }
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--node: " + e.getMessage());
    } catch (IOException e) {
      throw CommandException.outOfReach("the node: " + e.getMessage(), e);
    }
  }

  private RoundWindows windows() {
    Duration step = Duration.ofSeconds(stepSeconds);
    try {
      return new RoundWindows(Duration.ofSeconds(commitSeconds), step, step, step);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private int open(
      Web3jLedger ledger, FederationSpec parsed, RoundPlan plan, RoundWindows windows) {
    try (LedgerFollower follower = new LedgerFollower(ledger, parsed.confirmations())) {
      if (!follower.refresh().created().spec().equals(plan.spec())) {
        throw CommandException.refused(
            "--spec: the contract was founded with another spec, "
                + follower.state().created().spec());
      }
      follower.start();
      for (int i = 0; i < rounds; i++) {
        awaitRound(follower, windows, Coordinator::mayOpen);
        Outcome outcome = new Coordinator(ledger).openRound(plan, windows);
        coordinator.tell("round opened", outcome);
        publish(ledger, parsed, plan);
        if (i + 1 < rounds) {
          long after = follower.refresh().round().map(Round::number).orElse(0L);
          awaitRound(
              follower,
              windows,
              s -> s.round().filter(r -> r.number() >= after && r.phase().ended()).isPresent());
        }
      }
      coordinator.finish();
      return ExitCode.DONE;
    }
  }

  private static void awaitRound(
      LedgerFollower follower,
      RoundWindows windows,
      java.util.function.Predicate<FederationState> until) {
    Duration longest =
        windows.commit().plus(windows.reveal()).plus(windows.publication().multipliedBy(10));
    try {
      follower.await(until, longest);
    } catch (TimeoutException e) {
      throw CommandException.outOfReach(
          "the open round did not end within %d seconds".formatted(longest.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.outOfReach("interrupted", e);
    }
  }
}
