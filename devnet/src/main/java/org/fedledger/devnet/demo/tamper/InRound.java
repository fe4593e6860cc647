package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import org.fedledger.role.ResultProvider;
import org.fedledger.verify.RoundComputation;

/**
 * A lie of one round's first attempt; all else is honest, so that a disputed liar still has the
 * files of the version that becomes final.
 */
record InRound(long round, ResultProvider lie) implements ResultProvider {

  @Override
  public RoundComputation.Result compute(Task task) throws IOException {
    boolean now = task.round().number() == round && task.round().candidates().isEmpty();
    return (now ? lie : PROTOCOL).compute(task);
  }
}
