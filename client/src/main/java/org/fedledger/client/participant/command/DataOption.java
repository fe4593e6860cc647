package org.fedledger.client.participant.command;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.Output;
import org.fedledger.client.data.BadTableException;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.data.Table;
import org.fedledger.client.data.TableReader;
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
    try {
      Table table = TableReader.read(file, schema);
      LocalData data = table.examples();
      out.talk(
          "%s: %d rows to train on, %d held out, %d left out since a value is missing",
          file, data.training().count(), data.heldOut().count(), table.dropped());
      return data;
    } catch (BadTableException e) {
      throw CommandException.usage(e.getMessage());
    }
  }
}
