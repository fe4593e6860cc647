package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fedledger.types.BlockHash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LedgerFollowerTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration OFTEN = Duration.ofMillis(5);

  private InMemoryWorld world;
  private LedgerStory story;
  private ScriptedReader reader;

  @BeforeEach
  void begin() {
    story =
        LedgerStory.begin(
            setup -> {
              world = new InMemoryWorld(setup);
              return world;
            },
            LedgerStory.Cast.SMALL);
    reader = new ScriptedReader(story.reader());
  }

  private LedgerFollower follower(int confirmations, Duration poll) {
    return new LedgerFollower(reader, 0, confirmations, poll);
  }

  private void admit(int n) {
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(n).address(), 0));
  }

  @Test
  void shouldFollowFromTheFoundingToTheHead() {
    story.admit(3);
    try (LedgerFollower follower = follower(0, NEVER)) {
      assertThat(follower.refresh()).isEqualTo(story.state());
      admit(3);
      assertThat(follower.state().participants()).hasSize(3);
      assertThat(follower.refresh()).isEqualTo(story.state());
    }
  }

  @Test
  void shouldReadOnlyWhatIsNew() {
    story.admit(3);
    try (LedgerFollower follower = follower(0, NEVER)) {
      follower.refresh();
      long head = reader.head().number();
      follower.refresh();
      world.chain().mine();
      FederationState later = follower.refresh();

      assertThat(reader.asked)
          .containsExactly(
              new ScriptedReader.Span(0, head), new ScriptedReader.Span(head + 1, head + 1));
      assertThat(later).isEqualTo(story.state());
      assertThat(later.at().number()).isEqualTo(head + 1);
    }
  }

  @Test
  void shouldAskForSpansThatEveryNodeAnswers() {
    BlockHash far = new BlockHash(new byte[BlockHash.LENGTH]);
    reader.head(new BlockRef(12_000, far, far, 0));
    try (LedgerFollower follower = new LedgerFollower(reader, 1, 0, NEVER)) {
      follower.refresh();
    }
    assertThat(reader.asked)
        .containsExactly(
            new ScriptedReader.Span(1, 5_000),
            new ScriptedReader.Span(5_001, 10_000),
            new ScriptedReader.Span(10_001, 12_000));
  }

  @Test
  void shouldLookOnlyAtBlocksWithEnoughAboveThem() {
    story.admit(2);
    try (LedgerFollower follower = follower(2, NEVER)) {
      assertThat(follower.refresh().participants()).isEmpty();
      world.chain().mine();
      assertThat(follower.refresh().participants()).hasSize(1);
      world.chain().mine();
      assertThat(follower.refresh().participants()).hasSize(2);
      assertThat(follower.state().at().number()).isEqualTo(reader.head().number() - 2);
    }
  }

  @Test
  void shouldGoBackWithTheChain() {
    story.admit(1);
    try (LedgerFollower follower = follower(0, NEVER)) {
      for (int i = 1; i < 6; i++) {
        admit(i);
        follower.refresh();
      }
      world.chain().reorganise(3);
      assertThat(follower.refresh().participants()).hasSize(3);
      assertThat(follower.state()).isEqualTo(story.state());
      admit(9);
      assertThat(follower.refresh()).isEqualTo(story.state());
    }
  }

  @Test
  void shouldReadTheRecordAnewAfterAReorganisationDeeperThanItRemembers() {
    story.admit(1);
    try (LedgerFollower follower = follower(0, NEVER)) {
      for (int i = 0; i < 100; i++) {
        world.chain().mine();
        follower.refresh();
      }
      reader.asked.clear();
      world.chain().reorganise(101);
      assertThat(follower.refresh().participants()).isEmpty();
      assertThat(reader.asked.getFirst().from()).isZero();
    }
  }

  @Test
  void shouldLookAgainWhenTheChainChangesWhileItIsRead() {
    story.admit(2);
    reader.beforeEvents(() -> world.chain().reorganise(1));
    try (LedgerFollower follower = follower(0, NEVER)) {
      assertThat(follower.refresh()).isEqualTo(story.state());
      assertThat(follower.state().participants()).hasSize(1);
      assertThat(reader.asked).hasSize(2);
    }
  }

  @Test
  void shouldNeverMixTwoChains() {
    story.admit(2);
    try (LedgerFollower follower = follower(0, NEVER)) {
      follower.refresh();
      admit(2);
      // The head that was seen is gone when the events are read, and so is what they went on from.
      reader.beforeEvents(
          () -> {
            world.chain().reorganise(2);
            admit(7);
          });
      assertThat(follower.refresh()).isEqualTo(story.state());
      assertThat(follower.state().participants().keySet())
          .containsExactlyInAnyOrder(participant(0).address(), participant(7).address());
    }
  }

  @Test
  void shouldGiveUpALookWhenTheChainNeverStandsStill() {
    story.admit(20);
    Runnable[] always = new Runnable[1];
    always[0] =
        () -> {
          world.chain().reorganise(1);
          reader.beforeEvents(always[0]);
        };
    reader.beforeEvents(always[0]);
    try (LedgerFollower follower = follower(0, NEVER)) {
      assertThatThrownBy(follower::refresh).isInstanceOf(LedgerUnreachableException.class);
    }
  }

  @Test
  void shouldTellOfEachStateOnce() throws Exception {
    BlockingQueue<FederationState> told = new LinkedBlockingQueue<>();
    try (LedgerFollower follower = follower(0, NEVER)) {
      follower.onState(told::add);
      follower.start();
      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(story.state());
      admit(0);
      assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(story.state());
      assertThat(told).isEmpty();
    }
  }

  @Test
  void shouldLookByItselfWithoutHints() throws Exception {
    LedgerReader silent =
        new ForwardingReader(reader) {
          @Override
          public Subscription subscribe(Runnable onHead) {
            return () -> {};
          }
        };
    try (LedgerFollower follower = new LedgerFollower(silent, 0, 0, OFTEN)) {
      follower.start();
      admit(0);
      assertThat(follower.await(s -> s.participants().size() == 1, SOON)).isNotNull();
    }
  }

  @Test
  void shouldGoOnWhenTheLedgerComesBack() throws Exception {
    CountDownLatch trouble = new CountDownLatch(2);
    try (LedgerFollower follower = follower(0, OFTEN)) {
      follower.onTrouble(_ -> trouble.countDown());
      follower.onTrouble(
          _ -> {
            throw new IllegalStateException("a listener of its own trouble");
          });
      world.chain().setUnreachable(true);
      follower.start();
      assertThat(trouble.await(30, TimeUnit.SECONDS)).isTrue();
      world.chain().setUnreachable(false);
      admit(0);
      follower.await(s -> s.participants().size() == 1, SOON);
    }
  }

  @Test
  void shouldGoOnAfterAListenersFault() throws Exception {
    try (LedgerFollower follower = follower(0, OFTEN)) {
      follower.onState(
          _ -> {
            throw new IllegalStateException("a listener's fault");
          });
      follower.start();
      admit(0);
      follower.await(s -> s.participants().size() == 1, SOON);
      admit(1);
      follower.await(s -> s.participants().size() == 2, SOON);
    }
  }

  @Test
  void shouldWaitNoLongerThanItIsTold() {
    try (LedgerFollower follower = follower(0, OFTEN)) {
      follower.start();
      assertThatThrownBy(() -> follower.await(FederationState::closed, Duration.ofMillis(50)))
          .isInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void shouldEndWaitingAndItsSubscriptionWhenClosed() throws Exception {
    LedgerFollower follower = follower(0, OFTEN);
    follower.start();
    follower.await(s -> !s.closed(), SOON);
    assertThat(reader.subscriptions).hasValue(1);
    BlockingQueue<Throwable> ended = new LinkedBlockingQueue<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    follower.await(FederationState::closed, NEVER);
                  } catch (Exception e) {
                    ended.add(e);
                  }
                });
    follower.close();

    assertThat(ended.poll(30, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
    assertThat(waiting.join(SOON)).isTrue();
    assertThat(reader.subscriptions).hasValue(0);
    follower.close();
  }

  @Test
  void shouldEndWithItsReasonWhenTheMachineFails() throws Exception {
    OutOfMemoryError full = new OutOfMemoryError("as if");
    BlockingQueue<Error> told = new LinkedBlockingQueue<>();
    try (LedgerFollower follower = follower(0, OFTEN)) {
      follower.refresh();
      follower.onDeath(told::add);
      reader.beforeEvents(
          () -> {
            throw full;
          });
      assertThat(follower.liveness().alive()).isFalse();
      follower.start();
      admit(3);

      assertThat(told.poll(30, TimeUnit.SECONDS)).isSameAs(full);
      assertThat(follower.liveness().alive()).isFalse();
      assertThat(follower.liveness().trouble()).hasValue(full.toString());
      assertThatThrownBy(follower::state).isSameAs(full);
      assertThatThrownBy(() -> follower.await(FederationState::closed, NEVER)).isSameAs(full);
    }
  }

  @Test
  void shouldTellApartAPlaceWithoutAFederation() {
    LedgerReader empty =
        new ForwardingReader(reader) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            return List.of();
          }
        };
    try (LedgerFollower follower = new LedgerFollower(empty, 0, 0, NEVER)) {
      assertThatThrownBy(follower::refresh)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no federation");
    }
  }
}
