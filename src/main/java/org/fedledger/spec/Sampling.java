package org.fedledger.spec;

/** Which members of a federation a round is for. */
public sealed interface Sampling {

  /** Every member. */
  record Everybody() implements Sampling {}

  /**
   * Each member by itself with the same chance, so that their number differs from round to round.
   *
   * @param share the chance, above 0 and below 1
   */
  record Share(double share) implements Sampling {
    public Share {
      if (!(share > 0 && share < 1)) {
        throw new IllegalArgumentException("a share lies above 0 and below 1, not " + share);
      }
    }
  }

  /**
   * So many members, each set of them with the same chance; everybody where there are fewer.
   *
   * @param members 1 or more
   */
  record Count(int members) implements Sampling {
    public Count {
      if (members < 1) {
        throw new IllegalArgumentException("at least 1 member is drawn, not " + members);
      }
    }
  }
}
