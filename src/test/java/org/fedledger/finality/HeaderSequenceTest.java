package org.fedledger.finality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;

class HeaderSequenceTest {

  private static final Rlp NOTHING = Rlp.list();

  private final List<SigningKey> four = TestValidators.keys(4);
  private final TestValidators chain = new TestValidators(four);

  private static List<Rlp> written(boolean qbft, List<BlockHeader> headers) {
    HeaderSequence sequence = new HeaderSequence(qbft);
    return headers.stream().map(sequence::write).toList();
  }

  private static List<BlockHeader> read(boolean qbft, List<Rlp> items) {
    HeaderSequence sequence = new HeaderSequence(qbft);
    return items.stream().map(sequence::read).toList();
  }

  @Test
  void headersOfARealChainAreReadAsTheyWereWritten() {
    List<BlockHeader> headers = QbftVectors.blocks().map(block -> block.header().header()).toList();
    List<Rlp> items = written(true, headers);
    assertThat(read(true, items)).isEqualTo(headers);
    assertThat(items.getFirst()).isInstanceOf(Rlp.Text.class);
    assertThat(items.get(2)).as("it follows the one before").isInstanceOf(Rlp.Items.class);
  }

  @Test
  void aQuietBlockByTheNextProposerTakesOneByte() {
    List<BlockHeader> headers = new ArrayList<>(List.of(chain.genesis().header()));
    for (int i = 0; i < 9; i++) {
      SigningKey proposer = inOrder().get(i % 4);
      headers.add(chain.next(proposer, Optional.empty(), i % 3, four).withoutSeals());
    }
    List<Rlp> items = written(true, headers);
    // The first step is not known yet: blocks of this chain have all the same time.
    assertThat(items.subList(2, items.size())).containsOnly(NOTHING);
    assertThat(NOTHING.encode()).hasSize(1);
    assertThat(read(true, items)).isEqualTo(headers);
  }

  private List<SigningKey> inOrder() {
    return TestValidators.set(four).members().stream()
        .map(
            address ->
                four.stream().filter(k -> k.address().equals(address)).findAny().orElseThrow())
        .toList();
  }

  @Test
  void whatIsNotForeseenStandsAsItIs() {
    Address stranger = TestValidators.key(4).address();
    List<BlockHeader> headers = new ArrayList<>(List.of(chain.genesis().header()));
    headers.add(chain.next(four.get(2), Optional.empty(), 0, four).header());
    headers.add(chain.voting(four.get(0), stranger, true).header());
    chain.replace(TestValidators.keys(5));
    headers.add(chain.next(1, TestValidators.keys(5)).withoutSeals());
    headers.add(chain.next(1, TestValidators.keys(5)).header());
    assertThat(read(true, written(true, headers))).isEqualTo(headers);
  }

  @Test
  void aHeaderThatDoesNotFollowStandsInFull() {
    BlockHeader first = chain.next(0, four).header();
    chain.next(0, four);
    BlockHeader third = chain.next(0, four).header();
    List<Rlp> items = written(true, List.of(first, third));
    assertThat(items).allMatch(Rlp.Text.class::isInstance);
    assertThat(read(true, items)).containsExactly(first, third);
  }

  @Test
  void aChainWithoutConsensusIsLinkedByItsPlainHashes() {
    BlockHeader first = chain.next(0, four).header();
    List<Rlp> fields = new ArrayList<>(first.fields());
    fields.set(0, Rlp.text(first.hash().bytes()));
    fields.set(8, Rlp.number(2));
    fields.set(11, Rlp.number(first.timestamp() + 1));
    List<BlockHeader> headers = List.of(first, BlockHeader.of(fields));
    assertThat(written(false, headers).get(1)).isEqualTo(NOTHING);
    assertThat(read(false, written(false, headers))).isEqualTo(headers);
  }

  @Test
  void eachHeaderHasOneForm() {
    BlockHeader first = chain.next(0, four).header();
    BlockHeader second = chain.next(0, four).header();
    Rlp full = Rlp.text(first.encoded());
    List<Rlp> items = written(true, List.of(first, second));
    refused(full, Rlp.text(second.encoded()));
    List<Rlp> changes = new ArrayList<>(((Rlp.Items) items.get(1)).items());
    refused(full, Rlp.list(changes.subList(0, changes.size() - 1)));
    changes.addAll(List.of(Rlp.number(1), first.fields().get(1)));
    refused(full, Rlp.list(changes));
    refused(full, Rlp.list(Rlp.number(99), Rlp.number(1)));
    refused(NOTHING);
  }

  @Test
  void nothingComesAfterANumberOrATimeThatNoBlockHas() {
    for (int field : new int[] {8, 11}) {
      List<Rlp> fields = new ArrayList<>(chain.next(0, four).header().fields());
      fields.set(field, Rlp.number(Long.MAX_VALUE));
      Rlp first = Rlp.text(Rlp.list(fields).encode());
      assertThatThrownBy(() -> read(false, List.of(first, NOTHING)))
          .isInstanceOf(MalformedRlpException.class)
          .hasMessageContaining("no block has");
    }
  }

  private static void refused(Rlp... items) {
    assertThatThrownBy(() -> read(true, List.of(items))).isInstanceOf(MalformedRlpException.class);
  }
}
