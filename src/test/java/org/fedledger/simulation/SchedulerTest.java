package org.fedledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {

  private static final String ALICE = "alice";
  private static final String BOB = "bob";

  private final Scheduler scheduler = new Scheduler();
  private final List<String> ran = new ArrayList<>();

  private void plan(long delay, String owner, String what) {
    scheduler.plan(delay, owner, () -> ran.add(what + " at " + scheduler.now()));
  }

  private void runAll() {
    scheduler.run(() -> false, Long.MAX_VALUE);
  }

  @Test
  void shouldRunInOrderOfTimeAndThenOfPlanning() {
    plan(20, ALICE, "third");
    plan(10, ALICE, "first");
    plan(10, BOB, "second");
    runAll();
    assertThat(ran).containsExactly("first at 10", "second at 10", "third at 20");
  }

  @Test
  void shouldLetOthersGoOnWhileTimePasses() {
    scheduler.plan(
        10,
        ALICE,
        () -> {
          ran.add("begins");
          scheduler.pass(20);
          ran.add("ends at " + scheduler.now());
        });
    plan(15, BOB, "bob");
    runAll();
    assertThat(ran).containsExactly("begins", "bob at 15", "ends at 30");
  }

  @Test
  void shouldNotRunTwoThingsOfOneOwnerAtOnce() {
    scheduler.plan(
        10,
        ALICE,
        () -> {
          scheduler.pass(20);
          ran.add("ends at " + scheduler.now());
        });
    plan(15, ALICE, "again");
    runAll();
    assertThat(ran).containsExactly("ends at 30", "again at 31");
  }

  @Test
  void shouldStopWhereItIsToldTo() {
    plan(10, ALICE, "one");
    plan(20, ALICE, "two");
    assertThat(scheduler.run(() -> ran.size() == 1, Long.MAX_VALUE)).isTrue();
    assertThat(scheduler.run(() -> false, 15)).isFalse();
    assertThat(ran).containsExactly("one at 10");
  }
}
