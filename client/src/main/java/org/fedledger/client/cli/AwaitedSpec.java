package org.fedledger.client.cli;

import java.time.Duration;
import java.util.List;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.store.BlobSource;

/** A federation's spec, waited for where the coordinator has not brought it to a node yet. */
public final class AwaitedSpec {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private AwaitedSpec() {}

  /**
   * Blocks until the spec is there, and tells each reason to wait once.
   *
   * @param places asked in this order, at least one
   * @return what was found, never {@link SpecLookup.Found.Absent}
   * @throws org.fedledger.ledger.LedgerUnreachableException if the ledger does not answer
   */
  public static SpecLookup.Found on(LedgerReader ledger, List<BlobSource> places, Output out)
      throws InterruptedException {
    String told = "";
    while (true) {
      SpecLookup.Found found = SpecLookup.on(ledger, places);
      if (!(found instanceof SpecLookup.Found.Absent(String why))) {
        return found;
      }
      if (!why.equals(told)) {
        out.talk("waiting: %s", why);
        told = why;
      }
      Thread.sleep(LOOK_EVERY);
    }
  }
}
