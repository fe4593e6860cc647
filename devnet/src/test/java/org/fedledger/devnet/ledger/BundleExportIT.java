package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.bundle.Bundle;
import org.fedledger.bundle.BundleCheck;
import org.fedledger.bundle.BundleTrust;
import org.fedledger.client.ClientMain;
import org.fedledger.client.audit.bundle.BundleAudit;
import org.fedledger.client.audit.bundle.BundleExport;
import org.fedledger.client.audit.bundle.RoundRange;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.EventReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Gap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bundle of a chain that goes on: what of it whoever checks can be sure of. */
@Timeout(120)
class BundleExportIT {

  @TempDir Path folder;

  private AnvilNetwork network;
  private AnvilWorld world;
  private BlockRef head;

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder.resolve("anvil"));
    LedgerStory.begin(
        setup -> {
          world = new AnvilWorld(network, setup);
          return world;
        },
        LedgerStory.Cast.SMALL);
    head = world.as(COORDINATOR).head();
    world.as(COORDINATOR).submit(new LedgerAction.Admit(participant(3).address(), Long.MAX_VALUE));
  }

  @AfterEach
  void end() {
    world.close();
    network.close();
  }

  private Path export(SignedReceipt... receipts) throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    Path file = folder.resolve("bundle.zip");
    List<byte[]> files = new ArrayList<>();
    for (SignedReceipt receipt : receipts) {
      files.add(receipt.toJson());
    }
    new BundleExport(
            world.rpc(),
            world.deployed().contract(),
            new FolderBlobSource(blobs),
            BundleExport.Selection.ALL.with(files),
            _ -> {})
        .to(file);
    return file;
  }

  private static BundleCheck.Result.Sound sound(Bundle bundle) throws IOException {
    return (BundleCheck.Result.Sound)
        new BundleCheck(bundle, EventReader::read, BundleTrust.NONE).run();
  }

  @Test
  void shouldHoldTheEventsOfTheLedgerAndWhichAreOfOneTransaction() throws IOException {
    try (Bundle bundle = Bundle.open(export())) {
      List<RecordedEvent> here = sound(bundle).ledger().events(0, bundle.manifest().head());
      List<RecordedEvent> there = world.as(COORDINATOR).events(0, bundle.manifest().head());
      assertThat(here.stream().map(RecordedEvent::event))
          .hasSizeGreaterThan(3)
          .isEqualTo(there.stream().map(RecordedEvent::event).toList());
      assertThat(here.stream().map(RecordedEvent::block))
          .isEqualTo(there.stream().map(RecordedEvent::block).toList());
      for (int i = 1; i < here.size(); i++) {
        assertThat(here.get(i).transaction().equals(here.get(i - 1).transaction()))
            .isEqualTo(there.get(i).transaction().equals(there.get(i - 1).transaction()));
      }
    }
  }

  @Test
  void shouldLackWhatItsOwnReceiptsNameAfterItsEnd() throws IOException {
    try (Bundle bundle = Bundle.open(export(receipt(75, participant(1))))) {
      long end = bundle.manifest().head();
      assertThat(gaps(bundle, RoundRange.ALL))
          .contains(
              "the record here ends at block %d, and a receipt that is in the bundle too, signed by %s"
                  .formatted(end, participant(1).address()),
              "names block %d".formatted(end + 75));
      assertThat(gaps(bundle, new RoundRange(1, 1)))
          .as("whoever asks for some rounds asks for no more")
          .doesNotContain("ends at block");
    }
    SignedReceipt forged = receipt(75, participant(1));
    for (SignedReceipt harmless :
        List.of(
            receipt(0, participant(1)),
            new SignedReceipt(forged.receipt(), participant(2).address(), forged.signature()))) {
      try (Bundle bundle = Bundle.open(export(harmless))) {
        assertThat(gaps(bundle, RoundRange.ALL)).doesNotContain("ends at block");
      }
    }
  }

  /** Of a block so far after the newest one. */
  private SignedReceipt receipt(long later, SigningKey node) {
    SigningDomain domain = world.as(COORDINATOR).domain();
    UploadReceipt receipt =
        new UploadReceipt(
            new RoundId(new byte[32]),
            0,
            participant(2).address(),
            Digest.ofContent(new byte[] {1}),
            1,
            world.rpc().blockNumber() + later,
            new BlockHash(new byte[32]));
    return new SignedReceipt(receipt, node.address(), domain.sign(receipt, node));
  }

  private static String gaps(Bundle bundle, RoundRange asked) throws IOException {
    AuditReport report = new BundleAudit(bundle, sound(bundle), false, 1, _ -> {}).report(asked);
    return String.join("\n", report.gaps().stream().map(Gap::what).toList());
  }

  @Test
  void shouldBeHeldAgainstAContractAndABlockThatOneKnows() throws IOException {
    Path file = export();
    String contract = world.deployed().contract().toString();
    String known = head.number() + ":" + head.hash();
    String past = "1000000:" + head.hash();
    String other = head.number() + ":0x" + "ab".repeat(32);

    // Without the files nothing is verified; what matters is what else is said.
    assertThat(verify(file, "--contract", contract, "--head", known))
        .startsWith(ExitCode.OUT_OF_REACH + " ")
        .contains(
            "proven: block " + head.number() + ", " + head.hash() + " is the one that you know")
        .doesNotContain("you know of");
    assertThat(verify(file, "--head", past))
        .startsWith(ExitCode.OUT_OF_REACH + " ")
        .contains("before block 1000000, " + head.hash() + ", which you know of");
    assertThat(verify(file, "--head", other))
        .startsWith(ExitCode.VERIFICATION_FAILED + " ")
        .contains("and you know it as 0xabab");
    assertThat(verify(file, "--contract", "0x" + "12".repeat(20)))
        .startsWith(ExitCode.VERIFICATION_FAILED + " ")
        .contains("it is of the contract " + contract + ", and you ask for 0x1212");
    assertThat(verify(file, "--head", "60")).startsWith(ExitCode.USAGE + " ");
    assertThat(verify(file, "--contract", "0x12")).startsWith(ExitCode.USAGE + " ");
  }

  private static String verify(Path bundle, String... options) {
    List<String> words = new ArrayList<>(List.of("audit", "verify-bundle", bundle.toString()));
    words.addAll(List.of(options));
    StringWriter said = new StringWriter();
    int exitCode =
        ClientMain.commandLine()
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(said))
            .execute(words.toArray(String[]::new));
    return exitCode + " " + said;
  }
}
