package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent.UpdateCommitted;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.Nonce;
import org.fedledger.tensor.UpdateMetadata;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;

/** What a participant can do with its work of the round before, instead of working. */
final class Earlier {

  private Earlier() {}

  /**
   * Commits the weights of the round before in a file for this round: trained from the base of
   * then, as it says.
   */
  static void commitFromStaleBase(ParticipantAccess access, RoundTask task) throws IOException {
    Path before = update(access, task.roundId());
    UpdateMetadata words = (UpdateMetadata) AlteredFiles.metadata(before);
    UpdateMetadata now = (UpdateMetadata) AlteredFiles.metadata(access.update(task.roundId()));
    Nonce nonce = now.nonce();
    Path stale = access.file("stale.safetensors");
    AlteredFiles.rename(
        before,
        new UpdateMetadata(words.federation(), task.roundId(), words.base(), words.author(), nonce),
        stale);
    access.commitFile(task, stale);
  }

  /** The weights of the round before in a file that claims another round and base. */
  static Path relabelled(ParticipantAccess access, RoundId round, Digest base) throws IOException {
    Path before = update(access, round);
    UpdateMetadata words = (UpdateMetadata) AlteredFiles.metadata(before);
    Path relabelled = access.file("relabelled.safetensors");
    AlteredFiles.rename(
        before,
        new UpdateMetadata(words.federation(), round, base, words.author(), words.nonce()),
        relabelled);
    return relabelled;
  }

  /** This participant's update of the round before. */
  private static Path update(ParticipantAccess access, RoundId present) {
    return access.update(last(access, present).commitment().roundId());
  }

  /**
   * Sends the signed commitment of the round before again, as it stands on the ledger; then its
   * signature under this round's id; and when both are refused, commits the old file anew.
   */
  static void replay(ParticipantAccess access, RoundTask task) throws IOException {
    UpdateCommitted old = last(access, task.roundId());
    UpdateCommitment c = old.commitment();
    requireRefused(access, new LedgerAction.Commit(c, old.signature()));
    UpdateCommitment moved =
        new UpdateCommitment(
            task.roundId(), 0, c.participant(), c.digest(), c.size(), c.weight(), c.privacyCost());
    requireRefused(access, new LedgerAction.Commit(moved, old.signature()));
    access.commitFile(task, access.update(c.roundId()));
  }

  private static void requireRefused(ParticipantAccess access, LedgerAction action) {
    if (access.ledger().submitUnasked(action, ParticipantAccess.GAS)
        instanceof Outcome.Mined mined) {
      throw new IllegalStateException("the ledger took a replayed commitment: " + mined);
    }
  }

  /** This participant's last commitment of another round, read where everybody can. */
  private static UpdateCommitted last(ParticipantAccess access, RoundId present) {
    BlockRef head = access.ledger().head();
    long from = Math.max(0, head.number() - LedgerReader.MAX_SPAN + 1);
    UpdateCommitted last = null;
    for (RecordedEvent recorded : LedgerFeed.events(access.ledger(), from, head)) {
      if (recorded.event() instanceof UpdateCommitted committed
          && committed.commitment().participant().equals(access.self().address())
          && !committed.commitment().roundId().equals(present)) {
        last = committed;
      }
    }
    if (last == null) {
      throw new IllegalStateException("there was no commitment before");
    }
    return last;
  }
}
