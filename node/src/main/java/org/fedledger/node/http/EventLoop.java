package org.fedledger.node.http;

import io.vertx.core.Context;
import java.util.concurrent.RejectedExecutionException;

/** The event loop of a connection, to which other threads bring what they have for it. */
final class EventLoop {

  private EventLoop() {}

  /**
   * Runs something there.
   *
   * @return false if there is no such loop any more, since the node closes
   */
  static boolean run(Context context, Runnable task) {
    try {
      context.runOnContext(_ -> task.run());
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
