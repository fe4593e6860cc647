package org.fedledger.ledger;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fedledger.types.Address;

/** Aggregators or verifiers of the in-memory contract, and when each of them counts. */
final class InMemoryOffice {

  static final int MAX = 64;

  private static final Address ZERO = new Address(new byte[Address.LENGTH]);

  /** Rounds from and until which somebody counts (0: without end), and what was done last. */
  private static final class Term {
    private long from;
    private long until;
    private long lastRound;
    private long lastAttempt;
  }

  private final Map<Address, Term> terms = new HashMap<>();
  private int count;

  /** How many count for the next round. */
  int count() {
    return count;
  }

  boolean countsIn(Address account, long round) {
    Term term = terms.get(account);
    return term != null && term.from <= round && (term.until == 0 || round < term.until);
  }

  void requireEnters(Address account) {
    if (account.equals(ZERO)) {
      throw InMemoryRefusal.of("ZeroAddress");
    }
    Term term = terms.get(account);
    if (term != null && term.until == 0) {
      throw InMemoryRefusal.of("AlreadyInOffice", account);
    }
    if (count + 1 > MAX) {
      throw InMemoryRefusal.of("TooManyAccounts", count + 1, MAX);
    }
  }

  /** Coming back before the removal counts leaves the term as it was. */
  void enter(Address account, long next) {
    Term term = terms.computeIfAbsent(account, _ -> new Term());
    if (term.from == 0 || term.until < next) {
      term.from = next;
    }
    term.until = 0;
    count++;
  }

  void requireLeaves(Address account) {
    Term term = terms.get(account);
    if (term == null || term.until != 0) {
      throw InMemoryRefusal.of("NotInOffice", account);
    }
  }

  void leave(Address account, long next) {
    terms.get(account).until = next;
    count--;
  }

  boolean actedIn(Address account, long round) {
    return terms.get(account).lastRound == round;
  }

  boolean actedIn(Address account, long round, long attempt) {
    return actedIn(account, round) && terms.get(account).lastAttempt == attempt;
  }

  void act(Address account, long round, long attempt) {
    terms.get(account).lastRound = round;
    terms.get(account).lastAttempt = attempt;
  }

  static void requireNotTooMany(List<Address> accounts) {
    if (accounts.size() > MAX) {
      throw InMemoryRefusal.of("TooManyAccounts", accounts.size(), MAX);
    }
  }
}
