package org.fedledger.client.federation;

import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "build-on",
    description = {
      "Let rounds that open from now on build on an earlier version, as after a withdrawal of"
          + " consent.",
      "It holds until one of them makes a version.",
      "M verifiers sign it; the coordinator decides where there are none."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation build-on 4 --rpc URL --contract 0x… \\",
      "           --keystore FILE --signature FILE --signature FILE"
    })
final class BuildOnCommand extends GovernanceCommand {

  @Parameters(index = "0", paramLabel = "VERSION", description = "a final version, from 0")
  private long version;

  @Override
  Change change() {
    return Change.of(GovernanceKind.BUILD_ON, version);
  }

  @Override
  void check(FederationState state) {
    if (version < 0 || version > state.head().version()) {
      throw CommandException.usage(
          "the versions are 0 to %d, not %d".formatted(state.head().version(), version));
    }
  }
}
