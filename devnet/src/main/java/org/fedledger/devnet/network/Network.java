package org.fedledger.devnet.network;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** A local Ethereum network, started and ended by us. */
public interface Network extends AutoCloseable {

  /** What the federations on it sign for, unless told otherwise. */
  long CHAIN_ID = 1337;

  /** The kind of network, as options name it. */
  String kind();

  /**
   * Starts it, and waits until it makes blocks; a chain that is there goes on.
   *
   * @throws IOException if it does not come up, saying why
   */
  void start() throws IOException, InterruptedException;

  /** JSON-RPC over HTTP. */
  URI rpc();

  /** JSON-RPC over WebSocket. */
  URI webSocket();

  /** Its validators, each a process of its own; none where one process is the whole network. */
  default List<RunningValidator> validators() {
    return List.of();
  }

  /**
   * Ends one validator without warning, as a power cut would.
   *
   * @param index in {@link #validators}
   */
  default void killValidator(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  /**
   * Starts one again after {@link #killValidator}, and waits until it follows the chain.
   *
   * @throws IOException if it does not come up, saying why
   */
  default void restartValidator(int index) throws IOException, InterruptedException {
    throw new IndexOutOfBoundsException(index);
  }

  /**
   * Ends all validators and starts them again, on the same chain, and waits until it makes blocks.
   * After a halt it does so at once, where it would take about as long as the halt by itself.
   *
   * @throws IOException if they do not come up, saying why; then none is up
   */
  default void renew() throws IOException, InterruptedException {
    throw new UnsupportedOperationException("%s has no validators".formatted(kind()));
  }

  /**
   * Starts one validator anew, whether it is up or not, and waits until it answers; the chain may
   * stand still meanwhile.
   *
   * @throws IOException if it does not come up, saying why
   */
  default void renewValidator(int index) throws IOException, InterruptedException {
    throw new IndexOutOfBoundsException(index);
  }

  /** Whether {@link #passTime} can be called; where validators have clocks, they are not moved. */
  default boolean passesTime() {
    return false;
  }

  /**
   * Makes every later block's time so much later than it would have been.
   *
   * @throws IOException if it does not answer
   */
  default void passTime(Duration time) throws IOException, InterruptedException {
    throw new UnsupportedOperationException("the time of %s cannot be moved".formatted(kind()));
  }

  /** Waits until it ends, by itself or by somebody else. */
  void awaitEnd() throws InterruptedException;

  /** Ends it without warning, as a power cut would. */
  void kill();

  /**
   * Starts it again after {@link #kill}, on the same addresses and the same chain as far as it was
   * on disk.
   */
  void restart() throws IOException, InterruptedException;

  /** Ends it, also while it starts; nothing of it is left running. */
  @Override
  void close();
}
