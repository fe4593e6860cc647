package org.fedledger.client.cli;

import java.time.Duration;
import org.fedledger.role.RoleLoop;
import org.fedledger.role.Step;

/** Tells people what a role goes through: results on stdout, the rest on stderr. */
public class RoleTalk implements RoleLoop.Watcher {

  private final Output out;
  private String lastTrouble = "";

  public RoleTalk(Output out) {
    this.out = out;
  }

  @Override
  public final void stepped(Step step) {
    lastTrouble = "";
    tell(step);
  }

  /** Says what a step did. */
  protected void tell(Step step) {
    switch (step) {
      case Step.Idle _, Step.AlreadyDone _, Step.Refused _ -> {
        // Told once as a reason to wait, or no news.
      }
      case Step.Did did -> out.talk("%s", did.what());
      case Step.Submitted done ->
          out.line(
              "%s: transaction %s, block %d",
              done.what(), done.mined().transaction(), done.mined().block().number());
    }
  }

  @Override
  public void waiting(String why) {
    out.talk("waiting: %s", why);
  }

  @Override
  public void failed(Exception trouble, Duration pause) {
    String sentence = Commands.sentence(trouble);
    if (!sentence.equals(lastTrouble)) {
      out.talk("trying again: %s", sentence);
    }
    lastTrouble = sentence;
  }

  @Override
  public void died(Error why) {
    out.talk("cannot go on: %s", why);
  }
}
