package org.fedledger.devnet.demo;

import java.io.IOException;
import org.fedledger.devnet.demo.tamper.Attack;
import org.fedledger.devnet.demo.tamper.ParticipantAccess;
import org.fedledger.role.RoundTask;

/**
 * A participant's part in a fraud, which may be none.
 *
 * @param round of the fraud; in all others there is nothing to do
 * @param access the participant's
 */
record FraudPart(Attack attack, long round, ParticipantAccess access) {

  void trained(RoundTask task) {
    if (task.round() == round) {
      try {
        attack.trained(access, task);
      } catch (IOException e) {
        throw new IllegalStateException("a part could not be played", e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  void committing(long number) {
    if (number == round) {
      try {
        attack.committing(access.self());
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  /** The program sits a round out. */
  void satOut(long number, String why) {
    if (number == round) {
      try {
        attack.satOut(access, why);
      } catch (IOException e) {
        throw new IllegalStateException("a part could not be played", e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  /** Whether this participant's program sits out since it commits in another way. */
  boolean excuses(long number) {
    return number == round && attack.sitsOut(access.self());
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted in mid-story", e);
  }
}
