package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove-verifier",
    description = {
      "Remove a verifier; it no longer counts from the next round.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation remove-verifier 0x… --threshold 2 --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class RemoveVerifierCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "0x…", description = "the verifier's address")
  private String account;

  @Mixin private ThresholdOption threshold;

  @Override
  Change change() {
    return new Change(
        GovernanceKind.REMOVE_VERIFIER,
        CreateCommand.address("the verifier", account),
        threshold.value());
  }

  @Override
  void check(FederationState state) {
    int left = verifiers(state).size() - 1;
    if (left == 0) {
      throw CommandException.refused(
          "the last verifier cannot be removed: put another in its place with replace-verifier");
    }
    threshold.check(state, left);
  }
}
