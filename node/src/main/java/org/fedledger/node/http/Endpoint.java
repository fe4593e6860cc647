package org.fedledger.node.http;

import java.io.IOException;

/** Answers requests of one route. Runs on a virtual thread and may block. */
@FunctionalInterface
interface Endpoint {

  /**
   * @throws RefusedException for a refusal found deep down; its problem is the answer
   */
  Answer answer(Call call) throws IOException, InterruptedException, RefusedException;
}
