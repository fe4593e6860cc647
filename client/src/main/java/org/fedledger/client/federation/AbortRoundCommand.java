package org.fedledger.client.federation;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "abort-round",
    description = {
      "Abort the open round: as coordinator before commits close;",
      "as anyone once nobody published in time."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation abort-round --rpc URL --contract 0x… --keystore FILE"
    })
final class AbortRoundCommand implements Callable<Integer> {

  @Mixin private SenderOptions sender;

  @Override
  public Integer call() throws IOException {
    Outcome outcome =
        sender.with(
            (ledger, _) -> {
              Round round;
              try (LedgerFollower follower = new LedgerFollower(ledger, 0)) {
                round =
                    follower
                        .refresh()
                        .openRound()
                        .orElseThrow(() -> CommandException.refused("no round is open"));
              }
              AbortReason reason =
                  round.phase() == Round.Phase.COMMITTING
                      ? AbortReason.COORDINATOR
                      : AbortReason.DEADLINE;
              return ledger.submit(new LedgerAction.AbortRound(round.id(), reason));
            });
    sender.tell("aborted", outcome);
    sender.finish();
    return ExitCode.DONE;
  }
}
