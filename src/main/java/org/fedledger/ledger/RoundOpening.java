package org.fedledger.ledger;

import java.math.BigInteger;
import java.util.List;
import org.fedledger.signing.Draw;
import org.fedledger.signing.RoundTerms;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * What the coordinator fixes when a round opens. All but sizes and the number of the base version
 * is part of the round's id.
 *
 * @param plan digest of the plan file
 * @param planSize its size in bytes
 * @param baseVersion the last final one, or the one that governance let rounds build on
 * @param baseModel its model
 * @param baseState its rule state; {@link Digest#NONE} without one
 * @param commitDeadline last second, since 1970 UTC, at which a commitment of stage 0 is taken
 * @param laterStages stages 1 to 5 as {@link StageTerms#pack} gives them; 0 for one stage alone
 * @param revealSeconds how long after the closing of the last stage's commits an upload may still
 *     come
 * @param publicationSeconds how long an attempt may take, the first counted from the end of the
 *     reveal
 * @param attestationSeconds how long verifiers may take for one publication
 * @param attempts most publications, 1 to 64
 * @param drawThreshold as {@link Draw} says; {@link Draw#EVERYBODY} for all members
 * @param drawn how many members that draws; all of them for everybody
 * @param weightCap largest number of examples one update may claim, 1 to 2^32-1
 */
public record RoundOpening(
    Digest plan,
    long planSize,
    long baseVersion,
    Digest baseModel,
    Digest baseState,
    long commitDeadline,
    BigInteger laterStages,
    int revealSeconds,
    int publicationSeconds,
    int attestationSeconds,
    int attempts,
    BigInteger drawThreshold,
    int drawn,
    long weightCap) {

  /** Most publications of one round. */
  public static final int MAX_ATTEMPTS = 64;

  /** Longest life of a round, from its opening to the end of its last window. */
  public static final long MAX_SECONDS = 30L * 24 * 60 * 60;

  /**
   * @throws IllegalArgumentException for a window or a number below 0
   */
  public RoundOpening {
    for (int number :
        new int[] {revealSeconds, publicationSeconds, attestationSeconds, attempts, drawn}) {
      if (number < 0) {
        throw new IllegalArgumentException(
            "windows, attempts and the number of the drawn are at least 0, not " + number);
      }
    }
  }

  public Draw draw() {
    return new Draw(drawThreshold, drawn);
  }

  /** Stages 1 and on; the first is not among them. */
  public List<StageTerms> later() {
    return StageTerms.unpack(laterStages);
  }

  /** How many stages there are, at least 1. */
  public int stages() {
    return 1 + later().size();
  }

  /**
   * The latest that the deadline can be which closing a stage's commits sets: it is that much after
   * the commit deadline, however late commits were closed.
   *
   * @param stage from 0; of the last one it is the reveal deadline
   */
  public long latestDeadline(int stage) {
    List<StageTerms> later = later();
    long next = later.stream().limit(stage + 1L).mapToLong(StageTerms::seconds).sum();
    return commitDeadline + next + (stage < later.size() ? 0 : revealSeconds);
  }

  /**
   * The last second of an attempt's publication if every step before it was taken as late as could
   * be.
   *
   * @param attempt from 1
   */
  public long latestPublication(long attempt) {
    return latestDeadline(later().size())
        + attempt * publicationSeconds
        + (attempt - 1) * attestationSeconds;
  }

  /** What a round of this number in that federation is named by. */
  public RoundTerms terms(FederationId federation, long round) {
    return new RoundTerms(
        federation,
        round,
        plan,
        baseModel,
        baseState,
        commitDeadline,
        laterStages,
        revealSeconds,
        publicationSeconds,
        attestationSeconds,
        attempts,
        draw(),
        weightCap);
  }
}
