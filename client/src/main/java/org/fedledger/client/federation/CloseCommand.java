package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;

@Command(
    name = "close",
    description = {
      "Close the federation for good: no round is opened any more.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation close --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class CloseCommand extends GovernanceCommand {

  @Override
  Change change() {
    return Change.of(GovernanceKind.CLOSE_FEDERATION, 0);
  }

  @Override
  void check(FederationState state) {
    if (state.openRound().isPresent()) {
      throw CommandException.refused(
          "round %d is open: a federation is closed between rounds"
              .formatted(state.openRound().get().number()));
    }
  }
}
