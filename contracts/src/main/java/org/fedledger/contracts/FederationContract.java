package org.fedledger.contracts;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.TransactionHash;

/**
 * Tells a federation's contract from a look-alike, of which nothing that it says means anything.
 * Whoever connects to a ledger asks here first.
 */
public final class FederationContract {

  /** What stands at the address. */
  public sealed interface Recognition {

    /**
     * This build's contract.
     *
     * @param founding with which its record begins
     */
    record Own(RecordedEvent founding) implements Recognition {}

    /**
     * @param why it is another contract
     */
    record LookAlike(String why) implements Recognition {}

    /** Nothing there records the founding of a federation. */
    record NoFederation() implements Recognition {}
  }

  private record Recognised(URI node, SigningDomain domain, TransactionHash founding) {}

  /** A contract's code never changes, so that one is looked at once in a process. */
  private static final Set<Recognised> OWN = ConcurrentHashMap.newKeySet();

  private FederationContract() {}

  /**
   * Looks at the contract of a ledger, whose record is read up to its founding.
   *
   * @throws org.fedledger.ledger.LedgerUnreachableException if the chain node does not answer
   */
  public static Recognition recognise(Rpc rpc, Web3jLedgerReader ledger) {
    Optional<RecordedEvent> founding = LedgerFeed.founding(ledger);
    if (founding.isEmpty()) {
      return new Recognition.NoFederation();
    }
    return lookAlike(rpc, ledger.domain(), founding.get().transaction())
        .<Recognition>map(Recognition.LookAlike::new)
        .orElseGet(() -> new Recognition.Own(founding.get()));
  }

  /**
   * Why it is not this build's contract; empty if it is.
   *
   * @param founding the transaction in which its first event stands
   * @throws org.fedledger.ledger.LedgerUnreachableException if the chain node does not answer
   */
  public static Optional<String> lookAlike(
      Rpc rpc, SigningDomain domain, TransactionHash founding) {
    Recognised asked = new Recognised(rpc.origin(), domain, founding);
    if (OWN.contains(asked)) {
      return Optional.empty();
    }
    Optional<String> why = lookAlike(ContractCode.check(rpc, domain.contract(), founding));
    if (why.isEmpty()) {
      OWN.add(asked);
    }
    return why;
  }

  /** The same, of a contract that was compared. */
  public static Optional<String> lookAlike(ContractCode.Finding finding) {
    return switch (finding) {
      case ContractCode.Finding.Same _ -> Optional.empty();
      case ContractCode.Finding.Different(String how) ->
          Optional.of("the contract is not this build's: " + how);
      case ContractCode.Finding.Absent _ -> Optional.of("there is no contract at this address");
    };
  }
}
