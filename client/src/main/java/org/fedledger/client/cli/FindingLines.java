package org.fedledger.client.cli;

import org.fedledger.verify.AuditReport;

/** An audit's findings as lines for people. */
public final class FindingLines {

  private final Output out;

  public FindingLines(Output out) {
    this.out = out;
  }

  public void note(String note) {
    out.line("note: %s", note);
  }

  public void gap(AuditReport.Gap gap) {
    out.line(
        "could not be checked%s: %s",
        gap.round().isPresent() ? " in round " + gap.round().getAsLong() : "", gap.what());
  }

  public void problem(AuditReport.Problem problem) {
    out.line(
        "PROBLEM%s: %s: %s",
        problem.round().isPresent() ? " in round " + problem.round().getAsLong() : "",
        problem.who(),
        problem.what());
    problem.evidence().forEach((name, value) -> out.line("    %s: %s", name, value));
  }
}
