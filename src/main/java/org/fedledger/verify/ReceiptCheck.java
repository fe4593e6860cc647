package org.fedledger.verify;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.Round;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;

/**
 * Holds receipts against rejections as MISSING. Only what an aggregator or verifier of the round
 * signed, for the very commitment, in a block before the reveal deadline, disproves one; any other
 * is told of and proves nothing.
 *
 * @param blocks the ledger's block of a number, empty if it is not to be had
 */
record ReceiptCheck(
    Receipts receipts, SigningDomain domain, LongFunction<Optional<BlockRef>> blocks) {

  /** Tells of receipts that cannot prove anything in their round. */
  void look(Round round, Findings findings) {
    for (SignedReceipt signed : receipts.of(round.id())) {
      objection(signed, round)
          .ifPresent(
              why ->
                  findings.note(
                      "round %d: a receipt of %s for %s proves nothing: %s"
                          .formatted(
                              round.number(), signed.node(), signed.receipt().author(), why)));
    }
  }

  /** Finds the problem if some receipt proves that an update had come which is called MISSING. */
  boolean disproves(
      UpdateCommitted committed, Round round, Candidate candidate, Findings findings) {
    UpdateCommitment c = committed.commitment();
    List<SignedReceipt> about =
        receipts.of(round.id()).stream()
            .filter(r -> r.receipt().author().equals(c.participant()))
            .filter(r -> objection(r, round).isEmpty())
            .toList();
    for (SignedReceipt signed : about) {
      UploadReceipt receipt = signed.receipt();
      Optional<BlockRef> block = blocks.apply(receipt.blockNumber());
      if (block.isPresent() && block.get().timestamp() <= round.revealDeadline().orElseThrow()) {
        findings.problem(
            candidate.record().aggregator().toString(),
            "an update was rejected as MISSING, but a signed receipt shows that it had come in"
                + " time",
            "participant",
            c.participant(),
            "digest",
            c.digest(),
            "receiptSignedBy",
            signed.node(),
            "receiptBlock",
            receipt.blockNumber(),
            "blockTime",
            block.get().timestamp(),
            "revealDeadline",
            round.revealDeadline().orElseThrow(),
            "receiptSignature",
            signed.signature());
        return true;
      }
      findings.note(
          "round %d: a receipt of %s for %s is no proof that it came in time: %s"
              .formatted(
                  round.number(),
                  signed.node(),
                  c.participant(),
                  block.isPresent()
                      ? "its block came after the reveal deadline"
                      : "the ledger at hand does not have its block"));
    }
    return false;
  }

  private Optional<String> objection(SignedReceipt signed, Round round) {
    UploadReceipt receipt = signed.receipt();
    UpdateCommitted committed = round.commitments().get(receipt.author());
    if (!signed.isSignedFor(domain)) {
      return Optional.of("its signature is forged, or made for another federation");
    }
    if (!round.aggregators().contains(signed.node())
        && !round.verifiers().contains(signed.node())) {
      return Optional.of("its signer was neither aggregator nor verifier of the round");
    }
    if (committed == null
        || !committed.commitment().digest().equals(receipt.digest())
        || committed.commitment().size() != receipt.size()) {
      return Optional.of("it is for another file than the one committed");
    }
    return Optional.empty();
  }
}
