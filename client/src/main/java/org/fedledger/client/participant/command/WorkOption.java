package org.fedledger.client.participant.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.participant.Pull;
import org.fedledger.client.participant.Result;
import org.fedledger.client.participant.RoundFiles;
import org.fedledger.client.participant.RoundFolder;
import org.fedledger.client.participant.RoundTask;
import org.fedledger.client.participant.SignedCommitment;
import org.fedledger.client.participant.WorkFolder;
import picocli.CommandLine.Option;

/** Where a participant's things are. */
final class WorkOption {

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "the participant's work folder; keep it, and let nobody else read it")
  private Path folder;

  /** A round that was pulled before. */
  record Begun(RoundTask task, RoundFolder folder) {}

  Path path() {
    return folder;
  }

  /** Opens the folder, making it where it is missing. */
  WorkFolder open() throws IOException {
    return WorkFolder.open(folder);
  }

  /** Opens a folder that must be there. */
  WorkFolder existing() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw CommandException.usage(
          "--dir: there is no folder %s; begin with 'participant pull'".formatted(folder));
    }
    return WorkFolder.open(folder);
  }

  static Begun begun(WorkFolder work) throws IOException {
    RoundFolder round = work.current().orElseThrow(() -> nothing(work));
    return new Begun(round.task().orElseThrow(() -> nothing(work)), round);
  }

  /** The commitment that was signed for a begun round. */
  static SignedCommitment signed(WorkFolder work, Begun begun) throws IOException {
    return begun
        .folder()
        .signed()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "%s: nothing is signed for this round; run 'participant sign' first"
                        .formatted(work)));
  }

  private static CommandException nothing(WorkFolder work) {
    return CommandException.usage(
        "%s: no round was begun here; begin with 'participant pull'".formatted(work));
  }

  /** The files of a begun round, without a network. */
  static RoundFiles files(WorkFolder work, RoundTask task) throws IOException {
    return done(new Pull(task.domain(), work, java.util.List.<NodeClient>of()).files(task));
  }

  /** What a step came to, or the end of the command. */
  static <T> T done(Result<T> result) {
    return switch (result) {
      case Result.Done<T>(T value) -> value;
      case Result.Later<T>(String why) -> throw CommandException.outOfReach(why, null);
      case Result.SitOut<T>(String why) -> throw CommandException.refused(why);
    };
  }
}
