package org.fedledger.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * What an audit found.
 *
 * @param name the federation's, empty if its spec could not be read
 * @param rounds every round that ended, in order
 * @param problems whatever does not match what was committed; none means verified or incomplete
 * @param gaps what could not be had, so that the answer is incomplete
 * @param notes what is worth knowing and no fault of the record, such as refused updates
 */
public record AuditReport(
    SigningDomain domain,
    Optional<String> name,
    List<RoundFinding> rounds,
    List<Problem> problems,
    List<Gap> gaps,
    List<String> notes) {

  public AuditReport {
    rounds = List.copyOf(rounds);
    problems = List.copyOf(problems);
    gaps = List.copyOf(gaps);
    notes = List.copyOf(notes);
  }

  /**
   * All that an audit told of, together.
   *
   * @param rounds in order
   */
  public static AuditReport of(AuditSummary summary, List<AuditPart> rounds) {
    List<AuditPart> parts = new ArrayList<>(List.of(summary.whole()));
    parts.addAll(rounds);
    return new AuditReport(
        summary.domain(),
        summary.name(),
        parts.stream().flatMap(p -> p.finding().stream()).toList(),
        parts.stream().flatMap(p -> p.problems().stream()).toList(),
        parts.stream().flatMap(p -> p.gaps().stream()).toList(),
        parts.stream().flatMap(p -> p.notes().stream()).toList());
  }

  /** Everything was there, and everything matches. */
  public boolean verified() {
    return problems.isEmpty() && gaps.isEmpty();
  }

  public boolean failed() {
    return !problems.isEmpty();
  }

  /** Updates that took part in final versions. */
  public long updates() {
    return rounds.stream()
        .flatMap(r -> r.updates().stream())
        .filter(u -> u.status() == UpdateStatus.VERIFIED)
        .count();
  }

  /** The same findings with others before them, such as those about the contract itself. */
  public AuditReport preceded(List<Problem> earlier, List<Gap> earlierGaps) {
    List<Problem> all = new ArrayList<>(earlier);
    all.addAll(problems);
    List<Gap> allGaps = new ArrayList<>(earlierGaps);
    allGaps.addAll(gaps);
    return new AuditReport(domain, name, rounds, all, allGaps, notes);
  }

  /** How a round's publication compares with what was recomputed from its commitments. */
  public enum RoundStatus {
    VERIFIED,
    MISMATCH,
    INCOMPLETE
  }

  /** What is known of one committed update. */
  public enum UpdateStatus {
    /** The file matches its commitment, passes the gates and is part of the version. */
    VERIFIED,
    /** It failed a gate, as the record says. */
    REJECTED,
    /** The file could not be had. */
    MISSING,
    /** The file was taken away on purpose, as under a retention rule. */
    ERASED,
    /** The record judges it wrongly. */
    TAMPERED,
    /** The commitment does not carry its participant's signature. */
    UNSIGNED
  }

  /**
   * @param version the version the round made, empty if it was aborted
   * @param published model digest on the ledger
   * @param recomputed model digest from the committed updates, where they could be had
   */
  public record RoundFinding(
      long round,
      OptionalLong version,
      RoundStatus status,
      Optional<Digest> published,
      Optional<Digest> recomputed,
      List<UpdateFinding> updates) {

    public RoundFinding {
      updates = List.copyOf(updates);
    }
  }

  /**
   * @param reason the gate that refused it, for those that were
   */
  public record UpdateFinding(
      Address participant,
      Digest digest,
      long weight,
      UpdateStatus status,
      Optional<String> reason) {}

  /**
   * A proof that something is wrong.
   *
   * @param round empty for what concerns the whole federation
   * @param who address or office of the one at fault; {@code contract} where the ledger took what
   *     its rules do not allow
   * @param what one sentence
   * @param evidence names and values that let others check it, in a telling order
   */
  public record Problem(OptionalLong round, String who, String what, Map<String, String> evidence) {

    public Problem {
      evidence = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
    }
  }

  /**
   * Something that could not be had.
   *
   * @param what a sentence that says what, and why
   */
  public record Gap(OptionalLong round, String what) {}
}
