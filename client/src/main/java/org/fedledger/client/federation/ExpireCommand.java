package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;

@Command(
    name = "expire",
    description = {
      "End a publication to which too few verifiers attested in time.",
      "Anyone may, once its deadline has passed; another aggregator may then publish."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger federation expire --rpc URL --contract 0x… --keystore FILE"})
final class ExpireCommand extends LedgerActionCommand {

  @Override
  Intent intent(FederationState state, Address self) {
    Round round = openRound(state);
    Candidate pending =
        round
            .pending()
            .orElseThrow(
                () ->
                    CommandException.refused(
                        "no publication of round %d waits for attestations"
                            .formatted(round.number())));
    requirePast(
        state,
        pending.attestationDeadline(),
        "verifiers may attest to attempt %d of round %d"
            .formatted(pending.attempt(), round.number()));
    return new Intent(
        "expired attempt %d of round %d".formatted(pending.attempt(), round.number()),
        new LedgerAction.ExpirePublication(round.id()));
  }
}
