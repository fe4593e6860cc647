package org.fedledger.memory;

import java.util.HashMap;
import java.util.Map;
import org.fedledger.types.Address;

/** Aggregators or verifiers of the in-memory contract, and when each of them counts. */
final class OfficerRegister {

  static final int MAX = 64;

  /** Rounds from and until which somebody counts (0: without end), and what was done last. */
  private static final class Term {
    private long from;
    private long until;
    private long lastRound;
    private long lastAttempt;
    private boolean lacked;
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
    ContractState.requireSomebody(account);
    Term term = terms.get(account);
    if (term != null && term.until == 0) {
      throw BrokenRule.of("AlreadyInOffice", account);
    }
  }

  void requireRoom() {
    if (count >= MAX) {
      throw BrokenRule.of("TooManyAccounts", count + 1, MAX);
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
      throw BrokenRule.of("NotInOffice", account);
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

  /** Whether the account's last act was to tell that it lacks a file. */
  boolean lacked(Address account) {
    return terms.get(account).lacked;
  }

  void act(Address account, long round, long attempt, boolean lacking) {
    Term term = terms.get(account);
    term.lastRound = round;
    term.lastAttempt = attempt;
    term.lacked = lacking;
  }
}
