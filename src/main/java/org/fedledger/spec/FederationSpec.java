package org.fedledger.spec;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a federation is about, agreed before it starts and committed by digest in its contract.
 *
 * @param name for people; letters, digits, dot, hyphen, underscore
 * @param architecture what is trained
 * @param initial how version 0 comes about
 * @param rounds after how many rounds it is meant to stop
 * @param confirmations blocks above one that is acted on; 0 on QBFT
 * @param readers who may read updates
 * @param plan what rounds use unless their own plan says otherwise
 * @param planMayChange in which terms a round's plan may ask for more than {@code plan}; in all
 *     others it may only narrow it
 * @param suspendAfter how many rounds in a row a member may miss before the coordinator suspends
 *     it, 1 or more; nobody is suspended for that where empty
 * @param data what participants' tables look like, where they are tables
 */
public record FederationSpec(
    String name,
    Architecture architecture,
    InitialModel initial,
    int rounds,
    int confirmations,
    Set<Reader> readers,
    PlanTerms plan,
    Set<PlanTerm> planMayChange,
    OptionalInt suspendAfter,
    Optional<DataSchema> data) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public static final Set<Reader> DEFAULT_READERS =
      Set.of(Reader.AGGREGATORS, Reader.VERIFIERS, Reader.AUDITORS);

  /** With rounds that may do nothing but what is agreed here, and nobody suspended. */
  public FederationSpec(
      String name,
      Architecture architecture,
      InitialModel initial,
      int rounds,
      int confirmations,
      Set<Reader> readers,
      PlanTerms plan,
      Optional<DataSchema> data) {
    this(
        name,
        architecture,
        initial,
        rounds,
        confirmations,
        readers,
        plan,
        Set.of(),
        OptionalInt.empty(),
        data);
  }

  public FederationSpec {
    readers = Set.copyOf(readers);
    planMayChange = Set.copyOf(planMayChange);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name has 1 to 64 letters, digits, dots, hyphens or underscores, not '" + name + "'");
    }
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds are at least 1, not " + rounds);
    }
    if (confirmations < 0 || confirmations > 1_000) {
      throw new IllegalArgumentException("confirmations are 0 to 1000, not " + confirmations);
    }
    suspendAfter.ifPresent(
        missed -> {
          if (missed < 1) {
            throw new IllegalArgumentException(
                "a member may miss at least 1 round before it is suspended, not " + missed);
          }
        });
    data.ifPresent(
        schema -> {
          if (schema.features() != architecture.inputs()) {
            throw new IllegalArgumentException(
                "the data schema gives %d features, but the architecture takes %d"
                    .formatted(schema.features(), architecture.inputs()));
          }
        });
  }

  /** The same with other terms. */
  public FederationSpec with(PlanTerms other) {
    return new FederationSpec(
        name,
        architecture,
        initial,
        rounds,
        confirmations,
        readers,
        other,
        planMayChange,
        suspendAfter,
        data);
  }
}
