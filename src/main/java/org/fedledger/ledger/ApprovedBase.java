package org.fedledger.ledger;

/**
 * A version that governance lets rounds build on instead of the last one.
 *
 * @param fromRound the first round that builds on it; when that one or a later one makes a version,
 *     the approval is used up
 */
public record ApprovedBase(long version, long fromRound) {

  /** Whether a version that this round made leaves nothing of the approval. */
  public boolean isUsedUpBy(long round) {
    return round >= fromRound;
  }
}
