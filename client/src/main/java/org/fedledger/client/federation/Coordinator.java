package org.fedledger.client.federation;

import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.types.Digest;

/** Opens rounds; whatever it asks may be asked again without harm. */
public final class Coordinator {

  private final Ledger ledger;

  /**
   * @param ledger written by the coordinator's account
   */
  public Coordinator(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Opens the next round on the last final version, its commit deadline counted from the newest
   * block.
   *
   * <p>The plan's file must be with the node before participants need it; nothing here sends it.
   */
  public Outcome openRound(RoundPlan plan, RoundWindows windows) {
    byte[] file = SpecJson.write(plan);
    long now = ledger.head().timestamp();
    return ledger.submit(
        new LedgerAction.OpenRound(
            new RoundOpening(
                Digest.ofContent(file),
                file.length,
                now + windows.commit().toSeconds(),
                (int) windows.reveal().toSeconds(),
                (int) windows.publication().toSeconds(),
                (int) windows.attestation().toSeconds(),
                plan.terms().weightCap())));
  }

  /** Whether a round may be opened now, so that asking would not be refused. */
  public static boolean mayOpen(FederationState state) {
    return !state.closed() && state.openRound().isEmpty();
  }
}
