package org.fedledger.finality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.finality.ValidatorHistory.Step;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;

class ValidatorHistoryTest {

  private static final long EPOCH = 30_000;

  private final List<SigningKey> four = TestValidators.keys(4);
  private final SigningKey fifth = TestValidators.key(4);
  private final TestValidators chain = new TestValidators(four);
  private final ValidatorHistory history = new ValidatorHistory(chain.genesis(), EPOCH);

  @Test
  void followsARealChainFromItsGenesis() {
    ValidatorHistory real = new ValidatorHistory(QbftVectors.block(0).header(), EPOCH);
    for (long number = 1; number <= 3; number++) {
      assertThat(real.advance(QbftVectors.block(number).header()))
          .isEqualTo(new Step.Taken(QbftVectors.block(number).hash()));
    }
    assertThat(real.validators()).isEqualTo(QbftVectors.validators());
  }

  @Test
  void skipsThroughARealChain() {
    ValidatorHistory real = new ValidatorHistory(QbftVectors.block(0).header(), EPOCH);
    for (long number : List.of(60L, 125L, 128L, 129L, 138L, 259L)) {
      assertThat(real.skipTo(QbftVectors.block(number).header()))
          .isEqualTo(new Step.Taken(QbftVectors.block(number).hash()));
    }
    refused(real.skipTo(QbftVectors.block(258).header()), "not after");
    refused(real.advance(QbftVectors.block(259).header()), "skipped");
  }

  @Test
  void takesInWhoMoreThanHalfVoteFor() {
    taken(chain.voting(four.get(0), fifth.address(), true));
    taken(chain.voting(four.get(1), fifth.address(), true));
    assertThat(history.validators().size()).isEqualTo(4);
    taken(chain.voting(four.get(2), fifth.address(), true));
    List<SigningKey> five = new ArrayList<>(four);
    five.add(fifth);
    assertThat(history.validators()).isEqualTo(TestValidators.set(five));
    chain.replace(five);
    taken(chain.next(0, five.subList(0, 4)));
    refused(history.advance(chain.next(0, five.subList(0, 3))), "3 of 5");
  }

  @Test
  void putsOutWhoMoreThanHalfVoteAgainstAndForgetsItsVotes() {
    SigningKey third = four.get(2);
    taken(chain.voting(third, fifth.address(), true));
    taken(chain.voting(four.get(0), third.address(), false));
    taken(chain.voting(four.get(1), third.address(), false));
    taken(chain.voting(four.get(3), third.address(), false));
    List<SigningKey> three = List.of(four.get(0), four.get(1), four.get(3));
    assertThat(history.validators()).isEqualTo(TestValidators.set(three));
    chain.replace(three);
    taken(chain.voting(four.get(0), fifth.address(), true));
    assertThat(history.validators().size()).as("one of three is not more than half").isEqualTo(3);
    taken(chain.voting(four.get(1), fifth.address(), true));
    assertThat(history.validators().size()).isEqualTo(4);
  }

  @Test
  void countsAVoterOnceAndItsLastWordOnly() {
    for (int i = 0; i < 5; i++) {
      taken(chain.voting(four.get(0), fifth.address(), true));
    }
    taken(chain.voting(four.get(1), fifth.address(), true));
    taken(chain.voting(four.get(1), fifth.address(), false));
    taken(chain.voting(four.get(2), fifth.address(), true));
    assertThat(history.validators().size()).isEqualTo(4);
    taken(chain.voting(four.get(3), fifth.address(), true));
    assertThat(history.validators().size()).isEqualTo(5);
  }

  @Test
  void aSealedHeaderProvesThoseBeforeItThatCarryNoSeals() {
    taken(unsealed(chain.next(0, four)));
    assertThat(history.isFinal()).isFalse();
    taken(unsealed(chain.next(0, four)));
    taken(chain.next(2, four.subList(0, 3)));
    assertThat(history.isFinal()).isTrue();
    refused(history.advance(chain.next(0, four.subList(0, 2))), "2 of 4");
  }

  @Test
  void headersThatCarryAVoteNeedTheirSeals() {
    taken(chain.voting(four.get(0), fifth.address(), true));
    taken(chain.voting(four.get(1), fifth.address(), true));
    refused(
        history.advance(unsealed(chain.voting(four.get(2), fifth.address(), true))),
        "a vote and no seals");
    assertThat(history.validators()).isEqualTo(TestValidators.set(four));
  }

  @Test
  void headersOfWhichSomeAreLeftOutNeedTheirSeals() {
    refused(history.skipTo(unsealed(chain.next(0, four))), "0 of 4");
  }

  private static QbftHeader unsealed(QbftHeader header) {
    return QbftHeader.of(header.withoutSeals());
  }

  @Test
  void forgetsVotesAtAnEpoch() {
    ValidatorHistory shortEpochs = new ValidatorHistory(chain.genesis(), 3);
    shortEpochs.advance(chain.voting(four.get(0), fifth.address(), true));
    shortEpochs.advance(chain.voting(four.get(1), fifth.address(), true));
    shortEpochs.advance(chain.voting(four.get(2), fifth.address(), true));
    assertThat(shortEpochs.number()).isEqualTo(3);
    assertThat(shortEpochs.validators().size()).as("the third came with a new epoch").isEqualTo(4);
    shortEpochs.advance(chain.voting(four.get(2), fifth.address(), true));
    assertThat(shortEpochs.validators().size()).isEqualTo(4);
  }

  /**
   * Two of five are too few to drop the fifth; of three they are more than half, and the next vote
   * on it shows that.
   */
  @Test
  void countsEarlierVotesByTheSizeOfTheSetWhenTheRecipientIsNextVotedOn() {
    List<SigningKey> five = TestValidators.keys(5);
    List<SigningKey> remaining = new ArrayList<>(five);
    TestValidators shrinking = new TestValidators(five);
    ValidatorHistory real = new ValidatorHistory(shrinking.genesis(), EPOCH);
    Address last = five.get(4).address();
    real.advance(shrinking.voting(five.get(0), last, false));
    real.advance(shrinking.voting(five.get(1), last, false));
    for (SigningKey out : List.of(five.get(3), five.get(2))) {
      for (int voter : List.of(0, 1, 4)) {
        real.advance(shrinking.voting(five.get(voter), out.address(), false));
      }
      remaining.remove(out);
      shrinking.replace(remaining);
    }
    assertThat(real.validators()).isEqualTo(TestValidators.set(remaining));
    assertThat(remaining).hasSize(3);
    real.advance(shrinking.voting(five.get(4), last, true));
    assertThat(real.validators()).isEqualTo(TestValidators.set(five.subList(0, 2)));
  }

  @Test
  void takesNothingAfterTheOnlyValidatorVotedItselfOut() {
    List<SigningKey> alone = four.subList(0, 1);
    TestValidators single = new TestValidators(alone);
    ValidatorHistory ended = new ValidatorHistory(single.genesis(), EPOCH);
    assertThat(ended.advance(single.voting(four.get(0), four.get(0).address(), false)))
        .isInstanceOf(Step.Taken.class);
    QbftHeader next = single.next(0, alone);
    refused(ended.advance(next), "no validator is left");
    refused(ended.skipTo(next), "no validator is left");
  }

  @Test
  void refusesValidatorsInAnotherOrder() {
    chain.reverse();
    QbftHeader header = chain.next(0, four);
    refused(history.advance(header), "order");
    refused(history.skipTo(header), "order");
  }

  @Test
  void refusesHeadersThatNameNobody() {
    chain.replace(List.of());
    refused(
        history.advance(chain.next(four.get(0), Optional.empty(), 0, four)), "names no validators");
  }

  @Test
  void refusesHeadersThatDoNotFollow() {
    QbftHeader first = chain.next(0, four);
    QbftHeader second = chain.next(0, four);
    refused(history.advance(second), "does not follow");
    taken(first);
    refused(history.advance(first), "does not follow");
    TestValidators fork = new TestValidators(four);
    fork.next(1, four);
    fork.voting(four.get(3), fifth.address(), true);
    QbftHeader other = new TestValidators(four.subList(0, 3)).next(0, four);
    refused(history.advance(other), "does not follow");
    taken(second);
    assertThat(history.number()).isEqualTo(2);
  }

  @Test
  void refusesAnotherParent() {
    taken(chain.next(0, four));
    TestValidators fork = new TestValidators(four);
    fork.voting(four.get(0), fifth.address(), true);
    QbftHeader second = fork.next(0, four);
    refused(history.advance(second), "parent");
    refused(history.skipTo(second), "parent");
  }

  @Test
  void refusesValidatorsThatNobodyVotedIn() {
    List<SigningKey> five = new ArrayList<>(four);
    five.add(fifth);
    chain.replace(five);
    refused(history.advance(chain.next(0, five)), "voted in");
  }

  @Test
  void refusesBlocksOfStrangers() {
    refused(
        history.advance(chain.next(fifth, Optional.empty(), 0, four)), "proposed by no validator");
  }

  @Test
  void skipsToOtherValidatorsForWhomMoreThanAThirdVouch() {
    SigningKey sixth = TestValidators.key(5);
    List<SigningKey> changed = List.of(four.get(0), four.get(1), fifth, sixth);
    chain.replace(changed);
    chain.next(0, changed);
    QbftHeader later = chain.next(0, List.of(four.get(0), fifth, sixth));
    refused(history.skipTo(later), "a third");
    QbftHeader vouched = chain.next(0, List.of(four.get(0), four.get(1), fifth));
    assertThat(history.skipTo(vouched)).isInstanceOf(Step.Taken.class);
    assertThat(history.validators()).isEqualTo(TestValidators.set(changed));
    assertThat(history.hash()).isEqualTo(vouched.hash());
  }

  @Test
  void skipsToNoSetThatDoesNotSealItself() {
    List<SigningKey> strangers = TestValidators.keys(12).subList(4, 12);
    chain.replace(strangers);
    chain.next(0, strangers);
    refused(history.skipTo(chain.next(0, strangers)), "a third");
    refused(history.skipTo(chain.next(0, four)), "no validator");
  }

  @Test
  void beginsAtAGenesis() {
    assertThatThrownBy(() -> new ValidatorHistory(chain.next(0, four), EPOCH))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ValidatorHistory(QbftVectors.block(0).header(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void taken(QbftHeader header) {
    assertThat(history.advance(header)).isEqualTo(new Step.Taken(header.hash()));
  }

  private static void refused(Step step, String why) {
    assertThat(step)
        .isInstanceOfSatisfying(Step.Refused.class, r -> assertThat(r.why()).contains(why));
  }
}
