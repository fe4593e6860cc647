package org.fedledger.node;

import java.time.Duration;
import java.util.function.Consumer;
import org.fedledger.role.RoleLoop;
import org.fedledger.role.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the metrics what one role of the node goes through. */
final class RoleLog implements RoleLoop.Watcher {

  private final Logger log;
  private final Consumer<Step> onStep;
  private final Consumer<Error> onDeath;

  RoleLog(String role, Consumer<Step> onStep, Consumer<Error> onDeath) {
    this.log = LoggerFactory.getLogger("org.fedledger.node." + role);
    this.onStep = onStep;
    this.onDeath = onDeath;
  }

  @Override
  public void stepped(Step step) {
    switch (step) {
      case Step.Idle _ -> {
        // Told once as a reason to wait.
      }
      case Step.Did did -> log.info("{}", did.what());
      case Step.Submitted done ->
          log.info("{}, block {}", done.what(), done.mined().block().number());
      case Step.AlreadyDone done ->
          log.debug(
              "{} was not needed: {}", done.action().getClass().getSimpleName(), done.refusal());
      case Step.Refused refused ->
          log.debug(
              "the ledger refused {}: {}",
              refused.action().getClass().getSimpleName(),
              refused.refusal());
    }
    onStep.accept(step);
  }

  @Override
  public void waiting(String why) {
    log.info("waiting: {}", why);
  }

  @Override
  public void failed(Exception trouble, Duration pause) {
    log.warn(
        "a step failed and is tried again in {} ms: {}",
        pause.toMillis(),
        trouble.toString(),
        trouble);
  }

  @Override
  public void died(Error why) {
    onDeath.accept(why);
  }
}
