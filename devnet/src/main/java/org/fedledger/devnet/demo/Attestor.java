package org.fedledger.devnet.demo;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerUnreachableException;

/** One verifier of a demo, on a virtual thread: looks whenever the ledger has moved. */
final class Attestor implements AutoCloseable {

  /** What a verifier does about a state of the ledger, if anything. */
  interface Look {
    void at(FederationState state) throws IOException;
  }

  private final LedgerFollower follower;
  private final Look look;
  private final Runnable release;
  private final CompletableFuture<Void> trouble;
  private Thread thread;
  private volatile boolean closed;

  /**
   * @param release run once it has stopped
   * @param trouble fails when this verifier can no longer work
   */
  Attestor(Ledger ledger, Look look, Runnable release, CompletableFuture<Void> trouble) {
    this.follower = new LedgerFollower(ledger, 0);
    this.look = look;
    this.release = release;
    this.trouble = trouble;
  }

  void start() {
    follower.start();
    thread = Thread.ofVirtual().name("verifier").start(this::run);
  }

  private void run() {
    long seen = -1;
    while (!closed) {
      try {
        long last = seen;
        FederationState state = follower.await(s -> s.at().number() != last, DemoParties.PATIENCE);
        look.at(state);
        seen = state.at().number();
      } catch (LedgerUnreachableException e) {
        // The follower tells of the ledger's return.
      } catch (InterruptedException e) {
        return;
      } catch (IOException | TimeoutException | RuntimeException e) {
        if (!closed) {
          trouble.completeExceptionally(e);
        }
        return;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    follower.close();
    try {
      if (thread != null) {
        thread.join(DemoParties.STOPPING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    release.run();
  }
}
