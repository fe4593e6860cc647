package org.fedledger.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.round.UploadWindow;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.verify.AuditReport.UpdateStatus;

/**
 * Nobody calls an update {@code MISSING} of which it signed itself, in time, that it had come.
 *
 * <p>A receipt convicts its signer alone: what one node held, another may never have seen. It says
 * something only if its block lies in the {@link UploadWindow}.
 *
 * @param blocks the ledger's block of a number, empty if it is not to be had
 */
record ReceiptClaim(
    Receipts receipts, LongFunction<Optional<BlockRef>> blocks, UpdateFindings updates)
    implements RoundClaim {

  @Override
  public void check(RoundCase c, Findings findings) {
    List<SignedReceipt> valid = new ArrayList<>();
    for (SignedReceipt signed : receipts.of(c.round().id())) {
      Optional<String> objection = objection(signed, c);
      if (objection.isEmpty()) {
        valid.add(signed);
      } else {
        findings.note(
            "round %d: a receipt of %s for %s proves nothing: %s"
                .formatted(c.number(), signed.node(), signed.receipt().author(), objection.get()));
      }
    }
    for (Candidate candidate : c.round().candidates()) {
      for (Rejection rejection : candidate.record().decision().rejections()) {
        if (rejection.reason() == Reason.MISSING) {
          check(c, candidate, rejection, valid, findings);
        }
      }
    }
  }

  private void check(
      RoundCase c,
      Candidate candidate,
      Rejection rejection,
      List<SignedReceipt> valid,
      Findings findings) {
    Optional<UpdateCommitted> committed =
        c.round().commitments().values().stream()
            .filter(u -> u.index() == rejection.index())
            .findFirst();
    if (committed.isEmpty()) {
      return;
    }
    for (SignedReceipt signed : valid) {
      if (!signed.receipt().author().equals(committed.get().commitment().participant())) {
        continue;
      }
      if (c.publisher(candidate).equals(signed.node().toString())) {
        convict(c.round(), candidate, signed, findings);
        if (candidate.status() == Candidate.Status.FINAL) {
          updates.find(
              committed.get(), UpdateStatus.TAMPERED, "called MISSING against its own receipt");
        }
      } else {
        noteAnother(c, candidate, signed, findings);
      }
    }
  }

  private void convict(Round round, Candidate candidate, SignedReceipt signed, Findings findings) {
    UploadReceipt receipt = signed.receipt();
    findings.problem(
        candidate.record().aggregator().toString(),
        "an update was rejected as MISSING by an aggregator whose own signed receipt says that it"
            + " had come in time",
        "attempt",
        candidate.attempt(),
        "participant",
        receipt.author(),
        "digest",
        receipt.digest(),
        "receiptSignedBy",
        signed.node(),
        "receiptBlock",
        receipt.blockNumber(),
        "receiptBlockHash",
        receipt.blockHash(),
        "revealDeadline",
        round.revealDeadline().orElseThrow(),
        "receiptSignature",
        signed.signature());
  }

  private static void noteAnother(
      RoundCase c, Candidate candidate, SignedReceipt signed, Findings findings) {
    boolean matched =
        Optional.ofNullable(candidate.attestations().get(signed.node()))
            .filter(a -> a.attestation().finding() == Finding.MATCH)
            .isPresent();
    findings.note(
        "round %d, attempt %d: %s called the update of %s MISSING, and %s signed in time that it had come%s; which of the two is at fault, or the way between them, a receipt cannot tell"
            .formatted(
                c.number(),
                candidate.attempt(),
                candidate.record().aggregator(),
                signed.receipt().author(),
                signed.node(),
                matched ? ", and attested to the publication all the same" : ""));
  }

  private Optional<String> objection(SignedReceipt signed, RoundCase c) {
    Round round = c.round();
    UploadReceipt receipt = signed.receipt();
    UpdateCommitted committed = round.commitments().get(receipt.author());
    if (!signed.isSignedFor(c.domain())) {
      return Optional.of("its signature is forged, or made for another federation");
    }
    if (!round.aggregators().contains(signed.node())
        && !round.verifiers().contains(signed.node())) {
      return Optional.of("its signer was neither aggregator nor verifier of the round");
    }
    if (committed == null
        || receipt.stage() != round.stage()
        || !committed.commitment().digest().equals(receipt.digest())
        || committed.commitment().size() != receipt.size()) {
      return Optional.of("it is for another file than the one committed");
    }
    return UploadWindow.objection(round, receipt, blocks);
  }
}
