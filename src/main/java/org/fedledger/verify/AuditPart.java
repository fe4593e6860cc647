package org.fedledger.verify;

import java.util.List;
import java.util.Optional;
import org.fedledger.verify.AuditReport.Gap;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.RoundFinding;

/**
 * What an audit found about one round, or about the federation as a whole.
 *
 * @param finding empty for the federation as a whole
 */
public record AuditPart(
    Optional<RoundFinding> finding, List<Problem> problems, List<Gap> gaps, List<String> notes) {

  public AuditPart {
    problems = List.copyOf(problems);
    gaps = List.copyOf(gaps);
    notes = List.copyOf(notes);
  }

  /** Takes the parts of an audit one by one: the rounds in order, the whole after them. */
  @FunctionalInterface
  public interface Sink {
    void take(AuditPart part) throws java.io.IOException;
  }
}
