package org.fedledger.client.federation;

import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "threshold",
    description = {
      "Change how many verifiers make a version final, from the next round on.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation threshold 3 --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class ThresholdCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "M", description = "more than half of the verifiers")
  private int threshold;

  @Override
  Change change() {
    return Change.of(GovernanceKind.CHANGE_THRESHOLD, threshold);
  }

  @Override
  void check(FederationState state) {
    ThresholdOption.require(threshold, verifiers(state).size());
  }
}
