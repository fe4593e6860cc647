package org.fedledger.devnet.besu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The times of a QBFT network, as its genesis file fixes them for all of its validators.
 *
 * @param block seconds from a block to the next one, where something is to be put into it
 * @param emptyBlock the same, where nothing is; not less than {@code block}
 * @param request seconds for which validators wait for a proposal in the first round of a block; in
 *     each round after that twice as long as in the one before
 */
public record QbftTimes(int block, int emptyBlock, int request) {

  /** Blocks after one that took its time, and clocks that differ. */
  private static final int SLACK = 20;

  private static final int LONGEST = 3_600;

  /** A block every second, whether empty or not; for networks that are tried out. */
  public static final QbftTimes EVERY_SECOND = new QbftTimes(1, 1, 4);

  /** The same with blocks of nothing only every so often. */
  public static QbftTimes withEmptyBlocksEvery(int seconds) {
    return new QbftTimes(EVERY_SECOND.block, seconds, EVERY_SECOND.request);
  }

  public QbftTimes {
    if (block < 1 || emptyBlock < block || request < 1 || emptyBlock > LONGEST) {
      throw new IllegalArgumentException(
          "empty blocks come every %d to %d s".formatted(Math.max(1, block), LONGEST));
    }
  }

  /** Those of a genesis file. */
  public static QbftTimes of(Path genesis) throws IOException {
    try {
      JsonNode qbft = new ObjectMapper().readTree(Files.readAllBytes(genesis)).at("/config/qbft");
      int block = qbft.path("blockperiodseconds").asInt();
      return new QbftTimes(
          block,
          qbft.path("emptyblockperiodseconds").asInt(block),
          qbft.path("requesttimeoutseconds").asInt());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(genesis + ": not the genesis file of a QBFT network", e);
    }
  }

  /**
   * How old a newest block may be while nothing is wrong that a chain gets over by itself: two
   * proposers that are away, one after the other, are waited for.
   */
  public Duration longestSilence() {
    return Duration.ofSeconds(emptyBlock + 3L * request + SLACK);
  }

  /**
   * How long it may take, from when enough validators are back to the next block. Those who saw no
   * block for so long are in a round that is about as long as the halt was; who comes back begins
   * with the first one, and has to come to the round after theirs.
   *
   * @param halted since the newest block
   */
  public Duration recovery(Duration halted) {
    long round = 0;
    while (request * ((1L << (round + 1)) - 1) <= halted.toSeconds()) {
      round++;
    }
    return Duration.ofSeconds(request * ((1L << (round + 1)) - 1));
  }
}
