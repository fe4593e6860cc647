package org.fedledger.client.federation;

import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "change-coordinator",
    description = {
      "Put another coordinator into office, at once.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation change-coordinator 0x… --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class ChangeCoordinatorCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "0x…", description = "the coordinator's address")
  private String account;

  @Override
  Change change() {
    return Change.of(
        GovernanceKind.CHANGE_COORDINATOR, CreateCommand.address("the coordinator", account));
  }
}
