package org.fedledger.client.federation;

import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "add-aggregator",
    description = {
      "Add an aggregator; it counts from the next round.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation add-aggregator 0x… --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class AddAggregatorCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "0x…", description = "the aggregator's address")
  private String account;

  @Override
  Change change() {
    return Change.of(
        GovernanceKind.ADD_AGGREGATOR, CreateCommand.address("the aggregator", account));
  }
}
