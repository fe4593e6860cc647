package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Round;
import org.fedledger.role.ResultProvider;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.Reason;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.tensor.Blobs;

/**
 * A participant never uploads, and brings a receipt with the signature of the aggregator's key that
 * names a block from before uploads were taken: it proves nothing, and nobody is named.
 */
final class BackdatedReceipt implements Attack {

  private final Stage stage;
  private volatile Web3jLedger ledger;
  private volatile SigningKey key;
  private volatile List<SignedReceipt> receipts = List.of();

  BackdatedReceipt(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return stage.cheater();
  }

  @Override
  public String deed() {
    return "%s kept its update back, and showed a receipt for it from before uploads were taken"
        .formatted(stage.cheater().name());
  }

  @Override
  public WaitedOut waitsOut() {
    return WaitedOut.REVEAL;
  }

  @Override
  public ResultProvider aggregation(Web3jLedger writer, SigningKey signer) {
    ledger = writer;
    key = signer;
    return ResultProvider.PROTOCOL;
  }

  @Override
  public boolean sitsOut(Party participant) {
    return participant.equals(stage.cheater());
  }

  @Override
  public void trained(ParticipantAccess access, RoundTask task) throws IOException {
    if (access.self().equals(stage.cheater())) {
      access.commit(
          access.commitment(
              task.roundId(), task.weightCap(), Blobs.id(access.altered(task.roundId()))));
    }
  }

  @Override
  public void afterwards(Path blobs, List<Round> rounds) {
    Round round = rounds.get((int) stage.round() - 1);
    UpdateCommitment c = round.commitments().get(stage.cheater().address()).commitment();
    UploadReceipt receipt =
        new UploadReceipt(
            round.id(),
            c.stage(),
            c.participant(),
            c.digest(),
            c.size(),
            round.openedAt().number(),
            round.openedAt().hash());
    receipts =
        List.of(new SignedReceipt(receipt, key.address(), ledger.domain().sign(receipt, key)));
  }

  @Override
  public List<SignedReceipt> receipts() {
    return receipts;
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    if (!evidence.rejects(stage.cheater(), Reason.MISSING)) {
      return Optional.empty();
    }
    Map<String, String> more = new LinkedHashMap<>();
    more.put("receiptSignedBy", key.address().toString());
    return evidence
        .noted(
            note ->
                evidence.ofRound(note)
                    && note.contains(stage.cheater().address() + " proves nothing")
                    && note.contains("before commits closed"))
        .map(caught -> caught.and(more));
  }
}
