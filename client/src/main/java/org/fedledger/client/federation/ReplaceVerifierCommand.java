package org.fedledger.client.federation;

import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "replace-verifier",
    description = {
      "Put a verifier in the place of another, from the next round on.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation replace-verifier 0xOLD 0xNEW --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class ReplaceVerifierCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "0xOLD", description = "the address of the one who goes")
  private String old;

  @Parameters(index = "1", paramLabel = "0xNEW", description = "the address of the one who comes")
  private String fresh;

  @Override
  Change change() {
    return new Change(
        GovernanceKind.REPLACE_VERIFIER,
        CreateCommand.address("the verifier who goes", old),
        GovernanceWords.value(CreateCommand.address("the verifier who comes", fresh)));
  }
}
