package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;

@Command(
    name = "abort-round",
    description = {
      "Abort the open round: as coordinator before its first commits close;",
      "as anyone once nobody published in time, or the last attempt failed."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation abort-round --rpc URL --contract 0x… --keystore FILE"
    })
final class AbortRoundCommand extends LedgerActionCommand {

  @Override
  Intent intent(FederationState state, Address self) {
    Round round = openRound(state);
    AbortReason reason = reason(state, round, self);
    return new Intent(
        "aborted round %d, since %s".formatted(round.number(), reason.meaning()),
        new LedgerAction.AbortRound(round.id(), reason));
  }

  private static AbortReason reason(FederationState state, Round round, Address self) {
    return switch (round.phase()) {
      case COMMITTING -> {
        if (round.stage() > 0) {
          throw CommandException.refused(
              "round %d is past its first stage: only 'close-commits' can end it now"
                  .formatted(round.number()));
        }
        requireCoordinator(state, self);
        yield AbortReason.COORDINATOR;
      }
      case PUBLISHING -> {
        if (round.exhausted()) {
          yield AbortReason.ATTEMPTS_EXHAUSTED;
        }
        requirePast(
            state,
            round.publicationDeadline().orElseThrow(),
            "aggregators may publish round %d".formatted(round.number()));
        yield AbortReason.DEADLINE;
      }
      case ATTESTING ->
          throw CommandException.refused(
              "attempt %d of round %d waits for attestations; once its time is over, 'expire' ends it"
                  .formatted(round.nextAttempt() - 1, round.number()));
      case FINAL, ABORTED -> throw new IllegalStateException("an ended round is not open");
    };
  }
}
