package org.fedledger.client.participant.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.CheckedBlob;
import org.fedledger.store.FolderBlobSource;
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
    BlobFiles pulled = new BlobFiles(List.of(new FolderBlobSource(work.blobs())), work.blobs());
    try (BlobFiles.Use use = pulled.open()) {
      return new RoundFiles(
          SpecJson.parseSpec(CanonicalJson.content(file("spec", task.spec(), use))),
          SpecJson.parsePlan(CanonicalJson.content(file("plan", task.plan(), use))),
          file("base", task.base(), use));
    }
  }

  private static Path file(String what, Digest digest, BlobFiles.Use pulled) throws IOException {
    return switch (pulled.fetch(digest)) {
      case CheckedBlob.Here(Path file, long _) -> file;
      case AbsentBlob why ->
          throw CommandException.outOfReach(
              "the %s %s was pulled, and %s; pull again".formatted(what, digest, why), null);
    };
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
