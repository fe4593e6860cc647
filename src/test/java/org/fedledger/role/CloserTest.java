package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloserTest {

  private static final SigningKey STRANGER = SmallFederation.key(90);

  @TempDir Path folder;
  private SmallFederation federation;
  private Closer closer;
  private int attempts = 3;

  @BeforeEach
  void found() throws IOException {
    federation =
        new SmallFederation(folder, OptionalDouble.empty(), List.of(SmallFederation.key(11)));
    closer = closer();
  }

  private Closer closer() {
    return new Closer(federation.chain.as(STRANGER.address()));
  }

  @Test
  void hasNothingToDoWithoutARound() {
    assertThat(step()).isInstanceOf(Step.Idle.class);
  }

  @Test
  void closesCommitsWhenAllHaveCommitted() throws IOException {
    federation.openRound();
    commit(0);
    commit(1);
    assertThat(why(step())).contains("2 of 3");
    commit(2);
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.PUBLISHING);
  }

  @Test
  void namesWhoIsWaitedForAndHowManyRoundsItMissed() throws IOException {
    String absent = federation.participants.getLast().address().toString();
    federation.openRound();
    commit(0);
    commit(1);
    assertThat(why(step())).endsWith("; not yet " + absent);
    passTo(federation.round().opening().commitDeadline() + 1);
    assertThat(step()).as("closed").isInstanceOf(Step.Submitted.class);
    passTo(federation.round().publicationDeadline().orElseThrow() + 1);
    assertThat(step()).as("aborted").isInstanceOf(Step.Submitted.class);

    federation.openRound();
    commit(0);
    commit(1);
    assertThat(why(step())).endsWith("; not yet " + absent + ", which missed the last 1");
  }

  @Test
  void closesCommitsAfterTheDeadlineAndNotAtIt() throws IOException {
    federation.openRound();
    commit(0);
    passTo(federation.round().opening().commitDeadline());
    assertThat(why(step())).contains("1 of 3");
    federation.passSeconds(1);
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
  }

  @Test
  void abortsARoundThatNobodyPublishedAfterTheDeadlineAndNotAtIt() throws IOException {
    closedRound();
    passTo(federation.round().publicationDeadline().orElseThrow());
    assertThat(step()).isInstanceOf(Step.Idle.class);
    federation.passSeconds(1);
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().abortReason()).contains(AbortReason.DEADLINE);
  }

  @Test
  void expiresAPublicationAfterTheDeadlineAndNotAtIt() throws IOException {
    publishedRound();
    passTo(federation.round().pending().orElseThrow().attestationDeadline());
    assertThat(step()).isInstanceOf(Step.Idle.class);
    federation.passSeconds(1);
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.PUBLISHING);
  }

  @Test
  void abortsARoundWhoseLastAttemptFailed() throws IOException {
    attempts = 1;
    publishedRound();
    federation.passSeconds(51);
    assertThat(step()).as("expired").isInstanceOf(Step.Submitted.class);
    assertThat(step()).as("aborted").isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().abortReason()).contains(AbortReason.ATTEMPTS_EXHAUSTED);
  }

  /**
   * Who has another part in the federation sees to it too, should those be away whose part it is.
   */
  @Test
  void endsWhatHasWaitedTooLongThoughItIsPatient() throws IOException {
    closer = Closer.patient(federation.chain.as(STRANGER.address()), STRANGER.address());
    federation.openRound();
    for (int i = 0; i < 3; i++) {
      commit(i);
    }
    assertThat(step()).as("others may close commits early").isInstanceOf(Step.Idle.class);
    passTo(federation.round().opening().commitDeadline() + 1);
    assertThat(step()).isInstanceOf(Step.Idle.class);
    federation.passSeconds(15);
    assertThat(step()).as("and have 15 seconds at least").isInstanceOf(Step.Idle.class);
    federation.passSeconds(46);
    assertThat(step()).as("but no more than 60").isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.PUBLISHING);

    passTo(federation.round().publicationDeadline().orElseThrow() + 1);
    assertThat(step()).isInstanceOf(Step.Idle.class);
    federation.passSeconds(61);
    assertThat(step()).isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().abortReason()).contains(AbortReason.DEADLINE);
  }

  /** Else all of them send, and pay for, the same in the first block after it. */
  @Test
  void leavesWhatWaitedWhileTheChainStoodStillToOthersFirst() throws IOException {
    closer = Closer.patient(federation.chain.as(STRANGER.address()), STRANGER.address());
    federation.openRound();
    passTo(federation.round().opening().commitDeadline() + 1_000);
    assertThat(step()).isInstanceOf(Step.Idle.class);
    federation.passSeconds(61);
    assertThat(step()).isInstanceOf(Step.Submitted.class);
  }

  @Test
  void takesForDoneWhatAnotherDidFirst() throws IOException {
    federation.openRound();
    for (int i = 0; i < 3; i++) {
      commit(i);
    }
    FederationState before = federation.state();
    assertThat(closer().step(before)).isInstanceOf(Step.Submitted.class);
    assertThat(closer.step(before)).isInstanceOf(Step.AlreadyDone.class);
  }

  @Test
  void doesNotActAgainOnAStateThatIsOlderThanItsAction() throws IOException {
    federation.openRound();
    for (int i = 0; i < 3; i++) {
      commit(i);
    }
    FederationState before = federation.state();
    assertThat(closer.step(before)).isInstanceOf(Step.Submitted.class);
    assertThat(why(closer.step(before))).contains("confirmed");
  }

  private void commit(int participant) throws IOException {
    federation.store(federation.commit(federation.participants.get(participant), 10, 0.5f));
  }

  private void closedRound() throws IOException {
    new Coordinator(
            federation.chain.as(federation.coordinator.address()),
            federation.coordinator.address(),
            federation.plan(),
            new RoundWindows(
                Duration.ofSeconds(100),
                Duration.ofSeconds(50),
                Duration.ofSeconds(50),
                Duration.ofSeconds(50),
                attempts),
            1,
            OptionalInt.empty(),
            federation.store,
            List.of(),
            Concurrency.NONE)
        .step(federation.state());
    for (int i = 0; i < 3; i++) {
      commit(i);
    }
    assertThat(step()).isInstanceOf(Step.Submitted.class);
  }

  private void publishedRound() throws IOException {
    closedRound();
    Path model = folder.resolve("model");
    federation.publish(model, federation.compute(model).decision());
  }

  private void passTo(long second) {
    federation.passSeconds(second - federation.state().at().timestamp());
  }

  private Step step() {
    return closer.step(federation.state());
  }

  private static String why(Step step) {
    assertThat(step).isInstanceOf(Step.Idle.class);
    return ((Step.Idle) step).why();
  }
}
