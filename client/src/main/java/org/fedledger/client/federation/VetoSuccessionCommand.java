package org.fedledger.client.federation;

import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;

@Command(
    name = "veto",
    description = {"Refuse the successor's claim; the coordinator may."},
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation succession veto --rpc URL --contract 0x… --keystore FILE"
    })
final class VetoSuccessionCommand extends LedgerActionCommand {

  @Override
  Intent intent(FederationState state, Address self) {
    requireCoordinator(state, self);
    return new Intent("vetoed the successor's claim", new LedgerAction.VetoClaim());
  }
}
