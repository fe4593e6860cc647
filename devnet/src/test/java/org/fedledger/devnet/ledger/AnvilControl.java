package org.fedledger.devnet.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.fedledger.types.Address;

/** The calls by which Anvil, and no real network, lets its time and its chain be changed. */
public final class AnvilControl implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final URI rpc;
  private final HttpClient http = HttpClient.newHttpClient();

  public AnvilControl(URI rpc) {
    this.rpc = rpc;
  }

  /** From now on all blocks carry one time, the last block's, until {@link #moveTo}. */
  void stopTime() {
    call("anvil_setBlockTimestampInterval", 0);
  }

  /** Mines a block at that time, seconds since 1970 UTC. */
  void moveTo(long seconds) {
    call("evm_setNextBlockTimestamp", seconds);
    mine();
  }

  void mine() {
    call("evm_mine");
  }

  /** No block from now on, as where too many validators are away; transactions wait. */
  public void halt() {
    call("evm_setIntervalMining", 0);
  }

  /** A block each second, and none between for a transaction that has come, as Besu does. */
  public void mineEverySecond() {
    call("evm_setIntervalMining", 1);
  }

  /** A block for each transaction that comes, from now on. */
  void mineAtOnce() {
    call("evm_setAutomine", true);
  }

  /** The next block's time is so much later than it would have been. */
  public void passTime(Duration time) {
    call("evm_increaseTime", time.toSeconds());
  }

  /** Waits until so many transactions wait for a block; no event tells of them. */
  public void awaitWaiting(int transactions) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (waiting() < transactions) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("%d transactions wait, not %d".formatted(waiting(), transactions));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private int waiting() {
    return Integer.decode(call("txpool_status").get("pending").textValue());
  }

  /** From the next block on gas costs that much, in wei, as long as blocks stay half full. */
  void setBaseFee(BigInteger wei) {
    call("anvil_setNextBlockBaseFeePerGas", hex(wei));
  }

  void setBalance(Address account, BigInteger wei) {
    call("anvil_setBalance", account.toString(), hex(wei));
  }

  private static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  /** Forgets what waits for a block, as a node does that is started again. */
  void forgetWaiting() {
    call("anvil_dropAllTransactions");
  }

  /** Transactions of that account in blocks. */
  long mined(Address account) {
    return Long.decode(call("eth_getTransactionCount", account.toString(), "latest").textValue());
  }

  /** Replaces the last blocks by as many empty ones. */
  public void reorganise(int depth) {
    call("anvil_reorg", depth, List.of());
  }

  JsonNode call(String method, Object... params) {
    ObjectNode body = MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    body.put("method", method).set("params", MAPPER.valueToTree(params));
    HttpRequest request =
        HttpRequest.newBuilder(rpc)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    try {
      JsonNode answer =
          MAPPER.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
      if (answer.has("error")) {
        throw new IllegalStateException(method + ": " + answer.get("error"));
      }
      return answer.get("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
