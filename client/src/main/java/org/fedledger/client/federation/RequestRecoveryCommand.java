package org.fedledger.client.federation;

import java.util.List;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.types.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "request",
    description = {
      "Give a participant a new key in place of a lost one.",
      "M verifiers sign it, and it counts from the next round. Where the federation was founded",
      "without any, the coordinator asks for it, the old key may veto until the recovery time is",
      "over, and 'complete' makes it count."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation recover-key request 0xPARTICIPANT 0xKEY --rpc URL \\",
      "           --contract 0x… --keystore FILE --signature FILE --signature FILE"
    })
final class RequestRecoveryCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "PARTICIPANT", description = "its address, 0x…")
  private String participant;

  @Parameters(index = "1", paramLabel = "KEY", description = "the new key's address, 0x…")
  private String key;

  @Override
  Change change() {
    return new Change(
        GovernanceKind.RECOVER_KEY,
        CreateCommand.address("the participant", participant),
        GovernanceWords.value(signer()));
  }

  private Address signer() {
    return CreateCommand.address("the key", key);
  }

  @Override
  void check(FederationState state) {
    ConsentCommand.participant(state, change().account());
  }

  @Override
  boolean isVerifiersToMake(FederationState state) {
    return state.created().verifiersRecover();
  }

  @Override
  LedgerAction action(FederationState state, Change change, List<Signature> signatures) {
    return isVerifiersToMake(state)
        ? super.action(state, change, signatures)
        : new LedgerAction.RequestRecovery(change.account(), signer());
  }
}
