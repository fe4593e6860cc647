package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;

@Command(
    name = "complete",
    description = {"Put the successor into office once nobody vetoed in time; anyone may."},
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation succession complete --rpc URL --contract 0x… --keystore FILE"
    })
final class CompleteSuccessionCommand extends LedgerActionCommand {

  @Override
  Intent intent(FederationState state, Address self) {
    long ready =
        state
            .claimReadyAt()
            .orElseThrow(
                () -> CommandException.refused("no claim is pending; the successor makes one"));
    requirePast(state, ready, "the coordinator may veto the claim");
    return new Intent("put the successor into office", new LedgerAction.CompleteClaim());
  }
}
