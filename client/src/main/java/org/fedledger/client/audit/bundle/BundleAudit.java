package org.fedledger.client.audit.bundle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.fedledger.bundle.Bundle;
import org.fedledger.bundle.BundleCheck;
import org.fedledger.client.cli.ScratchFolder;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.verify.Audit;
import org.fedledger.verify.AuditOptions;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Gap;
import org.fedledger.verify.Receipts;

/**
 * An audit of a bundle, with no network. Whoever checks says what is checked, not whoever made it.
 *
 * @param sound what the bundle's headers and receipts prove
 * @param neededHeaders whether it is taken without the headers that show that no event is left out
 * @param threads rounds checked at once, at least 1
 * @param talk told what is being done, a line at a time
 */
public record BundleAudit(
    Bundle bundle,
    BundleCheck.Result.Sound sound,
    boolean neededHeaders,
    int threads,
    Consumer<String> talk) {

  /** What is found in these rounds; what the bundle has not got of them is a gap. */
  public AuditReport report(RoundRange asked) throws IOException {
    List<SignedReceipt> receipts = receipts();
    try (ScratchFolder work = ScratchFolder.create("fedledger-audit")) {
      AuditReport report =
          new Audit(
                  sound.ledger(),
                  bundle.blobs(),
                  work.path(),
                  round -> talk.accept("round %d checked".formatted(round.round())),
                  new AuditOptions(threads, Receipts.of(receipts), Optional.empty()))
              .run(bundle.manifest().founded(), asked::contains);
      List<Gap> gaps = leftOut(asked, report);
      if (asked.last() == RoundRange.OPEN) {
        later(receipts).forEach(what -> gaps.add(new Gap(OptionalLong.empty(), what)));
      }
      return report.preceded(List.of(), gaps);
    }
  }

  /**
   * Receipts that name a block after the last one here show that the record went on, unless their
   * signers lied; a bundle that was cut is not all that there is to check.
   */
  private List<String> later(List<SignedReceipt> receipts) {
    long head = bundle.manifest().head();
    return receipts.stream()
        .filter(signed -> signed.receipt().blockNumber() > head)
        .filter(signed -> signed.isSignedFor(bundle.domain()))
        .max(Comparator.comparingLong(signed -> signed.receipt().blockNumber()))
        .map(
            signed ->
                "the record here ends at block %d, and a receipt that is in the bundle too, signed by %s for an update of round id %s, names block %d: what came in between is not here"
                    .formatted(
                        head,
                        signed.node(),
                        signed.receipt().roundId(),
                        signed.receipt().blockNumber()))
        .stream()
        .toList();
  }

  /** What the maker left out, and whoever checks did not. */
  private List<Gap> leftOut(RoundRange asked, AuditReport report) {
    List<Gap> gaps = new ArrayList<>();
    if (!neededHeaders) {
      sound.leftOut().forEach(what -> gaps.add(new Gap(OptionalLong.empty(), what)));
    }
    sound.unreached().forEach(what -> gaps.add(new Gap(OptionalLong.empty(), what)));
    long wanted = asked.last() - asked.first() + 1;
    if (asked.last() != RoundRange.OPEN && report.rounds().size() < wanted) {
      gaps.add(
          new Gap(
              OptionalLong.empty(),
              "of rounds %d to %d, %d have ended in the bundle's record"
                  .formatted(asked.first(), asked.last(), report.rounds().size())));
    }
    return gaps;
  }

  /** What cannot be read as a receipt proves nothing, and is left aside. */
  private List<SignedReceipt> receipts() throws IOException {
    List<SignedReceipt> receipts = new ArrayList<>();
    for (byte[] upload : bundle.uploads()) {
      try {
        receipts.add(SignedReceipt.ofJson(upload));
      } catch (MalformedJsonException e) {
        talk.accept("a receipt in the bundle is none: " + e.getMessage());
      }
    }
    return receipts;
  }
}
