package org.fedledger.client.federation;

import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "add-verifier",
    description = {
      "Add a verifier; it counts from the next round.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation add-verifier 0x… --threshold 3 --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class AddVerifierCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "0x…", description = "the verifier's address")
  private String account;

  @Mixin private ThresholdOption threshold;

  @Override
  Change change() {
    return new Change(
        GovernanceKind.ADD_VERIFIER,
        CreateCommand.address("the verifier", account),
        threshold.value());
  }

  @Override
  void check(FederationState state) {
    threshold.check(state, verifiers(state).size() + 1);
  }
}
