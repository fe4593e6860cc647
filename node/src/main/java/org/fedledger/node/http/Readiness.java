package org.fedledger.node.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.loop.Liveness;
import org.fedledger.loop.Loop;
import org.fedledger.node.chain.Federation;

/** Whether the node is of use to anybody at present, and why not. */
final class Readiness {

  /** A ledger that has been silent for longer is not followed. */
  static final Duration MAX_SILENCE = Duration.ofSeconds(30);

  /**
   * Something that must hold.
   *
   * @param name of what was looked at, and of the trouble where it does not hold
   * @param why it does not; empty where it does
   */
  record Check(String name, String trouble, Optional<String> why) {

    static Check of(String name, String trouble, boolean holds, String why) {
      return new Check(name, trouble, holds ? Optional.empty() : Optional.of(why));
    }

    boolean holds() {
      return why.isEmpty();
    }
  }

  private final Federation federation;
  private final List<Loop> loops;
  private final DiskSpace disk;
  private final Duration maxStandstill;

  /**
   * @param maxStandstill how long the chain may have no new block
   */
  Readiness(Federation federation, List<Loop> loops, DiskSpace disk, Duration maxStandstill) {
    this.federation = federation;
    this.loops = loops;
    this.disk = disk;
    this.maxStandstill = maxStandstill;
  }

  /** All of them, the worst first. */
  List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(ledger());
    checks.add(chain());
    checks.add(disk());
    loops.forEach(loop -> checks.add(loop(loop)));
    return checks;
  }

  /** Whether no loop has ended; a node of which one has is to be started anew. */
  boolean isLive() {
    return loops.stream().map(Loop::liveness).allMatch(Liveness::alive);
  }

  private Check ledger() {
    boolean answers =
        federation.state().isPresent()
            && federation.silence().filter(s -> s.compareTo(MAX_SILENCE) <= 0).isPresent();
    return Check.of(
        "ledger",
        "ledger-silent",
        answers,
        federation
            .silence()
            .map(s -> "the chain node has not answered for %d s".formatted(s.toSeconds()))
            .orElse("the chain node has told nothing yet"));
  }

  private Check chain() {
    Duration standstill = federation.standstill();
    return Check.of(
        "chain",
        "chain-halted",
        standstill.compareTo(maxStandstill) <= 0,
        "the chain has had no new block for %d s".formatted(standstill.toSeconds()));
  }

  private Check disk() {
    try {
      return Check.of(
          "disk",
          "disk-full",
          !disk.isFull(),
          "%d bytes are free, and %d are to be left".formatted(disk.free(), disk.reserve()));
    } catch (IOException e) {
      return Check.of("disk", "disk-full", false, "the disk cannot be asked: " + e.getMessage());
    }
  }

  private static Check loop(Loop loop) {
    Liveness liveness = loop.liveness();
    return Check.of(
        loop.name(),
        "loop-failing",
        liveness.isWell(MAX_SILENCE),
        liveness.trouble().orElse("it is not running"));
  }
}
