package org.fedledger.finality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.fedledger.Mutations;
import org.fedledger.finality.QbftExtraData.Vote;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QbftHeaderTest {

  @ParameterizedTest
  @MethodSource("org.fedledger.finality.QbftVectors#blocks")
  void readsRealHeadersAndWritesThemBack(QbftVectors.Block block) {
    QbftHeader header = block.header();
    assertThat(header.header().encoded()).isEqualTo(block.rawHeader());
    assertThat(header.extraData().encoded()).isEqualTo(header.header().extraData());
    assertThat(header.number()).isEqualTo(block.number());
    assertThat(header.extraData().round()).isEqualTo(block.recorded().get("round").longValue());
    assertThat(header.extraData().seals()).hasSize(block.recorded().get("seals").intValue());
    assertThat(header.header().timestamp())
        .isEqualTo(Long.decode(block.recorded().at("/block/timestamp").textValue()));
    assertThat(header.header().stateRoot())
        .hasToString(block.recorded().at("/block/stateRoot").textValue());
    assertThat(header.header().transactionsRoot())
        .hasToString(block.recorded().at("/block/transactionsRoot").textValue());
    assertThat(header.header().coinbase())
        .hasToString(block.recorded().at("/block/miner").textValue());
  }

  @ParameterizedTest
  @MethodSource("org.fedledger.finality.QbftVectors#blocks")
  void hashesAsTheNetworkDoes(QbftVectors.Block block) {
    assertThat(block.header().hash()).isEqualTo(block.hash());
    boolean genesis = block.number() == 0;
    assertThat(block.header().header().hash().equals(block.hash()))
        .as("round and seals do not count")
        .isEqualTo(genesis);
    block.copies().forEach(copy -> assertThat(copy.hash()).isEqualTo(block.hash()));
  }

  /** Made: the recorded genesis has neither a round nor seals. */
  @Test
  void hashesAGenesisAsItIs() {
    QbftHeader real = QbftVectors.block(0).header();
    QbftExtraData e = real.extraData();
    QbftExtraData changed = new QbftExtraData(e.vanity(), e.validators(), e.vote(), 1, List.of());
    QbftHeader genesis = QbftHeader.of(real.header().withExtraData(changed.encoded()));
    assertThat(genesis.hash()).isEqualTo(genesis.header().hash()).isNotEqualTo(real.hash());
  }

  @Test
  void isMadeOfNoOtherExtraDataThanItsOwn() {
    QbftHeader third = QbftVectors.block(3).header();
    assertThatThrownBy(
            () -> new QbftHeader(third.header(), QbftVectors.block(2).header().extraData()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesParentsByThatHash() {
    for (long number : List.of(1L, 2L, 3L, 129L, 130L, 138L, 139L, 259L)) {
      assertThat(QbftVectors.block(number).header().header().parent())
          .isEqualTo(QbftVectors.block(number - 1).hash());
    }
  }

  @Test
  void writesTheGenesisOfANetwork() {
    List<Address> validators = QbftVectors.block(0).header().extraData().validators();
    assertThat(QbftExtraData.genesis(validators).encoded())
        .isEqualTo(QbftVectors.bytes(QbftVectors.genesis().get("extraData")));
  }

  @Test
  void carriesVotes() {
    Address candidate = Address.of("0x" + "ab".repeat(20));
    for (boolean add : List.of(true, false)) {
      QbftExtraData voting =
          new QbftExtraData(
              Rlp.text(new byte[32]),
              List.of(candidate),
              Optional.of(new Vote(candidate, add)),
              3,
              List.of());
      assertThat(QbftExtraData.parse(voting.encoded())).isEqualTo(voting);
    }
    byte[] odd =
        Rlp.list(
                Rlp.text(new byte[32]),
                Rlp.list(),
                Rlp.list(Rlp.text(candidate.bytes()), Rlp.number(1)),
                Rlp.number(0),
                Rlp.list())
            .encode();
    assertThatThrownBy(() -> QbftExtraData.parse(odd)).hasMessageContaining("vote");
  }

  @Test
  void refusesWhatIsNoHeader() {
    byte[] real = QbftVectors.block(3).rawHeader();
    List<Rlp> fields = Rlp.decode(real).asList("it");
    assertThatThrownBy(() -> BlockHeader.of(fields.subList(0, 14)))
        .hasMessageContaining("14 fields");
    assertThatThrownBy(() -> BlockHeader.parse(new byte[BlockHeader.MAX_BYTES + 1]))
        .hasMessageContaining("at most");
    assertThatThrownBy(() -> QbftHeader.of(BlockHeader.parse(real).withExtraData(new byte[0])))
        .isInstanceOf(MalformedRlpException.class);
  }

  @Property(tries = 2_000)
  void readsDamagedHeadersAsTheyAreOrRefuses(@ForAll long seed) {
    byte[] damaged = Mutations.of(QbftVectors.block(138).rawHeader(), seed);
    try {
      QbftHeader header = QbftHeader.parse(damaged);
      assertThat(header.header().encoded()).isEqualTo(damaged);
      assertThat(header.extraData().encoded()).isEqualTo(header.header().extraData());
    } catch (MalformedRlpException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }
}
