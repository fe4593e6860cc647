package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Recovery;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "complete",
    description = {"Make a requested key count, once nobody vetoed in time; anyone may."},
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation recover-key complete 0x… --rpc URL --contract 0x… --keystore"
          + " FILE"
    })
final class CompleteRecoveryCommand extends LedgerActionCommand {

  @Parameters(paramLabel = "PARTICIPANT", description = "its address, 0x…")
  private String participant;

  @Override
  Intent intent(FederationState state, Address self) {
    Address address = CreateCommand.address("the participant", participant);
    Recovery pending =
        ConsentCommand.participant(state, address)
            .recovery()
            .orElseThrow(
                () ->
                    CommandException.refused(
                        "no key is asked for in the name of %s: 'recover-key request' does"
                            .formatted(address)));
    requirePast(state, pending.readyAt(), "the old key may veto");
    return new Intent(
        "recovered the key of %s: it is %s".formatted(address, pending.signer()),
        new LedgerAction.CompleteRecovery(address));
  }
}
