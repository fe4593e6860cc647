package org.fedledger.devnet.besu;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.fedledger.devnet.besu.BesuValidator.Health;
import org.fedledger.devnet.network.Network;
import org.fedledger.types.Address;

/**
 * Waits for validators that were started, and tells of each: its process, its RPC, its peers, its
 * first new block. RPC answers before there is one, so only that shows that a chain is made. Where
 * the chain stands still, one that comes back is up once it answers.
 */
final class ValidatorStartup {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration TELL_EVERY = Duration.ofSeconds(15);

  /** Peers that one another already know may take some time; the chain does not wait for all. */
  private static final Duration PEERS_PATIENCE = Duration.ofSeconds(10);

  /** What was seen of one validator so far. */
  private static final class Seen {
    private Health health = Health.AWAY;
    private OptionalLong firstHeight = OptionalLong.empty();
    private long goodSince;
    private boolean up;
  }

  private final Map<BesuValidator, Seen> awaited = new LinkedHashMap<>();
  private final int peers;
  private final boolean blocks;
  private final BesuRpc calls;
  private final Duration patience;
  private final Consumer<String> talk;
  private final BooleanSupplier closed;
  private final long began = System.nanoTime();

  /**
   * @param peers that each will have, if all goes well
   * @param blocks whether a new block is awaited
   * @param closed whether waiting is in vain, since the network is being ended
   */
  ValidatorStartup(
      List<BesuValidator> validators,
      int peers,
      boolean blocks,
      BesuRpc calls,
      Duration patience,
      Consumer<String> talk,
      BooleanSupplier closed) {
    validators.forEach(validator -> awaited.put(validator, new Seen()));
    this.peers = peers;
    this.blocks = blocks;
    this.calls = calls;
    this.patience = patience;
    this.talk = talk;
    this.closed = closed;
  }

  /**
   * @throws IOException if one ends, or does not come so far in time; it says why
   */
  void await() throws IOException, InterruptedException {
    long toldAt = began;
    while (!allUp()) {
      for (Map.Entry<BesuValidator, Seen> each : awaited.entrySet()) {
        if (!each.getValue().up) {
          look(each.getKey(), each.getValue());
        }
      }
      long now = System.nanoTime();
      if (now - began > patience.toNanos()) {
        throw late();
      }
      if (now - toldAt > TELL_EVERY.toNanos()) {
        toldAt = now;
        tellPending();
      }
      pause();
    }
  }

  private boolean allUp() {
    return awaited.values().stream().allMatch(seen -> seen.up);
  }

  private void pause() throws InterruptedException {
    LockSupport.parkNanos(LOOK_EVERY.toNanos());
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while validators were starting");
    }
  }

  private void look(BesuValidator validator, Seen seen) throws IOException, InterruptedException {
    if (closed.getAsBoolean()) {
      throw new IOException("the network was ended while it started");
    }
    if (!validator.isAlive()) {
      throw new IOException(validator.epitaph());
    }
    seen.health = validator.look(calls);
    if (seen.health.height().isEmpty()) {
      return;
    }
    long height = seen.health.height().getAsLong();
    if (seen.firstHeight.isEmpty()) {
      if (!isOurs(validator)) {
        return;
      }
      seen.firstHeight = OptionalLong.of(height);
    }
    if (blocks && height == seen.firstHeight.getAsLong()) {
      return;
    }
    long now = System.nanoTime();
    seen.goodSince = seen.goodSince == 0 ? now : seen.goodSince;
    if (seen.health.peers() >= peers || now - seen.goodSince > PEERS_PATIENCE.toNanos()) {
      seen.up = true;
      talk.accept(line(validator, seen) + " after %s s".formatted(seconds(now - began)));
    }
  }

  /** False where it is too busy to say, and is to be asked again. */
  private boolean isOurs(BesuValidator validator) throws IOException, InterruptedException {
    long chainId;
    List<Address> validators;
    try {
      chainId = calls.chainId(validator.rpc());
      validators = calls.validators(validator.rpc());
    } catch (IOException e) {
      return false;
    }
    if (chainId != Network.CHAIN_ID || !validators.contains(validator.setup().key().address())) {
      throw new IOException(
          "%s at %s is on another chain (chain id %d), or is no validator of it"
              .formatted(validator.name(), validator.rpc(), chainId));
    }
    return true;
  }

  private void tellPending() {
    awaited.forEach(
        (validator, seen) -> {
          if (!seen.up) {
            talk.accept(
                "%s; waiting for %s s"
                    .formatted(line(validator, seen), seconds(System.nanoTime() - began)));
          }
        });
  }

  private static String line(BesuValidator validator, Seen seen) {
    return "  %s %s: process %d, RPC %s %s, %s, %s"
        .formatted(
            validator.name(),
            validator.setup().key().address(),
            validator.running().process(),
            validator.rpc(),
            seen.health.height().isPresent() ? "answers" : "does not answer yet",
            seen.health.peers() == 1 ? "1 peer" : seen.health.peers() + " peers",
            seen.health.height().isPresent()
                ? "block " + seen.health.height().getAsLong()
                : "no block");
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
  }

  private IOException late() throws IOException {
    List<String> pending = new ArrayList<>();
    BesuValidator first = null;
    boolean answers = false;
    for (Map.Entry<BesuValidator, Seen> each : awaited.entrySet()) {
      if (!each.getValue().up) {
        first = first == null ? each.getKey() : first;
        pending.add(each.getKey().name());
        answers |= each.getValue().health.height().isPresent();
      }
    }
    return new IOException(
        "%s: %s within %d s; see %s:%n%s"
            .formatted(
                String.join(", ", pending),
                answers ? "RPC answers, and no new block came" : "RPC did not answer",
                patience.toSeconds(),
                first.log(),
                String.join("\n", first.lastWords())));
  }
}
