package org.fedledger.node;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fedledger.index.GasSource;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.types.Address;

/**
 * What the node's account holds, as it was a while ago: whoever looks does not wait for the chain,
 * and asks it only now and then.
 */
final class AccountBalance {

  private static final Duration FRESH = Duration.ofMinutes(1);

  private final GasSource gas;
  private final Address account;
  private final InstantSource clock;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Optional<BigInteger> seen = Optional.empty();
  private volatile Instant askedAt = Instant.MIN;

  AccountBalance(GasSource gas, Address account, InstantSource clock) {
    this.gas = gas;
    this.account = account;
    this.clock = clock;
  }

  /** In wei; empty while it is not known. */
  Optional<BigInteger> seen() {
    if (clock.instant().minus(FRESH).isAfter(askedAt) && asking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("balance").start(this::ask);
    }
    return seen;
  }

  private void ask() {
    try {
      seen = gas.balance(account);
    } catch (LedgerUnreachableException e) {
      seen = Optional.empty();
    } finally {
      askedAt = clock.instant();
      asking.set(false);
    }
  }
}
