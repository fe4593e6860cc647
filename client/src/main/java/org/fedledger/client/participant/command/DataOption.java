package org.fedledger.client.participant.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.Output;
import org.fedledger.client.data.BadTableException;
import org.fedledger.client.data.Examples;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.data.Table;
import org.fedledger.client.data.TableReader;
import org.fedledger.spec.Architecture;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.FederationSpec;
import picocli.CommandLine.Option;

/** A participant's table. */
final class DataOption {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE.csv",
      description = "the participant's table, as the federation's spec describes it")
  private Path file;

  LocalData read(FederationSpec spec, Output out) throws IOException {
    DataSchema schema =
        spec.data()
            .orElseThrow(
                () ->
                    CommandException.usage(
                        "the spec of federation '%s' describes no table; its participants use the library"
                            .formatted(spec.name())));
    if (Files.isDirectory(file)) {
      throw CommandException.usage("--data: %s is a folder; name a file".formatted(file));
    }
    try {
      Table table = TableReader.read(file, schema);
      LocalData data = table.examples();
      requireForm(spec.architecture(), data.training());
      out.talk(
          "%s: %d rows to train on, %d held out, %d left out since a value is missing",
          file, data.training().count(), data.heldOut().count(), table.dropped());
      return data;
    } catch (BadTableException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  /** Said before anything begins, since no table of that schema could be trained on. */
  private static void requireForm(Architecture architecture, Examples rows) {
    if (rows.features() != architecture.inputs() || rows.outputs() != architecture.outputs()) {
      throw CommandException.usage(
          ("no table fits this federation: its spec describes rows of %d features and %d label,"
                  + " but a model that takes %d and gives %d; ask the coordinator")
              .formatted(
                  rows.features(), rows.outputs(), architecture.inputs(), architecture.outputs()));
    }
  }
}
