package org.fedledger.client.federation;

import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove-aggregator",
    description = {
      "Remove an aggregator; it no longer counts from the next round.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation remove-aggregator 0x… --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class RemoveAggregatorCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "0x…", description = "the aggregator's address")
  private String account;

  @Override
  Change change() {
    return Change.of(
        GovernanceKind.REMOVE_AGGREGATOR, CreateCommand.address("the aggregator", account));
  }
}
