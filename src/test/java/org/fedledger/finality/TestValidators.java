package org.fedledger.finality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.Keccak256;
import org.fedledger.crypto.SigningKey;
import org.fedledger.finality.QbftExtraData.Vote;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;

/** A chain of headers that validators of a test make, for what no real network was seen to do. */
final class TestValidators {

  private static final int V_OF_SIGNATURES = 27;

  private List<SigningKey> validators;
  private QbftHeader last;

  TestValidators(List<SigningKey> validators) {
    this.validators = sorted(validators);
    this.last =
        header(0, new BlockHash(new byte[32]), new Address(new byte[20]), Optional.empty(), 0);
  }

  static SigningKey key(int number) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) (number + 1));
    return SigningKey.fromSecret(secret);
  }

  static List<SigningKey> keys(int count) {
    List<SigningKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(key(i));
    }
    return keys;
  }

  static ValidatorSet set(List<SigningKey> keys) {
    return ValidatorSet.of(keys.stream().map(SigningKey::address).toList());
  }

  private static List<SigningKey> sorted(List<SigningKey> keys) {
    return keys.stream().sorted(Comparator.comparing(SigningKey::address)).toList();
  }

  QbftHeader genesis() {
    return last;
  }

  /** From now on headers name these. */
  void replace(List<SigningKey> others) {
    validators = sorted(others);
  }

  /** From now on headers name them the other way round. */
  void reverse() {
    validators = validators.reversed();
  }

  /** The next header, decided in that round and sealed by those. */
  QbftHeader next(long round, List<SigningKey> sealers) {
    return next(validators.getFirst(), Optional.empty(), round, sealers);
  }

  /** The next header, with a vote of its proposer, sealed by all. */
  QbftHeader voting(SigningKey proposer, Address recipient, boolean add) {
    return next(proposer, Optional.of(new Vote(recipient, add)), 0, validators);
  }

  QbftHeader next(SigningKey proposer, Optional<Vote> vote, long round, List<SigningKey> sealers) {
    QbftHeader bare = header(last.number() + 1, last.hash(), proposer.address(), vote, round);
    List<Rlp.Text> seals = sealers.stream().map(key -> seal(bare, key)).toList();
    QbftExtraData e = bare.extraData();
    last =
        QbftHeader.of(
            bare.header()
                .withExtraData(
                    new QbftExtraData(e.vanity(), e.validators(), e.vote(), round, seals)
                        .encoded()));
    return last;
  }

  private QbftHeader header(
      long number, BlockHash parent, Address proposer, Optional<Vote> vote, long round) {
    QbftExtraData extra =
        new QbftExtraData(
            Rlp.text(new byte[32]),
            validators.stream().map(SigningKey::address).toList(),
            vote,
            round,
            List.of());
    List<Rlp> fields =
        new ArrayList<>(Rlp.decode(QbftVectors.block(3).rawHeader()).asList("a header"));
    fields.set(0, Rlp.text(parent.bytes()));
    fields.set(2, Rlp.text(proposer.bytes()));
    fields.set(8, Rlp.number(number));
    fields.set(12, Rlp.text(extra.encoded()));
    return QbftHeader.of(BlockHeader.of(fields));
  }

  /** A seal of the header as it is without seals. */
  static Rlp.Text seal(QbftHeader header, SigningKey key) {
    byte[] bare =
        header.header().withExtraData(header.extraData().withoutSeals().encoded()).encoded();
    byte[] seal = key.sign(Keccak256.hash(bare)).bytes();
    seal[64] -= V_OF_SIGNATURES;
    return Rlp.text(seal);
  }
}
