package org.fedledger.client.federation;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Round;
import org.fedledger.types.Address;
import picocli.CommandLine.Mixin;

/** One action that follows from how the ledger stands and who sends it. */
abstract class LedgerActionCommand implements Callable<Integer> {

  /**
   * What is sent.
   *
   * @param what in words, for when it was taken
   */
  record Intent(String what, LedgerAction action) {}

  @Mixin private SenderOptions sender;

  /**
   * @param self the account that sends
   * @throws CommandException if there is nothing to do, or somebody else must; says what or who
   */
  abstract Intent intent(FederationState state, Address self);

  @Override
  public final Integer call() throws IOException {
    sender.with(
        (ledger, key) -> {
          FederationState state;
          try (LedgerFollower follower = new LedgerFollower(ledger, 0)) {
            state = follower.refresh();
          }
          Intent intent = intent(state, key.address());
          return sender.tell(intent.what(), ledger.submit(intent.action()));
        });
    sender.finish();
    return ExitCode.DONE;
  }

  static Round openRound(FederationState state) {
    return state.openRound().orElseThrow(() -> CommandException.refused("no round is open"));
  }

  static void requireCoordinator(FederationState state, Address self) {
    if (!state.coordinator().equals(self)) {
      throw CommandException.refused(
          "only the coordinator %s may, not %s".formatted(state.coordinator(), self));
    }
  }

  /** Refuses what the ledger's clock does not allow yet. */
  static void requirePast(FederationState state, long deadline, String what) {
    long now = state.at().timestamp();
    if (now <= deadline) {
      throw CommandException.refused(
          "%s until second %d, and the newest block is of second %d: try again in %d seconds"
              .formatted(what, deadline, now, deadline + 1 - now));
    }
  }
}
