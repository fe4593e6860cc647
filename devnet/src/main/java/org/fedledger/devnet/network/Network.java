package org.fedledger.devnet.network;

import java.io.IOException;
import java.net.URI;

/** A local Ethereum network, started and ended by us. */
public interface Network extends AutoCloseable {

  /** What the federations on it sign for, unless told otherwise. */
  long CHAIN_ID = 1337;

  /** The kind of network, as options name it. */
  String kind();

  /** JSON-RPC over HTTP. */
  URI rpc();

  /** JSON-RPC over WebSocket. */
  URI webSocket();

  /** Waits until it ends, by itself or by somebody else. */
  void awaitEnd() throws InterruptedException;

  /** Ends it without warning, as a power cut would. */
  void kill();

  /**
   * Starts it again after {@link #kill}, on the same addresses and the same chain as far as it was
   * on disk.
   */
  void restart() throws IOException, InterruptedException;

  /** Ends it; nothing of it is left running. */
  @Override
  void close();
}
