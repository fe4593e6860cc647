package org.fedledger.finality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.fedledger.Mutations;
import org.fedledger.finality.ReceiptProof.Result;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReceiptProofTest {

  @ParameterizedTest
  @MethodSource("org.fedledger.finality.QbftVectors#blocks")
  void makesTheRootOfRealReceipts(QbftVectors.Block block) {
    BlockHeader header = block.header().header();
    assertThat(ReceiptProof.trie(block.receipts()).root()).isEqualTo(header.receiptsRoot());
    assertThat(
            LogsBloom.together(block.receipts().stream().map(r -> LogsBloom.of(r.logs())).toList()))
        .isEqualTo(header.bloom());
  }

  @ParameterizedTest
  @MethodSource("org.fedledger.finality.QbftVectors#blocks")
  void provesEveryRealLog(QbftVectors.Block block) {
    BlockHeader header = block.header().header();
    List<Receipt> receipts = block.receipts();
    for (int i = 0; i < receipts.size(); i++) {
      assertThat(ReceiptProof.of(receipts, i).check(header))
          .isEqualTo(new Result.Proven(receipts.get(i)));
      assertThat(Receipt.parse(receipts.get(i).encoded())).isEqualTo(receipts.get(i));
      for (ReceiptLog log : receipts.get(i).logs()) {
        assertThat(header.bloom().mayContain(log.address())).isTrue();
      }
    }
  }

  @Test
  void provesNothingAboutAnotherBlockOrPosition() {
    List<Receipt> receipts = QbftVectors.block(130).receipts();
    ReceiptProof proof = ReceiptProof.of(receipts, 4);
    assertThat(proof.check(QbftVectors.block(129).header().header()))
        .isInstanceOf(Result.Refused.class);
    assertThat(new ReceiptProof(5, proof.nodes()).check(QbftVectors.block(130).header().header()))
        .isInstanceOf(Result.Refused.class);
  }

  @Test
  void noticesDamageToAnyByteOfARealProof() {
    BlockHeader header = QbftVectors.block(130).header().header();
    ReceiptProof proof = ReceiptProof.of(QbftVectors.block(130).receipts(), 12);
    for (int node = 0; node < proof.nodes().size(); node++) {
      for (int at = 0; at < proof.nodes().get(node).length; at++) {
        List<byte[]> damaged = new ArrayList<>(proof.nodes());
        damaged.set(node, proof.nodes().get(node).clone());
        damaged.get(node)[at] ^= 1;
        assertThat(new ReceiptProof(12, damaged).check(header)).isInstanceOf(Result.Refused.class);
      }
    }
  }

  @Test
  void saysThatAContractLoggedNothing() {
    LogsBloom bloom = QbftVectors.block(3).header().header().bloom();
    assertThat(bloom.mayContain(Address.of("0x" + "12".repeat(20)))).isFalse();
    assertThatThrownBy(() -> new LogsBloom(new byte[255])).hasMessageContaining("256");
  }

  @Property
  void readsDamagedReceiptsAsTheyAreOrRefuses(@ForAll long seed) {
    byte[] damaged = Mutations.of(QbftVectors.block(130).receipts().get(3).encoded(), seed);
    try {
      assertThat(Receipt.parse(damaged).encoded()).isEqualTo(damaged);
    } catch (MalformedRlpException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  @Test
  void refusesReceiptsOfNoForm() {
    assertThatThrownBy(() -> Receipt.parse(new byte[0])).hasMessageContaining("empty");
    Receipt plain = QbftVectors.block(130).receipts().getFirst();
    byte[] typed = new byte[plain.encoded().length + 1];
    System.arraycopy(plain.encoded(), 0, typed, 1, plain.encoded().length);
    assertThatThrownBy(() -> Receipt.parse(typed)).isInstanceOf(MalformedRlpException.class);
  }
}
