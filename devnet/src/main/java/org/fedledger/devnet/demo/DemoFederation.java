package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.federation.PublicFiles;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.Requester;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.demo.DemoFounding.Founded;
import org.fedledger.devnet.demo.tamper.Attack;
import org.fedledger.devnet.demo.tamper.SecondAggregator;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.node.Node;
import org.fedledger.node.NodeConfig;
import org.fedledger.role.Concurrency;
import org.fedledger.role.Coordinator;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.RoundWindows;
import org.fedledger.role.Step;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;

/** Chain, contract, coordinator and node of a demo: all but its participants. */
final class DemoFederation implements AutoCloseable {

  /** Generous, since nobody is meant to miss one: commits close when all have committed. */
  static final RoundWindows WINDOWS =
      RoundWindows.ofSteps(Duration.ofHours(6), Duration.ofHours(1), RoundWindows.DEFAULT_ATTEMPTS);

  private final Network network;
  private final Rpc rpc;
  private final DemoKeys keys;
  private final Founded founded;
  private final Web3jLedger coordinator;
  private final List<Node> nodes;
  private final List<PublicFiles> files;
  private final LedgerFollower follower;
  private final Deque<AutoCloseable> open;

  private DemoFederation(
      Network network,
      Rpc rpc,
      DemoKeys keys,
      Founded founded,
      Web3jLedger coordinator,
      List<Node> nodes,
      List<PublicFiles> files,
      LedgerFollower follower,
      Deque<AutoCloseable> open) {
    this.network = network;
    this.rpc = rpc;
    this.keys = keys;
    this.founded = founded;
    this.coordinator = coordinator;
    this.nodes = List.copyOf(nodes);
    this.files = List.copyOf(files);
    this.follower = follower;
    this.open = open;
  }

  /** Founds the federation on a network, and starts its nodes. */
  static DemoFederation start(
      DemoOptions options, DemoFolder folder, Network network, Optional<Attack> attack)
      throws IOException {
    DemoKeys keys = new DemoKeys(options.seed());
    int participants = options.dataset().holdings().size();
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      Rpc rpc = new Rpc(network.rpc());
      open.push(rpc);
      DemoFounding founding = new DemoFounding(rpc, keys, folder);
      Founded founded = founding.found(options);
      Web3jLedger coordinator = ledger(network, rpc, founded, keys.coordinator());
      founding.admit(coordinator, participants);
      List<Node> nodes = new ArrayList<>();
      List<PublicFiles> files = new ArrayList<>();
      Web3jLedger first = ledger(network, rpc, founded, keys.node());
      ResultProvider aggregation =
          attack.map(a -> a.aggregation(first, keys.node())).orElse(ResultProvider.PROTOCOL);
      nodes.add(node(rpc, folder.node(), first, keys.node(), aggregation, open));
      attack.ifPresent(a -> a.started(nodes.getFirst().store()));
      if (options.secondAggregator()) {
        Web3jLedger second = ledger(network, rpc, founded, keys.secondNode());
        nodes.add(
            node(
                rpc,
                folder.secondNode(),
                second,
                keys.secondNode(),
                new SecondAggregator(second),
                open));
      }
      for (Node node : nodes) {
        NodeClient client =
            new NodeClient(node.url(), coordinator.domain(), Requester.of(keys.coordinator()));
        open.push(client);
        files.add(new PublicFiles(client));
        files.getLast().send(folder.spec());
      }
      LedgerFollower follower = new LedgerFollower(coordinator, 0);
      open.push(follower);
      follower.start();
      return new DemoFederation(
          network, rpc, keys, founded, coordinator, nodes, files, follower, open);
    } catch (IOException | RuntimeException e) {
      closeAll(open);
      throw e;
    }
  }

  private static Node node(
      Rpc rpc,
      Path folder,
      Web3jLedger ledger,
      SigningKey key,
      ResultProvider aggregation,
      Deque<AutoCloseable> open)
      throws IOException {
    Node node =
        Node.start(
            NodeConfig.local(folder),
            ledger,
            rpc::gasUsed,
            key,
            aggregation,
            InstantSource.system());
    open.push(node);
    return node;
  }

  private static Web3jLedger ledger(Network network, Rpc rpc, Founded founded, SigningKey key) {
    return new Web3jLedger(rpc, founded.contract(), Optional.of(network.webSocket()), key);
  }

  /** The ledger as written by another party. */
  Web3jLedger ledger(SigningKey key) {
    return ledger(network, rpc, founded, key);
  }

  Founded founded() {
    return founded;
  }

  DemoKeys keys() {
    return keys;
  }

  Network network() {
    return network;
  }

  Rpc rpc() {
    return rpc;
  }

  /** The one whose files an auditor is shown. */
  Node node() {
    return nodes.getFirst();
  }

  /** All to which participants upload. */
  List<Node> nodes() {
    return nodes;
  }

  Web3jLedger coordinator() {
    return coordinator;
  }

  /**
   * Opens the next round, and puts its plan where participants find it.
   *
   * @param number of the round
   * @param windows how long each part of it may take
   */
  void openRound(long number, RoundPlan plan, RoundWindows windows)
      throws IOException, InterruptedException {
    LedgerRetry.untilReached(() -> open(number, plan, windows));
    for (PublicFiles node : files) {
      node.send(SpecJson.write(plan));
    }
  }

  /** A try that got no answer may have opened it all the same. */
  private boolean open(long number, RoundPlan plan, RoundWindows windows) throws IOException {
    FederationState state = follower.refresh();
    if (state.nextRound() > number) {
      return false;
    }
    Coordinator role =
        new Coordinator(
            coordinator,
            keys.coordinator().address(),
            plan,
            windows,
            number,
            OptionalInt.empty(),
            node().store(),
            List.of(),
            Concurrency.NONE);
    if (role.step(state) instanceof Step.Refused no) {
      throw CommandException.refused("the round could not be opened", no.refusal());
    }
    return true;
  }

  /** Waits until the ledger tells this. */
  FederationState await(Predicate<FederationState> fits, Duration atMost)
      throws TimeoutException, InterruptedException {
    return follower.await(fits, atMost);
  }

  @Override
  public void close() {
    closeAll(open);
  }

  private static void closeAll(Deque<AutoCloseable> open) {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a part of the demo could not be stopped", e);
      }
    }
  }
}
