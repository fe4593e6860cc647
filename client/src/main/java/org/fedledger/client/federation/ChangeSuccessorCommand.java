package org.fedledger.client.federation;

import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "change-successor",
    description = {
      "Name who may claim the coordinator's office if the coordinator is lost.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation change-successor 0x… --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class ChangeSuccessorCommand extends GovernanceCommand {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "0x…",
      description = "the successor's address; left out for nobody")
  private String account;

  @Override
  Change change() {
    return Change.of(
        GovernanceKind.CHANGE_SUCCESSOR,
        account == null ? GovernanceWords.NOBODY : CreateCommand.address("the successor", account));
  }
}
