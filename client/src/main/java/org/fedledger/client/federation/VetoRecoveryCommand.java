package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Recovery;
import org.fedledger.signing.RecoveryVeto;
import org.fedledger.signing.SignedMessage;
import picocli.CommandLine.Command;

@Command(
    name = "veto",
    description = {
      "Refuse a key that was asked for in a participant's name.",
      "Its present key signs that; anyone may send it."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation recover-key veto 0xPARTICIPANT --rpc URL \\",
      "           --contract 0x… --keystore FILE"
    })
final class VetoRecoveryCommand extends ConsentCommand {

  @Override
  SignedMessage message(ParticipantRecord participant) {
    Recovery pending =
        participant
            .recovery()
            .orElseThrow(
                () ->
                    CommandException.refused(
                        "no key is asked for in the name of %s".formatted(participant.address())));
    return new RecoveryVeto(participant.address(), pending.signer(), participant.keyChanges());
  }

  @Override
  LedgerAction action(SignedMessage message, Signature signature) {
    return new LedgerAction.VetoRecovery((RecoveryVeto) message, signature);
  }
}
