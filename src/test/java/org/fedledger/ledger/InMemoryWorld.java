package org.fedledger.ledger;

import org.fedledger.crypto.SigningKey;
import org.fedledger.memory.InMemoryChain;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/** A world in this process, whose time is told to it. */
public final class InMemoryWorld implements LedgerStory.World {

  private static final SigningDomain DOMAIN =
      new SigningDomain(1337, Address.of("0x" + "fe".repeat(20)));

  private final TestClock clock = TestClock.standing();
  private final InMemoryChain chain;

  public InMemoryWorld(FederationSetup setup) {
    chain = InMemoryChain.found(setup, DOMAIN, clock::seconds);
  }

  public InMemoryChain chain() {
    return chain;
  }

  public TestClock clock() {
    return clock;
  }

  @Override
  public Ledger as(SigningKey account) {
    return chain.as(account.address());
  }

  @Override
  public long now() {
    return clock.seconds();
  }

  @Override
  public void moveTo(long seconds) {
    clock.moveTo(seconds);
  }

  @Override
  public void close() {}
}
