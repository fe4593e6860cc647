package org.fedledger.finality;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;

/**
 * What a QBFT header carries in its extra data: {@code [vanity, [validators], vote, round,
 * [seals]]}.
 *
 * @param vanity 32 bytes of the proposer's choice
 * @param validators who may seal this block; in ascending order, but for a genesis
 * @param vote the proposer's, if it casts one
 * @param round of the consensus in which the block was decided, from 0
 * @param seals 65 bytes each: r, s, and v as 0 or 1
 */
public record QbftExtraData(
    Rlp.Text vanity,
    List<Address> validators,
    Optional<Vote> vote,
    long round,
    List<Rlp.Text> seals) {

  public static final int VANITY = 32;
  public static final int SEAL = 65;

  /** Validators of one network; a header must stay small. */
  public static final int MOST_VALIDATORS = 1_000;

  private static final Rlp ADD = Rlp.number(0xff);
  private static final Rlp DROP = Rlp.number(0);

  /** A proposer's wish for another set of validators. */
  public record Vote(Address recipient, boolean add) {}

  public QbftExtraData {
    vanity.asText("the vanity", VANITY);
    validators = List.copyOf(validators);
    seals = List.copyOf(seals);
    if (validators.size() > MOST_VALIDATORS || seals.size() > MOST_VALIDATORS) {
      throw new MalformedRlpException(
          "a header has at most %d validators and seals".formatted(MOST_VALIDATORS));
    }
    if (new HashSet<>(validators).size() != validators.size()) {
      throw new MalformedRlpException("a header names a validator twice");
    }
    seals.forEach(seal -> seal.asText("a seal", SEAL));
  }

  /** That of a genesis: zeros, the validators as given, and nothing else. */
  public static QbftExtraData genesis(List<Address> validators) {
    return new QbftExtraData(
        Rlp.text(new byte[VANITY]), validators, Optional.empty(), 0, List.of());
  }

  public byte[] encoded() {
    return Rlp.list(
            vanity,
            Rlp.list(validators.stream().map(v -> Rlp.text(v.bytes())).toList()),
            vote.map(v -> Rlp.list(Rlp.text(v.recipient().bytes()), v.add() ? ADD : DROP))
                .orElse(Rlp.list()),
            Rlp.number(round),
            Rlp.list(seals))
        .encode();
  }

  /**
   * @throws MalformedRlpException unless {@link #encoded} writes just these bytes of some extra
   *     data
   */
  public static QbftExtraData parse(byte[] encoded) {
    List<Rlp> parts = Rlp.decode(encoded).asList("QBFT's extra data", 5);
    return new QbftExtraData(
        parts.get(0).asText("the vanity"),
        parts.get(1).asList("the validators").stream()
            .map(v -> new Address(v.asText("a validator", Address.LENGTH)))
            .toList(),
        vote(parts.get(2).asList("the vote")),
        parts.get(3).asText("the round").number(),
        parts.get(4).asList("the seals").stream().map(seal -> seal.asText("a seal")).toList());
  }

  private static Optional<Vote> vote(List<Rlp> vote) {
    if (vote.isEmpty()) {
      return Optional.empty();
    }
    if (vote.size() != 2 || !vote.get(1).equals(ADD) && !vote.get(1).equals(DROP)) {
      throw new MalformedRlpException(
          "a vote is an address, and 0xff to add it or nothing to drop it");
    }
    return Optional.of(
        new Vote(
            new Address(vote.get(0).asText("a vote's address", Address.LENGTH)),
            vote.get(1).equals(ADD)));
  }

  /** What validators sign: the round stands, the seals do not. */
  QbftExtraData withoutSeals() {
    return new QbftExtraData(vanity, validators, vote, round, List.of());
  }

  /** What the block's hash is over: neither round nor seals, which nodes have differently. */
  QbftExtraData withoutRoundAndSeals() {
    return new QbftExtraData(vanity, validators, vote, 0, List.of());
  }

  /** What a block after it carries while nothing happens. */
  QbftExtraData withoutVote() {
    return new QbftExtraData(vanity, validators, Optional.empty(), 0, List.of());
  }
}
