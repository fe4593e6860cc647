package org.fedledger.devnet.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.devnet.besu.BesuRpc;
import org.fedledger.devnet.besu.BesuRpc.Block;
import org.fedledger.devnet.besu.QbftTimes;
import org.fedledger.devnet.network.RunningValidator;
import org.fedledger.finality.ValidatorSet;
import org.fedledger.ledger.BlockAge;
import org.fedledger.types.Address;

/**
 * How a network is that runs: who answers, and whether blocks are made. Validators answer as well
 * when their chain stands still.
 */
final class NetworkReport {

  /** With one that runs and does not answer: on a busy machine it may take some seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration ASK_AGAIN = Duration.ofMillis(200);

  /** Anvil makes a block every second. */
  private static final Duration SILENCE_OF_ONE = Duration.ofSeconds(30);

  /** What one chain node told; empty if it does not answer. */
  private record Seen(Optional<Block> newest, long peers) {
    static final Seen NOTHING = new Seen(Optional.empty(), 0);
  }

  private final RunningNetwork network;
  private final List<Seen> validators;
  private final Optional<BlockAge> age;
  private final Optional<QbftTimes> times;

  private NetworkReport(
      RunningNetwork network,
      List<Seen> validators,
      Optional<BlockAge> age,
      Optional<QbftTimes> times) {
    this.network = network;
    this.validators = validators;
    this.age = age;
    this.times = times;
  }

  /** Asks all at once. */
  static NetworkReport of(RunningNetwork network, Path folder)
      throws IOException, InterruptedException {
    try (BesuRpc calls = new BesuRpc(PATIENCE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      if (network.validators().isEmpty()) {
        Seen only = look(calls, network.rpc(), () -> network.holder().isPresent(), false);
        return new NetworkReport(
            network, List.of(only), age(List.of(only), SILENCE_OF_ONE), Optional.empty());
      }
      QbftTimes times = QbftTimes.of(folder.resolve("genesis.json"));
      List<Future<Seen>> asked = new ArrayList<>();
      for (RunningValidator each : network.validators()) {
        asked.add(
            threads.submit(() -> look(calls, each.rpc(), () -> each.handle().isPresent(), true)));
      }
      List<Seen> all = new ArrayList<>();
      for (Future<Seen> each : asked) {
        all.add(each.get());
      }
      return new NetworkReport(network, all, age(all, times.longestSilence()), Optional.of(times));
    } catch (ExecutionException e) {
      throw new IllegalStateException("asking a validator does not fail", e);
    }
  }

  /** Who refuses a connection may be starting; only one whose process is gone will not answer. */
  private static Seen look(BesuRpc calls, URI rpc, BooleanSupplier runs, boolean withPeers)
      throws InterruptedException {
    long began = System.nanoTime();
    do {
      try {
        Block newest = calls.newest(rpc);
        return new Seen(Optional.of(newest), withPeers ? calls.peers(rpc) : 0);
      } catch (IOException e) {
        LockSupport.parkNanos(ASK_AGAIN.toNanos());
      }
    } while (runs.getAsBoolean() && System.nanoTime() - began < PATIENCE.toNanos());
    return Seen.NOTHING;
  }

  private static Optional<BlockAge> age(List<Seen> all, Duration longest) {
    return newest(all).map(block -> BlockAge.of(block.timestamp(), Instant.now(), longest));
  }

  private static Optional<Block> newest(List<Seen> all) {
    return all.stream()
        .flatMap(seen -> seen.newest().stream())
        .max(Comparator.comparingLong(Block::number));
  }

  private long answering() {
    return validators.stream().filter(seen -> seen.newest().isPresent()).count();
  }

  /** How many must seal a block. */
  private int needed() {
    List<Address> all = network.validators().stream().map(RunningValidator::address).toList();
    return all.isEmpty() ? 1 : ValidatorSet.of(all).quorum();
  }

  int exitCode() {
    if (answering() == 0) {
      return ExitCode.OUT_OF_REACH;
    }
    return halted() ? ExitCode.HALTED : ExitCode.DONE;
  }

  /** Fewer than it takes make no block, even if the last one is not old yet. */
  private boolean halted() {
    return answering() < needed() || age.orElseThrow().halted();
  }

  void tell(Output output) {
    output.line("%s at %s: %s", network.chain(), network.rpc(), verdict());
    List<RunningValidator> all = network.validators();
    for (int i = 0; i < all.size(); i++) {
      output.line("  %s %s at %s%s", words(all.get(i), validators.get(i)));
    }
    if (exitCode() == ExitCode.HALTED && times.isPresent()) {
      output.talk("%s", remedy(times.get()));
    }
    output.document(json());
  }

  private String verdict() {
    if (answering() == 0) {
      return "it runs and does not answer";
    }
    String blocks =
        "%s; block %d"
            .formatted(age.orElseThrow().told(), newest(validators).orElseThrow().number());
    if (network.validators().isEmpty()) {
      return halted() ? "it answers and stands still: " + blocks : "it is up: " + blocks;
    }
    return "%s%d of %d answer, %d are needed; %s"
        .formatted(
            halted() ? "it stands still: " : "it is up: ",
            answering(),
            validators.size(),
            needed(),
            blocks);
  }

  private static Object[] words(RunningValidator validator, Seen seen) {
    String how =
        seen.newest()
            .map(block -> ", block %d, %d peers".formatted(block.number(), seen.peers()))
            .orElseGet(
                () ->
                    validator.handle().isPresent()
                        ? " runs and does not answer within %d s".formatted(PATIENCE.toSeconds())
                        : " has ended");
    return new Object[] {validator.name(), validator.address(), validator.rpc(), how};
  }

  /** What to do, and what comes of doing nothing. */
  private String remedy(QbftTimes qbft) {
    String byItself =
        "once %d answer, the chain goes on within %d s by itself: rounds become twice as long with each one that fails"
            .formatted(needed(), qbft.recovery(age.orElseThrow().age()).toSeconds());
    String anew = "'fedledger devnet restart' starts all validators anew, and it goes on at once";
    return answering() < needed()
        ? "'fedledger devnet restart --validator K' starts one; %s; %s".formatted(byItself, anew)
        : "%s; %s".formatted(byItself, anew);
  }

  private ObjectNode json() {
    ObjectNode json =
        network
            .json()
            .put("up", exitCode() == ExitCode.DONE)
            .put("halted", exitCode() == ExitCode.HALTED);
    newest(validators).ifPresent(block -> json.put("block", block.number()));
    age.ifPresent(of -> json.put("blockAgeSeconds", of.age().toSeconds()));
    List<RunningValidator> all = network.validators();
    if (!all.isEmpty()) {
      json.put("answering", answering()).put("needed", needed());
      ArrayNode each = json.putArray("validators");
      for (int i = 0; i < all.size(); i++) {
        Seen seen = validators.get(i);
        each.add(
            RunningNetwork.json(all.get(i))
                .put("up", seen.newest().isPresent())
                .put("height", seen.newest().map(Block::number).orElse(null))
                .put("peers", seen.peers()));
      }
    }
    return json;
  }
}
