package org.fedledger.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.role.Role;
import org.fedledger.role.Step;

/**
 * One party: a role that is stepped, killed, and made anew from what it keeps.
 *
 * <p>Each call that the role makes of a port goes through {@link #call}, where it may be delayed or
 * lost and the party killed, before what was asked for has happened or after.
 */
final class SimulatedParty {

  /** Makes the party's role from what it keeps. */
  interface Maker {
    Role make() throws IOException;
  }

  /** What a call of a port does; it may fail by itself. */
  interface Effect<T> {
    T happen() throws IOException;
  }

  private static final long AGAIN = 500;
  private static final long POLL = 5_000;

  private final String name;
  private final Scheduler scheduler;
  private final Trace trace;
  private final SeededRandom random;
  private final FaultRates rates;
  private final LedgerViews views;
  private Maker maker;
  private Runnable onDeath = () -> {};
  private Role role;
  private boolean down;
  private long seen;
  private long kills;
  private String lastWhy = "";

  SimulatedParty(
      String name,
      Scheduler scheduler,
      Trace trace,
      long seed,
      FaultRates rates,
      LedgerViews views) {
    this.name = name;
    this.scheduler = scheduler;
    this.trace = trace;
    this.random = new SeededRandom(seed, "faults of " + name);
    this.rates = rates;
    this.views = views;
  }

  String name() {
    return name;
  }

  /** Whether it is killed and not yet back. */
  boolean isDown() {
    return down;
  }

  long kills() {
    return kills;
  }

  SeededRandom random() {
    return random;
  }

  FaultRates rates() {
    return rates;
  }

  /**
   * Begins to step.
   *
   * @param onDeath what is lost when the party is killed
   */
  void begin(Maker roleMaker, Runnable whatIsLost) {
    maker = roleMaker;
    onDeath = whatIsLost;
    scheduler.plan(jitter(AGAIN), this, this::wake);
  }

  private void wake() {
    if (down) {
      return;
    }
    long pause;
    try {
      pause = pauseAfter(step());
    } catch (KilledError e) {
      die();
      return;
    } catch (IOException | UncheckedIOException | LedgerUnreachableException e) {
      tell("could not go on: " + e.getMessage());
      pause = AGAIN;
    } catch (SimulationFailure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new SimulationFailure(name + " failed with " + e, e);
    }
    scheduler.plan(jitter(pause), this, this::wake);
  }

  private Step step() throws IOException {
    if (role == null) {
      role = maker.make();
      seen = 0;
    }
    int lag = rates.behind() == 0 ? 0 : random.below(rates.behind() + 1);
    FederationState state = views.behind(rates.confirmations() + lag, seen);
    seen = state.at().number();
    return role.step(state);
  }

  private long pauseAfter(Step step) {
    return switch (step) {
      case Step.Idle(String why) -> waits(why);
      case Step.Did(String what) -> said(what);
      case Step.Submitted(String what, var _, var mined) ->
          said("%s, in block %d".formatted(what, mined.block().number()));
      case Step.AlreadyDone(var action, var refusal) ->
          said("did not need %s: %s".formatted(action.getClass().getSimpleName(), refusal));
      case Step.Refused(var action, var refusal) ->
          throw new SimulationFailure(
              "%s was refused %s: %s".formatted(name, action.getClass().getSimpleName(), refusal));
    };
  }

  private long waits(String why) {
    if (!why.equals(lastWhy)) {
      tell("waits: " + why);
      lastWhy = why;
    }
    return POLL;
  }

  private long said(String what) {
    tell(what);
    return AGAIN;
  }

  private long jitter(long pause) {
    return rates.longestCall() == 0 ? pause : 1 + random.below((int) (2 * pause));
  }

  void tell(String what) {
    trace.tell(scheduler.now(), name, what);
  }

  private void die() {
    role = null;
    down = true;
    kills++;
    onDeath.run();
    long outage = 1 + random.below(Math.max(1, longestOutage()));
    tell("is killed, for %d ms".formatted(outage));
    scheduler.plan(
        outage,
        this,
        () -> {
          down = false;
          tell("is back");
          wake();
        });
  }

  private int longestOutage() {
    return rates.lasting() > 0 && random.happens(rates.lasting())
        ? rates.longestLasting()
        : rates.longestOutage();
  }

  // Calls of ports.

  /** A call within the party, such as of its disk: nothing is lost but the party itself. */
  <T> T local(String what, Effect<T> effect) throws IOException {
    mayDie(what, "before");
    T result = effect.happen();
    mayDie(what, "after");
    return result;
  }

  /**
   * A call over the network, whose effect is harmless to have twice, or without the caller's
   * knowledge.
   *
   * @param what for the trace
   * @param message whether it may arrive again, or late
   */
  <T> T call(String what, boolean message, Effect<T> effect) throws IOException {
    mayDie(what, "before");
    pass();
    if (random.happens(rates.lost())) {
      throw lost(what + " is lost");
    }
    if (message && random.happens(rates.late())) {
      arriveLater(what, "late", effect);
      throw lost(what + " has no answer yet");
    }
    T result = effect.happen();
    if (message && random.happens(rates.repeated())) {
      arriveLater(what, "again", effect);
    }
    pass();
    if (random.happens(rates.unanswered())) {
      throw lost("the answer to %s is lost".formatted(what));
    }
    mayDie(what, "after");
    return result;
  }

  private void pass() {
    if (rates.longestCall() > 0) {
      scheduler.pass(random.below(rates.longestCall()));
    }
  }

  private IOException lost(String why) {
    tell(why);
    return new IOException(why);
  }

  private void arriveLater(String what, String how, Effect<?> effect) {
    scheduler.plan(
        1 + random.below(rates.longestDelay()),
        effect,
        () -> {
          String outcome;
          try {
            outcome = String.valueOf(effect.happen());
          } catch (IOException e) {
            outcome = e.getMessage();
          }
          tell("%s arrives %s: %s".formatted(what, how, outcome));
        });
  }

  private void mayDie(String what, String when) {
    if (random.happens(rates.killed())) {
      tell("dies %s %s".formatted(when, what));
      throw new KilledError();
    }
  }
}
