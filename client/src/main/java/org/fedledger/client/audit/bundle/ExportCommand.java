package org.fedledger.client.audit.bundle;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fedledger.bundle.BundleManifest.Headers;
import org.fedledger.client.cli.BlobOptions;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.contracts.Rpc;
import org.fedledger.signing.SigningDomain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = {
      "Write one file with all that an audit needs, for those who have no network.",
      "Exit code 0: all of it is there; 4: some files could not be had, and are named."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger audit export --out bundle.zip --rpc URL --contract 0x… --blobs DIR"
    })
public final class ExportCommand implements Callable<Integer> {

  private static final int MAX_RECEIPT = 64 << 10;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "where to write")
  private Path target;

  @Option(names = "--force", description = "overwrite the file if it is there")
  private boolean force;

  @Option(
      names = "--rounds",
      paramLabel = "A-B",
      description =
          "only these rounds' files (default: all); whoever checks must then ask for no others;"
              + " events of all rounds are always in")
  private String rounds;

  @Option(
      names = "--without-updates",
      description = "leave the updates' files out; the audit of the bundle is then incomplete")
  private boolean withoutUpdates;

  @Option(
      names = "--headers",
      paramLabel = "all|needed",
      defaultValue = "all",
      description = {
        "all: prove too that no event was left out (default), which takes some bytes for each quiet"
            + " block; needed: only those of blocks with events"
      })
  private String headers;

  @Option(
      names = "--epoch-length",
      paramLabel = "BLOCKS",
      defaultValue = "" + BundleExport.DEFAULT_EPOCH,
      description = "of a QBFT network, as its genesis file says (default: ${DEFAULT-VALUE})")
  private long epochLength;

  @Option(
      names = "--receipts",
      paramLabel = "DIR",
      description = "signed upload receipts to take along")
  private Path receipts;

  @Mixin private ChainOptions chain;
  @Mixin private BlobOptions blobs;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(target) && !force) {
      throw CommandException.usage("--out: %s exists; --force overwrites it".formatted(target));
    }
    Path folder = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw CommandException.usage("--out: there is no folder " + folder);
    }
    BundleExport.Selection selection = selection();
    try (Rpc rpc = chain.open();
        BlobOptions.Opened source =
            blobs.open(new SigningDomain(rpc.chainId(), chain.contract()))) {
      BundleExport.Written written =
          new BundleExport(rpc, chain.contract(), source.blobs(), selection, t -> out.talk("%s", t))
              .to(target);
      tell(written);
      return written.missing().isEmpty() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
    }
  }

  private BundleExport.Selection selection() throws IOException {
    RoundRange range = RoundRange.of(rounds);
    if (epochLength < 1) {
      throw CommandException.usage("--epoch-length is at least 1, not " + epochLength);
    }
    return new BundleExport.Selection(
        range.first(), range.last(), !withoutUpdates, which(), epochLength, uploadReceipts());
  }

  private Headers which() {
    return switch (headers) {
      case "all" -> Headers.ALL;
      case "needed" -> Headers.NEEDED;
      default ->
          throw CommandException.usage("--headers is all or needed, not '%s'".formatted(headers));
    };
  }

  private List<byte[]> uploadReceipts() throws IOException {
    if (receipts == null) {
      return List.of();
    }
    return read(receipts);
  }

  /** All receipts in a folder and those below it, each once. */
  public static List<byte[]> read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw CommandException.usage("--receipts: there is no folder " + folder);
    }
    List<byte[]> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        if (Files.size(file) <= MAX_RECEIPT) {
          byte[] content = Files.readAllBytes(file);
          if (all.stream().noneMatch(known -> java.util.Arrays.equals(known, content))) {
            all.add(content);
          }
        }
      }
    }
    return all;
  }

  private void tell(BundleExport.Written written) throws IOException {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("file", target.toString());
    document.put("bytes", Files.size(target));
    document.put("head", written.head());
    document.put("blocks", written.blocks());
    document.put("files", written.files());
    ObjectNode missing = document.putObject("missing");
    written.missing().forEach((digest, why) -> missing.put(digest.toString(), why));
    out.document(document);
    out.line(
        "%s: %d bytes, %d files, events of %d blocks up to block %d",
        target, Files.size(target), written.files(), written.blocks(), written.head());
    written.missing().forEach((digest, why) -> out.line("  not there: %s: %s", digest, why));
    if (!written.missing().isEmpty()) {
      out.talk(
          "hint: an audit of the bundle is incomplete without them; a node gives updates to those"
              + " who may read them, with --keystore FILE; --without-updates leaves them out");
    }
  }
}
