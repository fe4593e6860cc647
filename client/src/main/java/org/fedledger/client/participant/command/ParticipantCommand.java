package org.fedledger.client.participant.command;

import org.fedledger.client.participant.check.CheckCommand;
import picocli.CommandLine.Command;

/** Takes part in a federation. */
@Command(
    name = "participant",
    description = {
      "Take part in a federation: train, sign, commit and upload, round after round.",
      "",
      "'check' tries what it takes; 'run' does everything. The steps one by one are pull, train,"
          + " sign, commit, upload; each may be repeated, and train and sign need no network."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CheckCommand.class,
      ParticipantRunCommand.class,
      PullCommand.class,
      TrainCommand.class,
      SignCommand.class,
      CommitCommand.class,
      UploadCommand.class,
      ParticipantStatusCommand.class
    },
    footer = {
      "",
      "Example: fedledger participant run --rpc http://127.0.0.1:8545 --contract 0x… --node"
          + " https://node.example:8443 --keystore hospital.key --data patients.csv --dir work"
    })
public final class ParticipantCommand {}
