package org.fedledger.client.audit.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.bundle.Bundle;
import org.fedledger.bundle.BundleCheck;
import org.fedledger.bundle.BundleManifest;
import org.fedledger.bundle.BundleTrust;
import org.fedledger.bundle.MalformedBundleException;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.FindingLines;
import org.fedledger.client.cli.Output;
import org.fedledger.contracts.EventReader;
import org.fedledger.finality.ValidatorSet;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.verify.AuditJson;
import org.fedledger.verify.AuditReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify-bundle",
    description = {
      "Check a bundle with no network: that its record is what the chain's headers commit to, and"
          + " that every version is what the record makes.",
      "You choose what is checked, not whoever made the bundle: all rounds, unless you ask for"
          + " less.",
      "Exit code 0: verified; 3: something does not match; 4: something is not in it."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger audit verify-bundle bundle.zip",
      "Example: fedledger audit verify-bundle bundle.zip --rounds 3-7"
    })
public final class VerifyBundleCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "the bundle")
  private Path file;

  @Option(
      names = "--trust-validator",
      paramLabel = "0x…",
      split = ",",
      description = "the validators of the genesis of the network, as you know them; all of them")
  private List<String> trusted = List.of();

  @Option(
      names = "--contract",
      paramLabel = "0x…",
      description = "the federation's contract, as you know it; a bundle of another one is refused")
  private String contract;

  @Option(
      names = "--head",
      paramLabel = "NUMBER:HASH",
      description =
          "a block that you know of, as from a chain node that you trust; the bundle must have just"
              + " this one, and is incomplete if it ends before it")
  private String head;

  @Option(
      names = "--rounds",
      paramLabel = "A-B",
      description = "check no more than these rounds (default: all)")
  private String rounds;

  @Option(
      names = "--needed-headers",
      description =
          "take a bundle without the headers of all blocks, which cannot show that no event was"
              + " left out")
  private boolean neededHeaders;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "rounds checked at once (default: one for each processor)")
  private Integer threads;

  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw CommandException.usage("there is no file " + file);
    }
    RoundRange asked = RoundRange.of(rounds);
    if (threads != null && threads < 1) {
      throw CommandException.usage("--threads: at least 1, not " + threads);
    }
    BundleTrust trust =
        new BundleTrust(
            trustedSet(),
            Optional.ofNullable(contract).map(VerifyBundleCommand::address),
            Optional.ofNullable(head).map(VerifyBundleCommand::block));
    try (Bundle bundle = Bundle.open(file)) {
      return switch (new BundleCheck(bundle, EventReader::read, trust).run()) {
        case BundleCheck.Result.Refused(String entry, String why) ->
            throw CommandException.verificationFailed(
                "the bundle is false: %s: %s".formatted(entry, why));
        case BundleCheck.Result.Sound sound -> audit(bundle, sound, asked);
      };
    } catch (MalformedBundleException e) {
      throw CommandException.verificationFailed(
          "%s is no bundle in its one form: %s".formatted(file, e.getMessage()));
    }
  }

  private static Address address(String text) {
    try {
      return Address.of(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--contract: " + e.getMessage());
    }
  }

  private static BundleTrust.Block block(String text) {
    String[] parts = text.split(":", 2);
    try {
      return new BundleTrust.Block(
          Long.parseLong(parts[0]), BlockHash.of(parts.length == 2 ? parts[1] : ""));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "--head is like 1234:0x…, a block's number and its hash of 64 hex digits, not '%s'"
              .formatted(text));
    }
  }

  private Optional<ValidatorSet> trustedSet() {
    if (trusted.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ValidatorSet.of(trusted.stream().map(Address::of).toList()));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--trust-validator: " + e.getMessage());
    }
  }

  private int audit(Bundle bundle, BundleCheck.Result.Sound sound, RoundRange asked)
      throws IOException {
    int count = threads != null ? threads : Runtime.getRuntime().availableProcessors();
    AuditReport report =
        new BundleAudit(bundle, sound, neededHeaders, count, line -> out.talk("%s", line))
            .report(asked);
    out.document(document(bundle.manifest(), sound, report));
    tell(sound, report);
    if (report.failed()) {
      return ExitCode.VERIFICATION_FAILED;
    }
    return report.verified() ? ExitCode.DONE : ExitCode.OUT_OF_REACH;
  }

  private ObjectNode document(
      BundleManifest manifest, BundleCheck.Result.Sound sound, AuditReport report) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .putObject("bundle")
        .put("file", file.toString())
        .put("format", BundleManifest.FORMAT)
        .put("version", BundleManifest.VERSION)
        .put("head", manifest.head())
        .put("headHash", manifest.headHash().toString());
    ArrayNode proven = document.putArray("proven");
    sound.proven().forEach(proven::add);
    ArrayNode assumed = document.putArray("assumed");
    sound.assumed().forEach(assumed::add);
    document.setAll(AuditJson.of(report));
    return document;
  }

  private void tell(BundleCheck.Result.Sound sound, AuditReport report) {
    sound.proven().forEach(what -> out.line("proven: %s", what));
    sound.assumed().forEach(what -> out.line("assumed: %s", what));
    FindingLines lines = new FindingLines(out);
    report.notes().forEach(lines::note);
    report.gaps().forEach(lines::gap);
    report.problems().forEach(lines::problem);
    if (report.verified()) {
      out.line(
          "verified: %d rounds, %d updates, every version recomputed bit for bit from the bundle",
          report.rounds().size(), report.updates());
    } else {
      out.line(
          report.failed()
              ? "NOT verified"
              : "incomplete: nothing wrong was found, but not everything is in the bundle");
    }
  }
}
