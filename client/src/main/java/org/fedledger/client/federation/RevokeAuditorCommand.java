package org.fedledger.client.federation;

import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "revoke",
    description = {"Take an auditor's right to read updates back."},
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation auditor revoke 0x… --rpc URL --contract 0x… --keystore FILE"
    })
final class RevokeAuditorCommand extends LedgerActionCommand {

  @Parameters(paramLabel = "0x…", description = "the auditor's address")
  private String auditor;

  @Override
  Intent intent(FederationState state, Address self) {
    requireCoordinator(state, self);
    Address address = CreateCommand.address("the auditor", auditor);
    return new Intent("revoked auditor " + address, new LedgerAction.RevokeAuditor(address));
  }
}
