package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;

@Command(
    name = "close-commits",
    description = {
      "Close the commits of the open round's present stage.",
      "Anyone may, once all have committed or the deadline has passed."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation close-commits --rpc URL --contract 0x… --keystore FILE"
    })
final class CloseCommitsCommand extends LedgerActionCommand {

  @Override
  Intent intent(FederationState state, Address self) {
    Round round = openRound(state);
    if (round.phase() != Round.Phase.COMMITTING) {
      throw CommandException.refused(
          "the commits of round %d are closed already".formatted(round.number()));
    }
    if (!round.complete()) {
      requirePast(
          state,
          round.commitDeadline(),
          "%d have committed in round %d; the others may"
              .formatted(round.commitments().size(), round.number()));
    }
    return new Intent(
        "closed the commits of round %d, stage %d".formatted(round.number(), round.stage()),
        new LedgerAction.CloseCommits(round.id()));
  }
}
