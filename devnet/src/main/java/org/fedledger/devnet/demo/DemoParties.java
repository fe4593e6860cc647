package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.data.BadTableException;
import org.fedledger.client.data.Examples;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.data.TableReader;
import org.fedledger.client.node.NodeBlobSource;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeReplica;
import org.fedledger.client.node.Requester;
import org.fedledger.client.node.RetryPolicy;
import org.fedledger.client.participant.ParticipantSetup;
import org.fedledger.client.training.dl4j.Dl4jTrainer;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.dataset.Holding;
import org.fedledger.devnet.dataset.LabelledImages;
import org.fedledger.devnet.demo.DemoReport.Metrics;
import org.fedledger.devnet.demo.tamper.Attack;
import org.fedledger.devnet.demo.tamper.BlindVerifier;
import org.fedledger.devnet.demo.tamper.ParticipantAccess;
import org.fedledger.devnet.demo.tamper.Party;
import org.fedledger.role.Concurrency;
import org.fedledger.role.Verifier;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.FileBlobStore;
import org.fedledger.training.Randomness;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** All participants and verifiers of a demo. */
final class DemoParties implements AutoCloseable {

  /** Far more than the slowest machine needs for a round of the largest data set. */
  static final Duration PATIENCE = Duration.ofMinutes(30);

  static final Duration STOPPING = Duration.ofSeconds(30);

  private static final String TABLE = "data.csv";

  private final List<DemoParticipant> participants = new ArrayList<>();
  private final List<Attestor> attestors = new ArrayList<>();
  private final CompletableFuture<Void> trouble = new CompletableFuture<>();

  private DemoParties() {}

  /** Gives each participant its data, key and folder, and starts it. */
  static DemoParties assemble(
      DemoFederation federation, DemoOptions options, DemoFolder folder, Optional<Attack> attack)
      throws IOException {
    DemoParties parties = new DemoParties();
    Arrival arrival = new Arrival(round -> order(options, round), PATIENCE);
    List<Holding> holdings = options.dataset().holdings();
    for (int i = 0; i < holdings.size(); i++) {
      Holding holding = holdings.get(i);
      Web3jLedger ledger = federation.ledger(federation.keys().participant(i));
      Path own = Files.createDirectories(folder.participant(holding.participant()));
      LocalData data = data(holding, options.dataset().spec(), own);
      ParticipantSetup setup = setup(federation, ledger, options, own.resolve("work"), data, i);
      Optional<FraudPart> part =
          attack.map(
              a ->
                  part(
                      a,
                      setup,
                      data.training().count(),
                      ledger,
                      options,
                      holding,
                      parties.trouble));
      parties.participants.add(new DemoParticipant(i, setup, arrival, part, parties.trouble));
    }
    for (int i = 0; i < options.verifiers(); i++) {
      parties.attestors.add(attestor(federation, options, folder, i, attack, parties.trouble));
    }
    parties.attestors.forEach(Attestor::start);
    parties.participants.forEach(DemoParticipant::start);
    return parties;
  }

  /** Another order in every round, drawn from the seed; none unless it was asked for. */
  private static List<Integer> order(DemoOptions options, long round) {
    List<Integer> order = new ArrayList<>();
    if (options.shuffledArrival()) {
      for (int i = 0; i < options.dataset().holdings().size(); i++) {
        order.add(i);
      }
      Collections.shuffle(order, options.seed().random("arrival", round));
    }
    return order;
  }

  private static FraudPart part(
      Attack attack,
      ParticipantSetup setup,
      long examples,
      Web3jLedger ledger,
      DemoOptions options,
      Holding holding,
      CompletableFuture<Void> trouble) {
    ParticipantAccess access =
        new ParticipantAccess(
            new Party(holding.participant(), setup.address()),
            ledger,
            setup.key(),
            setup.nodes(),
            examples,
            setup.work(),
            trouble);
    return new FraudPart(attack, options.tamperedRound(), access);
  }

  /** What people call a verifier, numbered from 0 here. */
  static String verifierName(int index) {
    return "verifier-" + (index + 1);
  }

  private static Attestor attestor(
      DemoFederation federation,
      DemoOptions options,
      DemoFolder folder,
      int index,
      Optional<Attack> attack,
      CompletableFuture<Void> trouble)
      throws IOException {
    SigningKey key = federation.keys().verifier(index);
    Party self = new Party(verifierName(index), key.address());
    Web3jLedger ledger = federation.ledger(key);
    if (options.blindVerifiers()) {
      return new Attestor(ledger, new BlindVerifier(ledger, key)::step, () -> {}, trouble);
    }
    Path own = folder.verifier(index);
    NodeClient node =
        new NodeClient(
            federation.node().url(),
            ledger.domain(),
            Optional.of(Requester.of(key)),
            RetryPolicy.DEFAULT,
            attack.map(a -> a.clock(self)).orElse(InstantSource.system()));
    Verifier verifier =
        new Verifier(
            ledger,
            key,
            new FileBlobStore(folder.verifierBlobs(index)),
            List.of(new NodeBlobSource(node)),
            List.of(new NodeReplica(node)),
            Concurrency.NONE,
            Files.createDirectories(own.resolve("work")));
    Attestor.Look look =
        state -> {
          if (attack.isEmpty() || attack.get().isThere(self, state)) {
            verifier.step(state);
          }
        };
    return new Attestor(ledger, look, node::close, trouble);
  }

  private static ParticipantSetup setup(
      DemoFederation federation,
      Web3jLedger ledger,
      DemoOptions options,
      Path work,
      LocalData data,
      int index)
      throws IOException {
    SigningKey key = federation.keys().participant(index);
    return new ParticipantSetup(
        ledger,
        key.address(),
        key,
        federation.nodes().stream()
            .map(node -> new NodeClient(node.url(), ledger.domain(), Requester.of(key)))
            .toList(),
        new Dl4jTrainer(data),
        work,
        ParticipantSetup.KEPT_UPDATES,
        Optional.of(new Randomness(new Digest(options.seed().bytes("randomness", index)))));
  }

  private static LocalData data(Holding holding, FederationSpec spec, Path folder)
      throws IOException {
    return switch (holding) {
      case Holding.Pictures p -> LocalData.of(examples(p.training()), examples(p.heldOut()));
      case Holding.Table table -> {
        Path file = Files.writeString(folder.resolve(TABLE), table.csv());
        try {
          yield TableReader.read(file, spec.data().orElseThrow()).examples();
        } catch (BadTableException e) {
          throw new IOException(e.getMessage(), e);
        }
      }
    };
  }

  /** Pictures as a model of digits takes them. */
  static Examples examples(LabelledImages images) {
    return new Examples(
        LabelledImages.PIXELS, LabelledImages.CLASSES, images.features(), images.oneHotLabels());
  }

  /**
   * Waits until all have measured the version; by address, in the order of admission.
   *
   * @throws CommandException if one of them can no longer take part
   */
  Map<Address, Metrics> evaluations(long version)
      throws IOException, InterruptedException, TimeoutException {
    Map<Address, CompletableFuture<Metrics>> awaited = new LinkedHashMap<>();
    participants.forEach(p -> awaited.put(p.address(), p.evaluation(version)));
    CompletableFuture<Void> all =
        CompletableFuture.allOf(awaited.values().toArray(CompletableFuture[]::new));
    await(CompletableFuture.anyOf(all, trouble));
    Map<Address, Metrics> evaluations = new LinkedHashMap<>();
    awaited.forEach((address, evaluation) -> evaluations.put(address, evaluation.join()));
    return evaluations;
  }

  /**
   * Waits until every participant that uploads in that round has, to every node.
   *
   * @throws CommandException if one of them can no longer take part
   */
  void awaitUploads(long round) throws IOException, InterruptedException, TimeoutException {
    CompletableFuture<?>[] uploads =
        participants.stream().map(p -> p.uploads(round)).toArray(CompletableFuture[]::new);
    await(CompletableFuture.anyOf(CompletableFuture.allOf(uploads), trouble));
  }

  /** All that participants were given by nodes. */
  List<SignedReceipt> receipts() {
    return participants.stream().flatMap(p -> p.receipts().stream()).toList();
  }

  private static void await(CompletableFuture<Object> event)
      throws IOException, InterruptedException, TimeoutException {
    try {
      event.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case CommandException refused -> throw refused;
        case IOException unreadable -> throw unreadable;
        default -> throw new IllegalStateException("a participant failed", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    attestors.forEach(Attestor::close);
    for (DemoParticipant participant : participants) {
      try {
        participant.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
