package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;

@Command(
    name = "claim",
    description = {
      "Claim the office of a coordinator that is lost; the named successor may.",
      "The coordinator may veto it until the recovery time is over."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation succession claim --rpc URL --contract 0x… --keystore FILE"
    })
final class ClaimSuccessionCommand extends LedgerActionCommand {

  @Override
  Intent intent(FederationState state, Address self) {
    Address successor =
        state
            .successor()
            .orElseThrow(() -> CommandException.refused("the federation names no successor"));
    if (!successor.equals(self)) {
      throw CommandException.refused(
          "only the successor %s may, not %s".formatted(successor, self));
    }
    return new Intent(
        "claimed the coordinator's office: whoever holds it may veto for %d seconds"
            .formatted(state.created().recoverySeconds()),
        new LedgerAction.ClaimCoordination());
  }
}
