package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.SignedMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "raise-budget",
    description = {
      "Raise a participant's privacy budget, from the next round on.",
      "Its present key signs that; anyone may send it."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation raise-budget 0xPARTICIPANT 5000000000 --rpc URL \\",
      "           --contract 0x… --keystore FILE"
    })
final class RaiseBudgetCommand extends ConsentCommand {

  @Parameters(
      index = "1",
      paramLabel = "N",
      description = "the whole budget, in units of 10^-9, above the present one")
  private String budget;

  @Override
  SignedMessage message(ParticipantRecord participant) {
    long units = AdmitCommand.budget("the budget", budget);
    if (Long.compareUnsigned(units, participant.privacyBudget()) <= 0) {
      throw CommandException.usage(
          "the budget is %s already, and can only be raised"
              .formatted(Long.toUnsignedString(participant.privacyBudget())));
    }
    return new BudgetRaise(participant.address(), units);
  }

  @Override
  LedgerAction action(SignedMessage message, Signature signature) {
    return new LedgerAction.RaiseBudget((BudgetRaise) message, signature);
  }
}
