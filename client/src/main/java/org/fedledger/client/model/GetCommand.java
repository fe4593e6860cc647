package org.fedledger.client.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.BlobOptions;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.client.model.FinalVersions.Lookup;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "get",
    description = {
      "Fetch a final model, checked against the digest on the ledger.",
      "Exit code 3: the file is another than the ledger records; 4: it could not be had.",
      "Whether the version is an honest aggregate is for 'fedledger audit verify' to tell."
    },
    footer = {
      "",
      "Example: fedledger model get --version 3 --out model.safetensors \\",
      "           --rpc http://127.0.0.1:8545 --contract 0x… --blobs https://node.example:8443"
    })
final class GetCommand implements Callable<Integer> {

  @Option(
      names = "--version",
      paramLabel = "V",
      description = "which version, from 0 (default: the latest)")
  private Long version;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where to put the model; written whole or not at all")
  private Path target;

  @Option(names = "--force", description = "overwrite the file if it exists")
  private boolean overwrite;

  /** Alone, since the standard help options take the name {@code --version} for themselves. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help message and exit")
  private boolean help;

  @Mixin private ChainOptions chain;
  @Mixin private BlobOptions blobs;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    if (version != null && version < 0) {
      throw CommandException.usage("--version is at least 0, not " + version);
    }
    Download download = new Download(target, overwrite);
    try (Rpc rpc = chain.open()) {
      LedgerReader ledger = chain.verifiedReader(rpc);
      try (BlobOptions.Opened source = blobs.open(ledger.domain())) {
        Lookup.Found found = found(ledger, FinalVersions.confirmations(ledger, source.blobs()));
        tell(found, fetched(found, source.blobs(), download));
      }
    }
    return ExitCode.DONE;
  }

  private Lookup.Found found(LedgerReader ledger, int confirmations) {
    OptionalLong wanted = version == null ? OptionalLong.empty() : OptionalLong.of(version);
    return switch (FinalVersions.find(new LedgerFeed(ledger, 0, confirmations), wanted)) {
      case Lookup.Found found -> found;
      case Lookup.NotYet(long latest) ->
          throw CommandException.usage(
              "--version: there is no version %d yet; the latest is %d".formatted(version, latest));
      case Lookup.NoFederation _ ->
          throw CommandException.usage(
              "--contract: this chain records no federation at %s; see whether it and --rpc fit"
                  .formatted(ledger.domain().contract()));
    };
  }

  private BlobId fetched(Lookup.Found found, BlobSource source, Download download)
      throws IOException {
    out.talk("fetching version %d, %s", found.version(), found.model().digest());
    return download.of(found.model(), source);
  }

  private void tell(Lookup.Found found, BlobId got) {
    out.line("version  %d", found.version());
    out.line("digest   %s", got.digest());
    out.line("size     %d", got.size());
    found.round().ifPresent(round -> out.line("round    %d", round));
    ObjectNode document =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", found.version())
            .put("digest", got.digest().toString())
            .put("size", got.size());
    if (found.round().isPresent()) {
      document.put("round", found.round().getAsLong());
    } else {
      document.putNull("round");
    }
    out.document(document.put("file", target.toString()));
  }
}
