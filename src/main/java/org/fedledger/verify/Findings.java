package org.fedledger.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobFiles;
import org.fedledger.store.CheckedBlob;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport.Gap;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.RoundFinding;

/** Collects what an audit finds about one round, or about the whole federation. */
final class Findings {

  private final OptionalLong round;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param round empty for the whole federation
   */
  Findings(OptionalLong round) {
    this.round = round;
  }

  /**
   * @param evidence names and values in turn
   */
  void problem(String who, String what, Object... evidence) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < evidence.length; i += 2) {
      named.put(evidence[i].toString(), evidence[i + 1].toString());
    }
    problem(who, what, named);
  }

  void problem(String who, String what, Map<String, String> evidence) {
    problems.add(new Problem(round, who, what, evidence));
  }

  /** One that was found elsewhere. */
  void problem(Problem found) {
    problems.add(found);
  }

  void gap(String what) {
    gaps.add(new Gap(round, what));
  }

  void note(String what) {
    notes.add(what);
  }

  /**
   * A file that everybody may read; else a gap says why it could not be had.
   *
   * @param size as the ledger says, or the most that it can have
   */
  Optional<Path> file(BlobFiles.Use blobs, Digest digest, long size, String what)
      throws IOException {
    return switch (blobs.fetch(digest, size)) {
      case CheckedBlob.Here(Path file, long _) -> Optional.of(file);
      case AbsentBlob why -> {
        gap("%s, %s: %s".formatted(what, digest, why));
        yield Optional.empty();
      }
    };
  }

  /** Everything so far, with what the round came to. */
  AuditPart part(Optional<RoundFinding> finding) {
    return new AuditPart(finding, problems, gaps, notes);
  }

  /** Whether a problem was found so far. */
  boolean failed() {
    return !problems.isEmpty();
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  List<Gap> gaps() {
    return List.copyOf(gaps);
  }
}
