package org.fedledger.devnet.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.fedledger.devnet.demo.tamper.Caught;
import org.fedledger.devnet.demo.tamper.Story;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport;

/** Tells people what happens, a line at a time. */
final class Narrator {

  private static final int DIGEST_SHOWN = 14;
  private static final int NAMES_SHOWN = 6;

  private final PrintWriter out;

  Narrator(PrintWriter out) {
    this.out = out;
  }

  void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  void version0(Digest digest, DemoReport.Metrics metrics) {
    say("version 0: untrained, %s, model %s", quality(metrics), shortened(digest));
  }

  void round(DemoReport.RoundEntry round, List<String> committed) {
    say(
        "round %d: committed %s; %d accepted, %d rejected%s; %s; gas %,d a commit, %,d to publish;"
            + " %.1f s; model %s",
        round.round(),
        names(committed),
        round.accepted().size(),
        round.rejected().size(),
        reasons(round),
        quality(round.metrics()),
        round.commitGas().stream().mapToLong(Long::longValue).max().orElse(0),
        round.publishGas(),
        round.seconds(),
        shortened(round.digest()));
  }

  private static String names(List<String> names) {
    return names.size() <= NAMES_SHOWN
        ? String.join(", ", names)
        : "%s and %d more"
            .formatted(
                String.join(", ", names.subList(0, NAMES_SHOWN)), names.size() - NAMES_SHOWN);
  }

  private static String reasons(DemoReport.RoundEntry round) {
    return round.rejected().isEmpty()
        ? ""
        : round.rejected().stream()
            .map(DemoReport.RejectedUpdate::reason)
            .collect(Collectors.joining(", ", " (", ")"));
  }

  void last(DemoReport report) {
    DemoReport.FinalVersion last = report.last();
    say("");
    say("Final model: version %d, %s", last.version(), last.digest());
    say("  mean over %d participants: %s", last.perParticipant().size(), quality(last.metrics()));
    for (DemoReport.Member member : report.participants()) {
      DemoReport.Metrics metrics = last.perParticipant().get(member.address());
      if (metrics != null) {
        say("  %s: %s", member.name(), quality(metrics));
      }
    }
    last.common().ifPresent(a -> say("  on the whole test set: accuracy %.4f", a));
    last.reference()
        .ifPresent(r -> say("  for comparison, accuracy %.3f: %s", r.accuracy(), r.source()));
  }

  void audit(AuditReport audit) {
    found(audit);
    audit.notes().forEach(note -> say("  note: %s", note));
  }

  private void found(AuditReport audit) {
    if (audit.verified()) {
      say(
          "Audit: verified. %d rounds with %d updates recomputed from the ledger and the files, bit"
              + " for bit.",
          audit.rounds().size(), audit.updates());
      return;
    }
    say("Audit: %s.", audit.failed() ? "FAILED" : "incomplete");
    audit.problems().forEach(this::problem);
    audit.gaps().forEach(gap -> say("  could not be had: %s", gap.what()));
  }

  /** Who cheated, and how it came to light. */
  void story(Story story) {
    say("");
    say(
        "The fraud (%s, round %d%s): %s.",
        story.scheme().kind().text(),
        story.round(),
        story.scheme().colluding() ? ", the verifiers collude" : "",
        story.deed());
    if (story.caught().isEmpty()) {
      say("THE FRAUD WAS NOT CAUGHT: the record should name %s.", story.culprit());
      return;
    }
    Caught caught = story.caught().get();
    say(
        "The fraud was caught %s by %s: %s.",
        caught.when().text(), caught.by(), caught.layer().text());
    switch (caught.layer()) {
      case CONTRACT, GATE, DISPUTE, AUDIT ->
          say("The culprit is %s. The evidence:", story.culprit());
      case STORE, COPY, NOTE -> say("The audit accuses nobody. The evidence:");
    }
    caught.evidence().forEach((name, value) -> say("  %s %s", name, value));
  }

  private void problem(AuditReport.Problem problem) {
    String where = problem.round().isPresent() ? "round " + problem.round().getAsLong() + ", " : "";
    say("  %s%s: %s", where, problem.who(), problem.what());
    problem.evidence().forEach((name, value) -> say("    %s %s", name, value));
  }

  static String quality(DemoReport.Metrics metrics) {
    return String.format(
        Locale.ROOT, "accuracy %.4f, loss %.4f", metrics.accuracy(), metrics.loss());
  }

  private static String shortened(Digest digest) {
    return digest.toString().substring(0, DIGEST_SHOWN) + "…";
  }

  /** For people who compare: a name and its address. */
  void member(String name, Address address) {
    say("  %s is %s", name, address);
  }
}
