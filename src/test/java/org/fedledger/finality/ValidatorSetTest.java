package org.fedledger.finality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.fedledger.crypto.SigningKey;
import org.fedledger.finality.ValidatorSet.Result;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ValidatorSetTest {

  private static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  private final ValidatorSet validators = QbftVectors.validators();

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,2", "4,3", "5,4", "6,4", "7,5", "9,6", "10,7", "100,67"})
  void needsTwoThirdsRoundedUp(int size, int quorum) {
    List<Address> members = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      members.add(TestValidators.key(i).address());
    }
    assertThat(ValidatorSet.of(members).quorum()).isEqualTo(quorum);
  }

  @ParameterizedTest
  @MethodSource("org.fedledger.finality.QbftVectors#blocks")
  void findsTheSealsOfRealBlocksWhateverNodeKeptThem(QbftVectors.Block block) {
    List<QbftHeader> copies = new ArrayList<>(block.copies());
    copies.add(block.header());
    for (QbftHeader copy : copies) {
      if (block.number() == 0) {
        refused(copy, "0 of 4");
      } else {
        assertThat(validators.check(copy))
            .isInstanceOfSatisfying(
                Result.Sealed.class,
                found -> {
                  assertThat(found.signers()).hasSize(3).doesNotHaveDuplicates();
                  assertThat(validators.members()).containsAll(found.signers());
                });
      }
    }
  }

  /** Every bit of a header that was decided in a later round, its seals included. */
  @Test
  void noticesDamageToAnyBitOfAHeader() {
    QbftVectors.Block block = QbftVectors.block(138);
    byte[] header = block.rawHeader();
    for (int at = 0; at < header.length; at++) {
      for (int bit = 1; bit < 256; bit <<= 1) {
        byte[] damaged = header.clone();
        damaged[at] ^= (byte) bit;
        assertThat(stillSealed(damaged)).as("byte %d, bit %d", at, bit).isFalse();
      }
    }
  }

  private boolean stillSealed(byte[] header) {
    try {
      return validators.check(QbftHeader.parse(header)) instanceof Result.Sealed;
    } catch (MalformedRlpException refused) {
      return false;
    }
  }

  @Test
  void countsNobodyTwice() {
    QbftHeader header = QbftVectors.block(3).header();
    List<Rlp.Text> seals = header.extraData().seals();
    refused(withSeals(header, List.of(seals.get(0), seals.get(1), seals.get(0))), "twice");
  }

  @Test
  void countsNoStrangers() {
    QbftHeader header = QbftVectors.block(3).header();
    List<Rlp.Text> seals = new ArrayList<>(header.extraData().seals());
    seals.set(2, TestValidators.seal(header, TestValidators.key(9)));
    refused(withSeals(header, seals), "no validator");
    seals.addAll(header.extraData().seals().subList(2, 3));
    refused(withSeals(header, seals), "no validator");
  }

  @Test
  void takesNoFewerThanTheQuorum() {
    QbftHeader header = QbftVectors.block(3).header();
    refused(withSeals(header, header.extraData().seals().subList(0, 2)), "2 of 4");
  }

  @Test
  void takesNoSealsOfAnotherRoundOrBlock() {
    QbftHeader third = QbftVectors.block(3).header();
    refused(withSeals(third, QbftVectors.block(2).header().extraData().seals()), "no validator");
    QbftHeader later = QbftVectors.block(138).header();
    QbftExtraData e = later.extraData();
    QbftExtraData earlier = new QbftExtraData(e.vanity(), e.validators(), e.vote(), 0, e.seals());
    QbftHeader moved = QbftHeader.of(later.header().withExtraData(earlier.encoded()));
    assertThat(moved.hash()).as("the hash does not tell the round").isEqualTo(later.hash());
    refused(moved, "no validator");
  }

  @Test
  void takesOnlyTheLowFormOfASeal() {
    QbftHeader header = QbftVectors.block(3).header();
    List<Rlp.Text> seals = new ArrayList<>(header.extraData().seals());
    seals.set(0, highForm(seals.get(0).bytes()));
    refused(withSeals(header, seals), "no signature");
    byte[] odd = header.extraData().seals().getFirst().bytes();
    odd[64] += 27;
    seals.set(0, Rlp.text(odd));
    refused(withSeals(header, seals), "no signature");
  }

  private static Rlp.Text highForm(byte[] seal) {
    BigInteger s = ORDER.subtract(new BigInteger(1, Arrays.copyOfRange(seal, 32, 64)));
    byte[] high = s.toByteArray();
    byte[] changed = seal.clone();
    System.arraycopy(high, high.length - 32, changed, 32, 32);
    changed[64] ^= 1;
    return Rlp.text(changed);
  }

  @Test
  void judgesByTheSetThatItIs() {
    TreeSet<Address> others = new TreeSet<>(validators.members());
    others.remove(others.first());
    others.add(TestValidators.key(1).address());
    assertThat(new ValidatorSet(others).check(QbftVectors.block(1).header()))
        .isInstanceOf(Result.Refused.class);
    assertThatThrownBy(() -> ValidatorSet.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesTheSealsOfMadeHeaders() {
    List<SigningKey> keys = TestValidators.keys(7);
    QbftHeader header = new TestValidators(keys).next(2, keys.subList(0, 5));
    assertThat(TestValidators.set(keys).check(header)).isInstanceOf(Result.Sealed.class);
  }

  private QbftHeader withSeals(QbftHeader header, List<Rlp.Text> seals) {
    QbftExtraData e = header.extraData();
    return QbftHeader.of(
        header
            .header()
            .withExtraData(
                new QbftExtraData(e.vanity(), e.validators(), e.vote(), e.round(), seals)
                    .encoded()));
  }

  private void refused(QbftHeader header, String why) {
    assertThat(validators.check(header))
        .isInstanceOfSatisfying(Result.Refused.class, r -> assertThat(r.why()).contains(why));
  }
}
