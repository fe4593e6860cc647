package org.fedledger.client.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.spec.FederationSpec;
import picocli.CommandLine.Option;

/** How far below the newest block a command reads that is given no other file. */
public final class SpecOption {

  @Option(
      names = "--spec",
      paramLabel = "FILE",
      description =
          "the federation's spec: only blocks with as many above them as it says count (default:"
              + " all)")
  private Path file;

  /**
   * Blocks that must stand above one that counts.
   *
   * @throws CommandException if the file is not the spec whose digest the ledger records
   */
  public int confirmations(LedgerReader ledger) throws IOException {
    if (file == null) {
      return 0;
    }
    if (!Files.isRegularFile(file)) {
      throw CommandException.usage("--spec: there is no file " + file);
    }
    return switch (SpecLookup.given(ledger, file)) {
      case SpecLookup.Found.Present(FederationSpec spec) -> spec.confirmations();
      case SpecLookup.Found.Absent(String why) -> throw CommandException.usage("--spec: " + why);
      case SpecLookup.Found.Invalid(String why) -> throw CommandException.usage("--spec: " + why);
    };
  }
}
