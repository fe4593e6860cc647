package org.fedledger.client.federation;

import org.fedledger.crypto.Signature;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.SignedMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "rotate-key",
    description = {
      "Give a participant another signing key, from the next round on.",
      "Its present key signs that; anyone may send it."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation rotate-key 0xPARTICIPANT 0xKEY --rpc URL \\",
      "           --contract 0x… --keystore FILE"
    })
final class RotateKeyCommand extends ConsentCommand {

  @Parameters(index = "1", paramLabel = "KEY", description = "the new key's address, 0x…")
  private String key;

  @Override
  SignedMessage message(ParticipantRecord participant) {
    return new KeyRotation(
        participant.address(), CreateCommand.address("the key", key), participant.keyChanges());
  }

  @Override
  LedgerAction action(SignedMessage message, Signature signature) {
    return new LedgerAction.RotateKey((KeyRotation) message, signature);
  }
}
