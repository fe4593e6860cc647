package org.fedledger.index;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * What can be asked of an index. Lists are in the order of the ledger, and every page costs about
 * the same, however long the list.
 *
 * <p>Every method throws {@link IllegalArgumentException} for a status that its list does not have,
 * naming those that there are.
 */
public interface Queries {

  /** Attempts that a round is shown with. */
  int ATTEMPTS_SHOWN = 16;

  /** Changes that a participant is shown with. */
  int CHANGES_SHOWN = 100;

  /** How far the index has got; empty before its first reading. */
  Optional<IndexedTo> indexedTo();

  /** The founding, who is in office, and how much there is; empty where nothing is founded. */
  Optional<QueryResults.Founded> founded();

  /**
   * Rounds by their opening.
   *
   * @param filter account: those it committed in; status: committing, publishing, attesting, final
   *     or aborted
   */
  Page<QueryResults.Round> rounds(Filter filter, Paging paging);

  /** A round in full, with a page of its commitments; empty if it was never opened. */
  Optional<QueryResults.RoundInFull> round(long number, Paging paging);

  /**
   * Final versions by the block that made them final.
   *
   * @param filter account: those that an update of it went into directly; no status
   */
  Page<QueryResults.Version> versions(Filter filter, Paging paging);

  /**
   * A version and the updates that went into it directly; empty if it is not there.
   *
   * @param number from 0
   */
  Optional<QueryResults.VersionInFull> version(long number, Paging paging);

  /**
   * The size in bytes that the ledger gives a final version's model or rule state; empty for a
   * digest that is neither.
   */
  OptionalLong versionFile(Digest digest);

  /** The digests of updates that were committed in a round and in none after it. */
  Set<Digest> lastCommittedIn(long round);

  /**
   * Participants in order of admission.
   *
   * @param filter status: member (counts for the next round) or suspended; nothing else
   */
  Page<QueryResults.Participant> participants(Filter filter, Paging paging);

  /**
   * A participant in full: its record, and what it committed, was accepted or was not, and why.
   *
   * @param filter of its commitments; status: pending, accepted, rejected or unused
   */
  Optional<QueryResults.ParticipantInFull> participant(
      Address address, Filter filter, Paging paging);

  /**
   * Changes of offices, keys, budgets and bases: approvals, recoveries and their vetoes among them.
   *
   * @param filter account: whom they concern; status: a kind, such as key-recovered
   */
  Page<QueryResults.Change> changes(Filter filter, Paging paging);

  /**
   * Updates that the publication which ended their round left out.
   *
   * @param filter status: a reason, such as norm, or its number
   */
  QueryResults.Rejections rejections(Filter filter, Paging paging);

  /**
   * What transactions of each kind took together, by kind. Only those that recorded an event count;
   * what the ledger refused is not in its events.
   *
   * @param filter account: its commitments; status: a kind, such as commit or close-commits
   */
  List<QueryResults.Gas> gas(Filter filter);

  /**
   * Attestations.
   *
   * @param filter account: the verifier; status: match, differ or lack
   */
  Page<QueryResults.Attestation> attestations(Filter filter, Paging paging);

  /**
   * What each participant spent of its privacy budget, in order of admission.
   *
   * @param filter rounds and time: of the commitments whose costs count; no status
   */
  Page<QueryResults.Privacy> privacy(Filter filter, Paging paging);

  /**
   * Every update that went into a version or one that it was made from, and so on; empty if the
   * version is not there.
   *
   * @param filter account: those of one participant; no status
   */
  Optional<QueryResults.Lineage> lineage(long number, Filter filter, Paging paging);

  /** Every version that an update with this digest is in; empty if none was ever committed. */
  Optional<QueryResults.Reach> reach(Digest update, Paging paging);

  /** Every version that an update of this participant is in; empty if it was never admitted. */
  Optional<QueryResults.Reach> reach(Address participant, Paging paging);
}
