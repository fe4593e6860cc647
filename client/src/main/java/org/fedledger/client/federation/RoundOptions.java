package org.fedledger.client.federation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.cli.RoleTalk;
import org.fedledger.client.cli.ScratchFolder;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeReplica;
import org.fedledger.client.node.Requester;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Round;
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

  /** How long the coordinator's part is played, and what ends it. */
  enum Play {
    /** Until the last round is open, and nodes have what they need for it, or one is refused. */
    OPEN,
    /** Until the last round has ended, or one is refused; meanwhile, what waits is ended too. */
    WATCH,
    /** Until the last round has ended, whatever is refused; what waits is ended too. */
    KEEP_GOING;

    boolean watches() {
      return this != OPEN;
    }
  }

  /**
   * Plays the coordinator's part, and tells of each round that ends meanwhile.
   *
   * @param lastRound number of the last round to open, from the ledger as it is now
   * @return what a command ends with: not done where rounds have ended and none made a version
   */
  int play(SenderOptions sender, Play play, ToLongFunction<FederationState> lastRound)
      throws IOException {
    FederationSpec parsed = spec();
    RoundWindows windows = windows();
    Told told = new Told(sender, play);
    sender.with(
        (ledger, key) -> {
          try (ScratchFolder scratch = ScratchFolder.create("fedledger-coordinator");
              LedgerFollower follower = new LedgerFollower(ledger, parsed.confirmations())) {
            CoordinatorFiles files =
                CoordinatorFiles.of(parsed, Optional.ofNullable(model), scratch.path());
            FederationState state = follower.refresh();
            files.requireSpecOf(state);
            told.begin(state);
            List<NodeClient> clients = clients(ledger, key);
            try {
              Coordinator coordinator =
                  new Coordinator(
                      ledger,
                      key.address(),
                      files.plan(),
                      windows,
                      lastRound.applyAsLong(state),
                      parsed.suspendAfter(),
                      files.store(),
                      clients.stream().<Replica>map(NodeReplica::new).toList(),
                      Concurrency.threads(LOOK_EVERY));
              play(told, follower, ledger, coordinator);
            } finally {
              clients.forEach(NodeClient::close);
            }
          }
          return null;
        });
    return told.finish();
  }

  private List<NodeClient> clients(Web3jLedger ledger, SigningKey key) {
    List<NodeClient> clients = new ArrayList<>();
    try {
      for (String node : nodes) {
        clients.add(
            new NodeClient(NodeOption.address("--node", node), ledger.domain(), Requester.of(key)));
      }
      return clients;
    } catch (IllegalArgumentException e) {
      clients.forEach(NodeClient::close);
      throw CommandException.usage("--node: " + e.getMessage());
    }
  }

  private static void play(
      Told told, LedgerFollower follower, Web3jLedger ledger, Coordinator coordinator) {
    Role both = Role.inTurn(new Closer(ledger), coordinator);
    Role role =
        told.play.watches()
            ? state -> {
              told.look(state);
              return both.step(state);
            }
            : coordinator;
    try (RoleLoop loop =
        new RoleLoop("coordinator", role, () -> Optional.of(follower.state()), LOOK_EVERY, told)) {
      follower.onState(_ -> loop.nudge());
      follower.onTrouble(e -> told.talk("waiting for the ledger: " + e.getMessage()));
      follower.start();
      loop.run(
          state ->
              told.mustEnd()
                  || coordinator.isDone(state)
                      && (!told.play.watches() || state.openRound().isEmpty()));
    }
    told.requireNotRefused();
  }

  /** What was done and what rounds came to, and whether it makes sense to go on. */
  private static final class Told extends RoleTalk {
    private final SenderOptions sender;
    private final Play play;
    private final List<RoundEnd> ends = new ArrayList<>();
    private Optional<Step.Refused> refused = Optional.empty();

    /** The last round whose end was told, or was known before. */
    private long ended;

    Told(SenderOptions sender, Play play) {
      super(sender.out());
      this.sender = sender;
      this.play = play;
    }

    /** What has ended by then is no news. */
    void begin(FederationState state) {
      ended = state.nextRound() - (state.openRound().isPresent() ? 2 : 1);
    }

    /** Each round is looked at after its end, since only then another one is opened. */
    void look(FederationState state) {
      Optional<Round> over = state.round().filter(r -> r.phase().ended() && r.number() > ended);
      if (over.isPresent()) {
        RoundEnd end = RoundEnd.of(state, over.get());
        end.lines().forEach(line -> sender.out().line("%s", line));
        ends.add(end);
        ended = end.round();
      }
    }

    void talk(String words) {
      sender.out().talk("%s", words);
    }

    @Override
    protected void tell(Step step) {
      super.tell(step);
      switch (step) {
        case Step.Submitted done -> sender.note(done.mined());
        case Step.Refused no when no.action() instanceof LedgerAction.OpenRound ->
            refused = Optional.of(no);
        default -> refused = Optional.empty();
      }
    }

    /** A person who asks for a round is told why there is none; a program tries again. */
    boolean mustEnd() {
      return play != Play.KEEP_GOING && refused.isPresent();
    }

    void requireNotRefused() {
      if (mustEnd()) {
        throw CommandException.refused("no round was opened", refused.get().refusal());
      }
    }

    int finish() {
      if (!play.watches()) {
        sender.finish();
        return ExitCode.DONE;
      }
      ObjectNode document = JsonNodeFactory.instance.objectNode();
      ArrayNode rounds = document.putArray("rounds");
      ends.forEach(end -> rounds.add(end.document()));
      document.set("transactions", sender.transactions());
      sender.out().document(document);
      if (ends.isEmpty() || ends.stream().anyMatch(end -> end.version().isPresent())) {
        return ExitCode.DONE;
      }
      talk("no round made a version");
      return ExitCode.REFUSED;
    }
  }
}
