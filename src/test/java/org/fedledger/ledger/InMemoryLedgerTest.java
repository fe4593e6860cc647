package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import org.fedledger.crypto.SigningKey;
import org.fedledger.memory.InMemoryChain;
import org.junit.jupiter.api.Test;

class InMemoryLedgerTest extends LedgerSuite {

  @Override
  protected LedgerStory.World found(FederationSetup setup) {
    return new InMemoryWorld(setup);
  }

  @Test
  void shouldUndoWhatWasDoneInReorganisedBlocks() {
    LedgerStory story = begin(LedgerStory.Cast.SMALL).admit(2);
    InMemoryChain chain = ((InMemoryWorld) story.world()).chain();
    Ledger ledger = chain.as(COORDINATOR.address());
    BlockRef before = ledger.head();
    chain.reorganise(1);

    assertThat(ledger.head().number()).isEqualTo(before.number() + 1);
    assertThat(ledger.block(before.number()).orElseThrow().hash()).isNotEqualTo(before.hash());
    assertThat(story.state().participants()).containsOnlyKeys(participant(0).address());
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(1).address(), 0));
    assertThatThrownBy(() -> chain.reorganise(1_000)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldDoWhatItIsAskedWhenTheAnswerIsLost() {
    LedgerStory story = begin(LedgerStory.Cast.SMALL);
    InMemoryChain chain = ((InMemoryWorld) story.world()).chain();
    LedgerAction admit = new LedgerAction.Admit(participant(0).address(), 0);
    chain.loseAnswers(1);

    assertThatThrownBy(() -> story.tryAs(COORDINATOR, admit))
        .isInstanceOf(LedgerUnreachableException.class);
    story.refuses(COORDINATOR, admit, "AlreadyMember", participant(0).address());
  }

  @Test
  void shouldAnswerNothingWhileOutOfReach() {
    LedgerStory story = begin(LedgerStory.Cast.SMALL);
    InMemoryChain chain = ((InMemoryWorld) story.world()).chain();
    Ledger ledger = story.reader();
    chain.setUnreachable(true);

    assertThatThrownBy(ledger::head).isInstanceOf(LedgerUnreachableException.class);
    assertThatThrownBy(() -> ledger.block(0)).isInstanceOf(LedgerUnreachableException.class);
    assertThatThrownBy(() -> ledger.events(0, 1)).isInstanceOf(LedgerUnreachableException.class);
    SigningKey coordinator = COORDINATOR;
    assertThatThrownBy(
            () -> story.tryAs(coordinator, new LedgerAction.Admit(coordinator.address(), 0)))
        .isInstanceOf(LedgerUnreachableException.class);
    chain.setUnreachable(false);
    assertThat(ledger.head().number()).isEqualTo(1);
  }
}
