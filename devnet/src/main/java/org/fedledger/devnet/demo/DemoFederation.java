package org.fedledger.devnet.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.federation.Coordinator;
import org.fedledger.client.federation.PublicFiles;
import org.fedledger.client.federation.Windows;
import org.fedledger.client.node.NodeClient;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.demo.Founding.Founded;
import org.fedledger.devnet.network.Network;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Outcome;
import org.fedledger.node.Node;
import org.fedledger.node.NodeConfig;
import org.fedledger.node.round.Aggregation;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;

/** Chain, contract, coordinator and node of a demo: all but its participants. */
final class DemoFederation implements AutoCloseable {

  /** Generous, since nobody is meant to miss one: commits close when all have committed. */
  private static final Windows WINDOWS =
      new Windows(
          Duration.ofHours(6), Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));

  private final Network network;
  private final Rpc rpc;
  private final DemoKeys keys;
  private final Founded founded;
  private final Web3jLedger coordinator;
  private final Node node;
  private final PublicFiles files;
  private final LedgerFollower follower;
  private final Deque<AutoCloseable> open;

  private DemoFederation(
      Network network,
      Rpc rpc,
      DemoKeys keys,
      Founded founded,
      Web3jLedger coordinator,
      Node node,
      PublicFiles files,
      LedgerFollower follower,
      Deque<AutoCloseable> open) {
    this.network = network;
    this.rpc = rpc;
    this.keys = keys;
    this.founded = founded;
    this.coordinator = coordinator;
    this.node = node;
    this.files = files;
    this.follower = follower;
    this.open = open;
  }

  /** Founds the federation on a network, and starts a node for it. */
  static DemoFederation start(
      DemoOptions options, DemoFolder folder, Network network, Aggregation aggregation)
      throws IOException {
    DemoKeys keys = new DemoKeys(options.seed());
    int participants = options.dataset().holdings().size();
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      Rpc rpc = new Rpc(network.rpc());
      open.push(rpc);
      Founding founding = new Founding(rpc, keys, folder);
      Founded founded = founding.found(options.dataset().spec(), participants);
      Web3jLedger coordinator = ledger(network, rpc, founded, keys.coordinator());
      founding.admit(coordinator, participants);
      Node node =
          Node.start(
              NodeConfig.local(folder.node()),
              ledger(network, rpc, founded, keys.node()),
              keys.node(),
              aggregation,
              InstantSource.system());
      open.push(node);
      NodeClient client = new NodeClient(node.url(), coordinator.domain());
      open.push(client);
      LedgerFollower follower = new LedgerFollower(coordinator, 0);
      open.push(follower);
      follower.start();
      PublicFiles files = new PublicFiles(client);
      files.send(folder.spec());
      return new DemoFederation(
          network, rpc, keys, founded, coordinator, node, files, follower, open);
    } catch (IOException | RuntimeException e) {
      closeAll(open);
      throw e;
    }
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

  Node node() {
    return node;
  }

  Web3jLedger coordinator() {
    return coordinator;
  }

  /** Opens the next round, and puts its plan where participants find it. */
  void openRound(RoundPlan plan) throws IOException {
    if (new Coordinator(coordinator).openRound(plan, WINDOWS) instanceof Outcome.Refused why) {
      throw CommandException.refused("the round could not be opened", why);
    }
    files.send(SpecJson.write(plan));
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
