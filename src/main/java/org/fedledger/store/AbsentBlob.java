package org.fedledger.store;

/**
 * A blob that cannot be had, or not now.
 *
 * @param why for people; for one that was erased, the reason that is given
 */
public record AbsentBlob(Cause cause, String why)
    implements BlobSource.Part, BlobInput.Opened, CheckedBlob {

  /** Why a blob cannot be had. */
  public enum Cause {
    MISSING,
    /** It was there, and was taken away on purpose, as under a retention rule. */
    ERASED,
    /** It may be there, but the one who asks may not read it. */
    DENIED,
    UNREACHABLE,
    /** What was given has another digest, which says something of the source alone. */
    DAMAGED
  }

  /** One of which the source says no more than that it has none. */
  public static final AbsentBlob MISSING = new AbsentBlob(Cause.MISSING, "it is not in the store");

  public static AbsentBlob erased(String why) {
    return new AbsentBlob(Cause.ERASED, why);
  }

  public static AbsentBlob denied(String why) {
    return new AbsentBlob(Cause.DENIED, why);
  }

  public static AbsentBlob unreachable(String why) {
    return new AbsentBlob(Cause.UNREACHABLE, why);
  }

  /** In words, such as "it was erased: kept for one year only". */
  @Override
  public String toString() {
    return cause == Cause.ERASED ? "it was erased: " + why : why;
  }
}
