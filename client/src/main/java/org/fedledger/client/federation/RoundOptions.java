package org.fedledger.client.federation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.cli.RoleTalk;
import org.fedledger.client.cli.ScratchFolder;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeReplica;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.role.Closer;
import org.fedledger.role.Concurrency;
import org.fedledger.role.Coordinator;
import org.fedledger.role.Replica;
import org.fedledger.role.Role;
import org.fedledger.role.RoleLoop;
import org.fedledger.role.RoundWindows;
import org.fedledger.role.Step;
import org.fedledger.spec.FederationSpec;
import picocli.CommandLine.Option;

/** With what rounds are opened, and how a coordinator's part is played. */
final class RoundOptions {

  /** A node may come back without word from the ledger. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  @Option(
      names = "--spec",
      required = true,
      paramLabel = "FILE",
      description = "the federation's spec, whose plan the rounds use")
  private Path spec;

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
      description =
          "time for each later step: reveal, publication, attestation (default: ${DEFAULT-VALUE})")
  private long stepSeconds;

  @Option(
      names = "--attempts",
      defaultValue = "" + RoundWindows.DEFAULT_ATTEMPTS,
      paramLabel = "N",
      description =
          "how many publications may be tried, each by another aggregator"
              + " (default: ${DEFAULT-VALUE})")
  private int attempts;

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "a node to which spec, plan and version 0 are sent; give several to reach all")
  private List<String> nodes = List.of();

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "version 0, for a spec that says it is supplied")
  private Path model;

  FederationSpec spec() throws IOException {
    return SpecFile.read(spec);
  }

  RoundWindows windows() {
    try {
      return RoundWindows.ofSteps(
          Duration.ofSeconds(commitSeconds), Duration.ofSeconds(stepSeconds), attempts);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  /** Until when the coordinator's part is played. */
  enum Until {
    /** The last round is open, and nodes have what they need for it. */
    OPENED,
    /** The last round has ended; meanwhile, what waits is ended too. */
    ENDED
  }

  /**
   * Plays the coordinator's part.
   *
   * @param lastRound number of the last round to open, from the ledger as it is now
   */
  void play(SenderOptions sender, Until until, ToLongFunction<FederationState> lastRound)
      throws IOException {
    FederationSpec parsed = spec();
    RoundWindows windows = windows();
    sender.with(
        (ledger, key) -> {
          try (ScratchFolder scratch = ScratchFolder.create("fedledger-coordinator");
              LedgerFollower follower = new LedgerFollower(ledger, parsed.confirmations())) {
            CoordinatorFiles files =
                CoordinatorFiles.of(parsed, Optional.ofNullable(model), scratch.path());
            FederationState state = follower.refresh();
            files.requireSpecOf(state);
            List<NodeClient> clients = clients(ledger);
            try {
              Coordinator coordinator =
                  new Coordinator(
                      ledger,
                      key.address(),
                      files.plan(),
                      windows,
                      lastRound.applyAsLong(state),
                      files.store(),
                      clients.stream().<Replica>map(NodeReplica::new).toList(),
                      Concurrency.threads(LOOK_EVERY));
              play(sender, until, follower, ledger, coordinator);
            } finally {
              clients.forEach(NodeClient::close);
            }
          }
          return null;
        });
  }

  private List<NodeClient> clients(Web3jLedger ledger) {
    List<NodeClient> clients = new ArrayList<>();
    try {
      for (String node : nodes) {
        clients.add(new NodeClient(NodeOption.address("--node", node), ledger.domain()));
      }
      return clients;
    } catch (IllegalArgumentException e) {
      clients.forEach(NodeClient::close);
      throw CommandException.usage("--node: " + e.getMessage());
    }
  }

  private static void play(
      SenderOptions sender,
      Until until,
      LedgerFollower follower,
      Web3jLedger ledger,
      Coordinator coordinator) {
    Told told = new Told(sender, until);
    Closer closer = new Closer(ledger);
    Role role =
        until == Until.OPENED
            ? coordinator
            : state -> {
              Step ended = closer.step(state);
              return ended instanceof Step.Idle ? coordinator.step(state) : ended;
            };
    try (RoleLoop loop =
        new RoleLoop("coordinator", role, () -> Optional.of(follower.state()), LOOK_EVERY, told)) {
      follower.onState(_ -> loop.nudge());
      follower.onTrouble(e -> sender.out().talk("waiting for the ledger: %s", e.getMessage()));
      follower.start();
      loop.run(
          state ->
              told.mustEnd()
                  || coordinator.isDone(state)
                      && (until == Until.OPENED || state.openRound().isEmpty()));
    }
    told.requireNotRefused();
  }

  /** What was done, and whether it makes sense to go on. */
  private static final class Told extends RoleTalk {
    private final SenderOptions sender;
    private final Until until;
    private Optional<Step.Refused> refused = Optional.empty();

    Told(SenderOptions sender, Until until) {
      super(sender.out());
      this.sender = sender;
      this.until = until;
    }

    @Override
    protected void tell(Step step) {
      super.tell(step);
      switch (step) {
        case Step.Submitted done -> sender.note(done.mined());
        case Step.Refused no -> refused = Optional.of(no);
        default -> refused = Optional.empty();
      }
    }

    /** A person who asks for a round is told why there is none; a program tries again. */
    boolean mustEnd() {
      return until == Until.OPENED && refused.isPresent();
    }

    void requireNotRefused() {
      if (mustEnd()) {
        throw CommandException.refused("no round was opened", refused.get().refusal());
      }
    }
  }
}
