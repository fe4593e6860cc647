package org.fedledger.report;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.fedledger.types.Address;
import org.fedledger.verify.AuditPart;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.UpdateFinding;
import org.fedledger.verify.AuditReport.UpdateStatus;
import org.fedledger.verify.AuditSpool;
import org.fedledger.verify.AuditSummary;

/**
 * An audit's findings as one page that needs nothing else: no script, no other file, no network.
 *
 * <p>The same findings give the same bytes: its date is that of the ledger's head.
 */
public final class AuditPage {

  /** Further notes and gaps are counted, not listed; problems are listed up to this many too. */
  private static final int LISTED = 1_000;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final String STYLE =
      """
      <style>
      :root{color-scheme:light dark;--ink:#1a1a1a;--dim:#555;--paper:#fff;--line:#c4c4c4;--a:#1f5fa8;--b:#b4531f;--good:#1a6b34;--bad:#a61c1c;--open:#7a5200;--soft:#f3f4f6}
      @media (prefers-color-scheme:dark){:root{--ink:#eee;--dim:#b5b5b5;--paper:#161616;--line:#4a4a4a;--a:#7fb2ee;--b:#eda272;--good:#7fd69a;--bad:#ff9b94;--open:#f0c267;--soft:#232323}}
      *{box-sizing:border-box}
      body{margin:0 auto;padding:1.5rem 1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
      h1{font-size:1.6rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}
      .verdict{border:2px solid;border-radius:.4rem;padding:.8rem 1rem;font-size:1.1rem;font-weight:600;margin:1rem 0}
      .verified{color:var(--good)}.mismatch,.failed{color:var(--bad)}.incomplete{color:var(--open)}
      .problem{border-left:4px solid var(--bad);background:var(--soft);padding:.6rem .9rem;margin:.8rem 0}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.4rem 0}dt{color:var(--dim)}dd{margin:0}
      code,dd,.hex{overflow-wrap:anywhere}code,.hex{font:.85em/1.4 ui-monospace,monospace}
      .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;color:var(--dim);padding-bottom:.3rem}
      th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--line)}th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}
      figure{margin:1rem 0}svg{width:100%;height:auto;max-height:14rem}svg text{fill:var(--dim);font-size:12px}.axis{stroke:var(--line)}
      rect.a{fill:var(--a)}rect.b{fill:var(--b)}.key{margin:0;color:var(--dim);font-size:.9rem}.key span{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .8em}.key .a{background:var(--a)}.key .b{background:var(--b)}
      pre{background:var(--soft);padding:.7rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
      footer{margin-top:2rem;border-top:1px solid var(--line);color:var(--dim);font-size:.9rem}
      @media (max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
      @media print{@page{size:A4;margin:15mm}:root{color-scheme:light;--ink:#000;--dim:#444;--paper:#fff;--line:#bbb;--a:#1f5fa8;--b:#b4531f;--good:#1a6b34;--bad:#a61c1c;--open:#7a5200;--soft:#f3f4f6}
      body{padding:0;max-width:none;font-size:10.5pt}.problem,figure,tr{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}.scroll{overflow:visible}rect,.key span{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
      </style>\
      """;

  private final AuditSummary summary;
  private final AuditSpool rounds;
  private final Html html;

  private AuditPage(AuditSummary summary, AuditSpool rounds, Appendable out) {
    this.summary = summary;
    this.rounds = rounds;
    this.html = new Html(out);
  }

  /** Writes the page, to be stored as UTF-8; memory grows with participants, not with rounds. */
  public static void write(AuditSummary summary, AuditSpool rounds, Appendable out)
      throws IOException {
    new AuditPage(summary, rounds, out).write();
  }

  private void write() throws IOException {
    String name = summary.name().orElse("unnamed federation");
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    html.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    html.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
            + " 'unsafe-inline'\">");
    html.line("<title>Audit of %s</title>", name).raw(STYLE).raw("</head>\n<body>\n<header>");
    html.line("<h1>Audit of %s</h1>", name);
    identity();
    html.raw("</header>\n<main>");
    verdict();
    problems();
    gaps();
    notes();
    charts();
    participants();
    rounds();
    checkYourself();
    html.raw("</main>");
    html.raw(
        "<footer><p>Written by FedLedger's audit report. The date is that of the last block read;"
            + " the same findings make the same page.</p></footer>\n</body>\n</html>");
  }

  private void identity() throws IOException {
    html.raw("<dl>");
    term("Contract", summary.domain().contract());
    term("Chain", summary.domain().chainId());
    term(
        "Record read up to",
        "block %d, %s"
            .formatted(
                summary.head().number(),
                DATE.format(Instant.ofEpochSecond(summary.head().timestamp()))));
    term("Block hash", summary.head().hash());
    html.raw("</dl>");
  }

  private void term(String name, Object value) throws IOException {
    html.line("<dt>%s</dt><dd>%s</dd>", name, value);
  }

  private void verdict() throws IOException {
    html.raw("<section aria-label=\"Verdict\">");
    if (summary.failed()) {
      html.line(
          "<p class=\"verdict failed\">✗ Not verified: %s %s found that contradict what was"
              + " committed.</p>",
          summary.problems(), summary.problems() == 1 ? "thing was" : "things were");
    } else if (summary.verified()) {
      html.line(
          "<p class=\"verdict verified\">✓ Verified: %s rounds with %s updates were recomputed, and"
              + " every version is the same, bit for bit.</p>",
          summary.rounds(), summary.updates());
    } else {
      html.line(
          "<p class=\"verdict incomplete\">? Incomplete: nothing wrong was found, but %s %s could"
              + " not be checked.</p>",
          summary.gaps(), summary.gaps() == 1 ? "thing" : "things");
    }
    if (summary.since().isPresent()) {
      html.line(
          "<p>Rounds up to %s were verified by an earlier audit, whose word this one takes.</p>",
          summary.since().getAsLong());
    }
    html.raw("</section>");
  }

  private void each(AuditPart.Sink sink) throws IOException {
    sink.take(summary.whole());
    rounds.forEach(sink);
  }

  private void problems() throws IOException {
    if (!summary.failed()) {
      return;
    }
    html.raw("<section aria-labelledby=\"problems\"><h2 id=\"problems\">What is wrong</h2>");
    long[] count = {0};
    each(
        part -> {
          for (AuditReport.Problem problem : part.problems()) {
            if (count[0]++ < LISTED) {
              problem(problem);
            }
          }
        });
    more(count[0]);
    html.raw("</section>");
  }

  private void problem(AuditReport.Problem problem) throws IOException {
    String where =
        problem.round().isPresent()
            ? "Round %d: ".formatted(problem.round().getAsLong())
            : "The federation: ";
    html.line("<article class=\"problem\"><h3>%s%s</h3>", where, problem.what());
    html.raw("<dl>");
    term("Who", problem.who());
    for (Map.Entry<String, String> evidence : problem.evidence().entrySet()) {
      term(spoken(evidence.getKey()), evidence.getValue());
    }
    html.raw("</dl></article>");
  }

  /** {@code publishedDigest} as people read it. */
  private static String spoken(String name) {
    StringBuilder words = new StringBuilder();
    for (char c : name.toCharArray()) {
      if (Character.isUpperCase(c)) {
        words.append(' ');
      }
      words.append(Character.toLowerCase(c));
    }
    return words.toString();
  }

  private void gaps() throws IOException {
    if (summary.gaps() == 0) {
      return;
    }
    html.raw(
        "<section aria-labelledby=\"gaps\"><h2 id=\"gaps\">What could not be checked</h2><ul>");
    long[] count = {0};
    each(
        part -> {
          for (AuditReport.Gap gap : part.gaps()) {
            if (count[0]++ < LISTED) {
              String where =
                  gap.round().isPresent() ? "Round %d: ".formatted(gap.round().getAsLong()) : "";
              html.line("<li>%s%s</li>", where, gap.what());
            }
          }
        });
    html.raw("</ul>");
    more(count[0]);
    html.raw("</section>");
  }

  private void notes() throws IOException {
    long[] count = {0};
    each(
        part -> {
          for (String note : part.notes()) {
            if (count[0]++ == 0) {
              html.raw(
                  "<section aria-labelledby=\"notes\"><h2 id=\"notes\">Worth knowing</h2>"
                      + "<p>No faults of the record: refused updates, failed attempts, changes of"
                      + " roles.</p><ul>");
            }
            if (count[0] <= LISTED) {
              html.line("<li>%s</li>", note);
            }
          }
        });
    if (count[0] > 0) {
      html.raw("</ul>");
      more(count[0]);
      html.raw("</section>");
    }
  }

  private void more(long count) throws IOException {
    if (count > LISTED) {
      html.line("<p>And %s more, which audit verify lists.</p>", count - LISTED);
    }
  }

  private void charts() throws IOException {
    Bars updates = new Bars();
    Bars weights = new Bars();
    rounds.forEach(
        part -> {
          RoundFinding round = part.finding().orElseThrow();
          long accepted = count(round, true);
          updates.add(round.round(), accepted, round.updates().size() - accepted);
          weights.add(
              round.round(),
              round.updates().stream()
                  .filter(u -> u.status() == UpdateStatus.VERIFIED)
                  .mapToLong(UpdateFinding::weight)
                  .sum(),
              0);
        });
    if (updates.isEmpty()) {
      return;
    }
    html.raw("<section aria-labelledby=\"charts\"><h2 id=\"charts\">Round by round</h2>");
    updates.write(html, "Updates", "verified", "rejected or in question");
    if (!weights.isEmpty()) {
      weights.write(html, "Training examples behind the verified updates", "examples", "");
    }
    html.raw("</section>");
  }

  private static long count(RoundFinding round, boolean verified) {
    return round.updates().stream()
        .filter(u -> (u.status() == UpdateStatus.VERIFIED) == verified)
        .count();
  }

  /** Counts for one participant. */
  private static final class Tally {
    long verified;
    long other;
    long examples;
  }

  private void participants() throws IOException {
    Map<Address, Tally> tallies = new TreeMap<>();
    rounds.forEach(
        part -> {
          for (UpdateFinding update : part.finding().orElseThrow().updates()) {
            Tally tally = tallies.computeIfAbsent(update.participant(), _ -> new Tally());
            if (update.status() == UpdateStatus.VERIFIED) {
              tally.verified++;
              tally.examples += update.weight();
            } else {
              tally.other++;
            }
          }
        });
    if (tallies.isEmpty()) {
      return;
    }
    html.raw("<section aria-labelledby=\"parties\"><h2 id=\"parties\">Participants</h2>");
    html.raw("<div class=\"scroll\"><table><caption>Committed updates by participant</caption>");
    html.raw(
        "<thead><tr><th scope=\"col\">Participant</th><th scope=\"col\" class=\"n\">Verified</th>"
            + "<th scope=\"col\" class=\"n\">Other</th><th scope=\"col\" class=\"n\">Examples in"
            + " verified updates</th></tr></thead><tbody>");
    for (Map.Entry<Address, Tally> row : tallies.entrySet()) {
      html.line(
          "<tr><th scope=\"row\" class=\"hex\">%s</th><td class=\"n\">%s</td><td"
              + " class=\"n\">%s</td><td class=\"n\">%s</td></tr>",
          row.getKey(), row.getValue().verified, row.getValue().other, row.getValue().examples);
    }
    html.raw("</tbody></table></div></section>");
  }

  private void rounds() throws IOException {
    html.raw("<section aria-labelledby=\"rounds\"><h2 id=\"rounds\">Rounds and digests</h2>");
    html.raw(
        "<div class=\"scroll\"><table><caption>What the ledger holds, and what came of"
            + " recomputing it</caption>");
    html.raw(
        "<thead><tr><th scope=\"col\" class=\"n\">Round</th><th scope=\"col\" class=\"n\">Version"
            + "</th><th scope=\"col\">Status</th><th scope=\"col\" class=\"n\">Updates</th>"
            + "<th scope=\"col\">Digest of the published model</th></tr></thead><tbody>");
    rounds.forEach(
        part -> {
          RoundFinding round = part.finding().orElseThrow();
          String status = round.status().name().toLowerCase(Locale.ROOT);
          html.line(
              "<tr><th scope=\"row\" class=\"n\">%s</th><td class=\"n\">%s</td><td"
                  + " class=\"%s\">%s</td><td class=\"n\">%s of %s</td><td"
                  + " class=\"hex\">%s</td></tr>",
              round.round(),
              round.version().isPresent() ? round.version().getAsLong() : "none",
              status,
              status,
              count(round, true),
              round.updates().size(),
              round.published().map(Object::toString).orElse("none"));
        });
    html.raw("</tbody></table></div></section>");
  }

  private void checkYourself() throws IOException {
    html.raw("<section aria-labelledby=\"check\"><h2 id=\"check\">Check it yourself</h2>");
    html.raw(
        "<p>A digest is the SHA-256 of a file. A file that you were given is the one on the ledger"
            + " if this prints its digest, without the leading 0x:</p><pre>sha256sum FILE</pre>");
    html.raw(
        "<p>Everything on this page comes from the ledger and the files. To recompute it:</p>");
    html.line(
        "<pre>./fedledger audit verify --rpc URL --contract %s --blobs URL-OR-FOLDER</pre>",
        summary.domain().contract());
    html.raw(
        "<p>Not proven by any such audit: that participants trained on honest data, that verifiers"
            + " recomputed before they attested, and that the ledger read here is the one that"
            + " others read. Compare the block hash above with a node that you"
            + " trust.</p></section>");
  }
}
