package org.fedledger.client.federation;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.ledger.LedgerAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "suspend",
    description = "Suspend a participant; it no longer counts from the next round.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation suspend 0x… --rpc URL --contract 0x… --keystore FILE"
    })
final class SuspendCommand implements Callable<Integer> {

  @Parameters(paramLabel = "0x…", description = "the participant's address")
  private String participant;

  @Mixin private SenderOptions sender;

  @Override
  public Integer call() throws IOException {
    sender.submit(
        "suspended " + participant,
        new LedgerAction.Suspend(CreateCommand.address("participant", participant)));
    sender.finish();
    return ExitCode.DONE;
  }
}
