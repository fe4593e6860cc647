package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.InstalledTraining;
import org.fedledger.client.cli.Output;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.client.training.TrainingBackend;
import org.fedledger.role.RoundFiles;
import org.fedledger.role.RoundTask;
import org.fedledger.role.RoundWork;
import org.fedledger.tensor.BlobId;
import org.fedledger.training.Randomness;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "train",
    description = "Train on your table and put the update on disk; needs no network.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: fedledger participant train --data patients.csv --dir work"})
final class TrainCommand implements Callable<Integer> {

  @Mixin private DataOption data;
  @Mixin private WorkOption work;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    TrainingBackend backend = InstalledTraining.required();
    try (WorkFolder folder = work.existing()) {
      WorkOption.Begun begun = WorkOption.begun(folder);
      RoundFiles files = WorkOption.files(folder, begun.task());
      LocalData local = data.read(files.spec(), out);
      Randomness randomness = folder.randomness();
      RoundTask task = begun.task();
      BlobId update =
          WorkOption.done(
              new RoundWork(task, folder)
                  .train(
                      files,
                      backend.trainer(local),
                      randomness,
                      randomness.nonce(task.roundId(), task.participant())));
      out.line("%s  %s", update.digest(), begun.folder().updateFile());
      out.document(
          JsonNodeFactory.instance
              .objectNode()
              .put("round", task.round())
              .put("digest", update.digest().toString())
              .put("size", update.size())
              .put("file", begun.folder().updateFile().toString()));
    }
    return ExitCode.DONE;
  }
}
