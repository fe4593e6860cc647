package org.fedledger.client.participant.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.InstalledTraining;
import org.fedledger.client.cli.Output;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.participant.RoundFiles;
import org.fedledger.client.participant.RoundWork;
import org.fedledger.client.participant.WorkFolder;
import org.fedledger.client.training.TrainingBackend;
import org.fedledger.tensor.BlobId;
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
      BlobId update =
          WorkOption.done(
              new RoundWork(begun.task(), files, begun.folder())
                  .train(backend.trainer(local), folder.randomness()));
      out.line("%s  %s", update.digest(), begun.folder().update());
      out.document(
          JsonNodeFactory.instance
              .objectNode()
              .put("round", begun.task().round())
              .put("digest", update.digest().toString())
              .put("size", update.size())
              .put("file", begun.folder().update().toString()));
    }
    return ExitCode.DONE;
  }
}
