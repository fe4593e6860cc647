package org.fedledger.role;

import java.util.List;
import org.fedledger.ledger.FederationState;
import org.fedledger.store.BlobSource;

/**
 * Offers nodes the files that everybody may read and that a party has copies of, so that a node
 * which was away when they were sent gets them from whoever is there.
 */
public final class Replicator implements Role {

  private final Offers offers;

  /**
   * @param copies what the party has
   * @param replicas to whom they are offered
   * @param concurrency of offering to several of them
   */
  public Replicator(BlobSource copies, List<Replica> replicas, Concurrency concurrency) {
    this.offers = new Offers(copies, replicas, concurrency);
  }

  @Override
  public Step step(FederationState state) {
    return offers
        .offer(Offers.publicFiles(state))
        .orElse(new Step.Idle("every node has what everybody may read"));
  }
}
