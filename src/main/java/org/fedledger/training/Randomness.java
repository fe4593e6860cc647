package org.fedledger.training;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.fedledger.tensor.Nonce;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * All that a participant draws, as a function of its seed, so that what was interrupted goes on to
 * the same bytes.
 *
 * @param seed 32 random bytes that nobody else knows; an update's digest could be guessed by who
 *     does
 */
public record Randomness(Digest seed) {

  /** For one training: never of round, thread or time. */
  public TrainingSeed training(FederationId federation, long baseVersion, Address participant) {
    return new TrainingSeed(
        HashRandom.key(
            text("FedLedger training/1"),
            seed.bytes(),
            federation.bytes(),
            ByteBuffer.allocate(Long.BYTES).putLong(baseVersion).array(),
            participant.bytes()));
  }

  /** For the one update of a round. */
  public Nonce nonce(RoundId round, Address participant) {
    return Nonce.generate(
        new HashRandom(
            HashRandom.key(
                text("FedLedger nonce/1"), seed.bytes(), round.bytes(), participant.bytes())));
  }

  private static byte[] text(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "Randomness[secret]";
  }
}
