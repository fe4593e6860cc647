package org.fedledger.client.participant.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.participant.RoundFolder;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.federation.SpecLookup;
import org.fedledger.json.CanonicalJson;
import org.fedledger.role.RoundFiles;
import org.fedledger.role.RoundTask;
import org.fedledger.role.RoundWork;
import org.fedledger.signing.SignedCommitment;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;
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
    return new RoundFiles(
        SpecJson.parseSpec(CanonicalJson.content(pulled("spec", task.spec(), work))),
        SpecJson.parsePlan(CanonicalJson.content(pulled("plan", task.plan(), work))),
        pulled("base", task.base(), work));
  }

  private static Path pulled(String what, Digest digest, WorkFolder work) throws IOException {
    Path file = work.blobs().resolve(digest.hex());
    if (!Files.isRegularFile(file) || !Blobs.id(file).digest().equals(digest)) {
      throw CommandException.outOfReach(
          "the %s %s was pulled, and is gone or damaged; pull again".formatted(what, digest), null);
    }
    return file;
  }

  /** The spec, or the end of the command. */
  static FederationSpec spec(SpecLookup.Found found) {
    return switch (found) {
      case SpecLookup.Found.Present(FederationSpec spec) -> spec;
      case SpecLookup.Found.Absent(String why) -> throw CommandException.outOfReach(why, null);
      case SpecLookup.Found.Invalid(String why) ->
          throw CommandException.refused(
              new CannotJudgeException("the federation's spec", why).getMessage());
    };
  }

  /** What a step came to, or the end of the command. */
  static <T> T done(RoundWork.Outcome<T> outcome) {
    return switch (outcome) {
      case RoundWork.Outcome.Done<T>(T value) -> value;
      case RoundWork.Outcome.SitOut<T>(String why) -> throw CommandException.refused(why);
    };
  }
}
