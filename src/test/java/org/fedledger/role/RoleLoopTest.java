package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RoleLoopTest {

  private static final Duration LONG = Duration.ofDays(1);

  @TempDir Path folder;
  private FederationState state;
  private final Watched watched = new Watched();

  private static final class Watched implements RoleLoop.Watcher {
    final List<String> waits = new ArrayList<>();
    final List<Exception> failures = new ArrayList<>();
    final CompletableFuture<Error> death = new CompletableFuture<>();

    @Override
    public void waiting(String why) {
      waits.add(why);
    }

    @Override
    public void failed(Exception trouble, Duration pause) {
      failures.add(trouble);
    }

    @Override
    public void died(Error why) {
      death.complete(why);
    }
  }

  @BeforeEach
  void found() throws IOException {
    state = new SmallFederation(folder).state();
  }

  private RoleLoop loop(Role role) {
    return new RoleLoop("role", role, () -> Optional.of(state), LONG, watched);
  }

  @Test
  void stepsAgainAtOnceAfterSomethingThatTheLedgerDoesNotShow() {
    AtomicInteger steps = new AtomicInteger();
    loop(_ -> steps.incrementAndGet() < 5 ? new Step.Did("some") : new Step.Idle("enough"))
        .run(_ -> steps.get() == 5);
    assertThat(steps).hasValue(5);
  }

  @Test
  void saysEachReasonToWaitOnce() {
    AtomicInteger steps = new AtomicInteger();
    RoleLoop loop =
        new RoleLoop(
            "role",
            _ -> new Step.Idle(steps.incrementAndGet() < 4 ? "a file" : "another"),
            () -> Optional.of(state),
            Duration.ZERO,
            watched);
    loop.run(_ -> steps.get() == 6);
    assertThat(watched.waits).containsExactly("a file", "another");
  }

  @Test
  void triesAgainWhatFailed() {
    AtomicInteger steps = new AtomicInteger();
    RoleLoop loop =
        loop(
            _ -> {
              if (steps.incrementAndGet() == 1) {
                throw new LedgerUnreachableException("away", null);
              }
              return new Step.Idle("here");
            });
    loop.run(_ -> true);
    assertThat(watched.failures).singleElement().matches(e -> e.getMessage().equals("away"));
    assertThat(loop.liveness().failures()).isZero();
  }

  @Test
  void looksAgainWhenTheLedgerToldNothingYet() {
    AtomicInteger looks = new AtomicInteger();
    new RoleLoop(
            "role",
            _ -> new Step.Idle("known"),
            () -> looks.incrementAndGet() < 3 ? Optional.empty() : Optional.of(state),
            Duration.ZERO,
            watched)
        .run(_ -> true);
    assertThat(looks).hasValue(3);
  }

  @Test
  void endsWithItsReasonWhenTheMachineFails() throws Exception {
    OutOfMemoryError full = new OutOfMemoryError("as if");
    try (RoleLoop loop =
        loop(
            _ -> {
              throw full;
            })) {
      loop.start();
      assertThat(watched.death.get(30, TimeUnit.SECONDS)).isSameAs(full);
      assertThat(loop.liveness().alive()).isFalse();
    }
  }

  @Test
  void handsTheMachinesFailureToACommandThatRunsIt() {
    RoleLoop loop =
        loop(
            _ -> {
              throw new StackOverflowError("as if");
            });
    assertThatThrownBy(() -> loop.run(_ -> true)).isInstanceOf(StackOverflowError.class);
    assertThat(loop.liveness().alive()).isFalse();
  }

  @Test
  void isAliveFromStartToClose() throws Exception {
    CompletableFuture<Void> stepped = new CompletableFuture<>();
    RoleLoop loop =
        loop(
            _ -> {
              stepped.complete(null);
              return new Step.Idle("nothing");
            });
    assertThat(loop.liveness().alive()).isFalse();
    loop.start();
    stepped.get(30, TimeUnit.SECONDS);
    assertThat(loop.liveness().alive()).isTrue();
    loop.close();
    assertThat(loop.liveness().alive()).isFalse();
  }
}
