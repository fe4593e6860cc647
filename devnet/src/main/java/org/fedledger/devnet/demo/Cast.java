package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.data.BadTableException;
import org.fedledger.client.data.Examples;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.data.TableReader;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeReader;
import org.fedledger.client.training.Randomness;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.dataset.Dataset;
import org.fedledger.devnet.dataset.Holding;
import org.fedledger.devnet.dataset.LabelledImages;
import org.fedledger.devnet.demo.DemoReport.Metrics;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.spec.FederationSpec;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** All participants of a demo, each on a virtual thread of its own. */
final class Cast implements AutoCloseable {

  /** Far more than the slowest machine needs for the largest data set. */
  static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final String TABLE = "data.csv";

  private final DemoFederation federation;
  private final List<Performer> performers;
  private final List<Integer> arrival;
  private final boolean inOrder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private Cast(
      DemoFederation federation,
      List<Performer> performers,
      List<Integer> arrival,
      boolean inOrder) {
    this.federation = federation;
    this.performers = performers;
    this.arrival = arrival;
    this.inOrder = inOrder;
  }

  /** Gives each participant its data, keys and folder. */
  static Cast assemble(DemoFederation federation, DemoOptions options, DemoFolder folder)
      throws IOException {
    Dataset dataset = options.dataset();
    List<Performer> performers = new ArrayList<>();
    List<Integer> arrival = new ArrayList<>();
    for (int i = 0; i < dataset.holdings().size(); i++) {
      Holding holding = dataset.holdings().get(i);
      Path own = Files.createDirectories(folder.participant(holding.participant()));
      SigningKey key = federation.keys().participant(i);
      Web3jLedger ledger = federation.ledger(key);
      performers.add(
          new Performer(
              federation.keys().federation(),
              dataset.spec(),
              key,
              ledger,
              new NodeClient(federation.node().url(), ledger.domain(), NodeReader.of(key)),
              data(holding, dataset.spec(), own),
              new Randomness(new Digest(options.seed().bytes("randomness", i))),
              own));
      arrival.add(i);
    }
    Collections.shuffle(arrival, options.seed().random("arrival"));
    return new Cast(federation, performers, arrival, options.shuffledArrival());
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

  /** All train, commit, and upload once commits are closed. Returns when all have. */
  void play(Round round) throws IOException, InterruptedException, TimeoutException {
    List<CountDownLatch> committed = latches();
    List<CountDownLatch> uploaded = latches();
    List<Future<?>> parts = new ArrayList<>();
    for (int place = 0; place < arrival.size(); place++) {
      Performer performer = performers.get(arrival.get(place));
      Turn commit = new Turn(committed, place);
      Turn upload = new Turn(uploaded, place);
      parts.add(
          threads.submit(
              () -> {
                BlobId update = performer.train(round);
                commit.take(() -> performer.commit(round, update));
                federation.await(state -> uploadsOpen(state, round), PATIENCE);
                upload.take(() -> performer.upload(round, update));
                return null;
              }));
    }
    for (Future<?> part : parts) {
      result(part);
    }
  }

  private List<CountDownLatch> latches() {
    return arrival.stream().map(_ -> new CountDownLatch(1)).toList();
  }

  private static boolean uploadsOpen(FederationState state, Round round) {
    return state
        .round()
        .filter(r -> r.id().equals(round.id()) && r.phase() != Round.Phase.COMMITTING)
        .isPresent();
  }

  /** What a participant does when it is its turn. */
  private interface Step {
    void run() throws IOException;
  }

  /** One participant's place in the order of arrival, where there is one. */
  private final class Turn {
    private final List<CountDownLatch> done;
    private final int place;

    Turn(List<CountDownLatch> done, int place) {
      this.done = done;
      this.place = place;
    }

    void take(Step step) throws IOException, InterruptedException, TimeoutException {
      if (inOrder
          && place > 0
          && !done.get(place - 1).await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new TimeoutException("the participant before did not arrive");
      }
      step.run();
      done.get(place).countDown();
    }
  }

  /** All measure the version; by address, in the order of admission. */
  Map<Address, Metrics> evaluate(long version, Digest model)
      throws IOException, InterruptedException, TimeoutException {
    Map<Address, Future<Metrics>> parts = new LinkedHashMap<>();
    for (Performer performer : performers) {
      parts.put(
          performer.address(),
          threads.submit(
              () -> {
                var metrics = performer.evaluate(version, model);
                return new Metrics(metrics.accuracy(), metrics.loss());
              }));
    }
    Map<Address, Metrics> all = new LinkedHashMap<>();
    for (var part : parts.entrySet()) {
      all.put(part.getKey(), result(part.getValue()));
    }
    return all;
  }

  private static <T> T result(Future<T> part)
      throws IOException, InterruptedException, TimeoutException {
    try {
      return part.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case CommandException refused -> throw refused;
        case IOException unreadable -> throw unreadable;
        case TimeoutException late -> throw late;
        default -> throw new IllegalStateException("a participant failed", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    performers.forEach(Performer::close);
  }
}
