package org.fedledger.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.ledger.BlockRef;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditPart;
import org.fedledger.verify.AuditReport.Gap;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.RoundFinding;
import org.fedledger.verify.AuditReport.RoundStatus;
import org.fedledger.verify.AuditReport.UpdateFinding;
import org.fedledger.verify.AuditReport.UpdateStatus;
import org.fedledger.verify.AuditSpool;
import org.fedledger.verify.AuditSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditPageTest {

  private static final String HOSTILE = "</title><script>alert('x')</script>\"&\u202e";
  private static final Address PARTICIPANT = Address.of("0x" + "ab".repeat(20));

  @TempDir Path folder;

  @Test
  void escapesWhateverNamesAndEvidenceHold() throws IOException {
    Problem problem = new Problem(OptionalLong.of(1), HOSTILE, HOSTILE, Map.of(HOSTILE, HOSTILE));
    String page =
        page(
            HOSTILE,
            1,
            new AuditPart(
                Optional.empty(),
                List.of(problem),
                List.of(new Gap(OptionalLong.empty(), HOSTILE)),
                List.of(HOSTILE)));
    assertThat(page).doesNotContain("<script").doesNotContain("\u202e").contains("&lt;script&gt;");
  }

  @Test
  void needsNothingButItself() throws IOException {
    assertThat(page("small", 0, nothing()))
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("<link")
        .doesNotContain("src=")
        .doesNotContain("url(");
  }

  @Test
  void isTheSameForTheSameFindings() throws IOException {
    assertThat(page("small", 0, nothing())).isEqualTo(page("small", 0, nothing()));
  }

  @Test
  void saysFirstWhetherAllIsVerified() throws IOException {
    assertThat(page("small", 0, nothing())).contains("✓ Verified: 300 rounds");
    assertThat(page("small", 2, nothing())).contains("✗ Not verified: 2 things were found");
  }

  @Test
  void drawsManyRoundsInABoundedNumberOfBars() throws IOException {
    String page = page("small", 0, nothing());
    assertThat(page).contains("4 rounds a bar").contains("role=\"img\"").contains("<title id=");
    assertThat(page.split("<rect ").length).isLessThan(2 * 2 * 121);
    assertThat(page.split("<th scope=\"row\" class=\"n\">")).hasSize(301);
  }

  private static AuditPart nothing() {
    return new AuditPart(Optional.empty(), List.of(), List.of(), List.of());
  }

  private String page(String name, long problems, AuditPart whole) throws IOException {
    AuditSummary summary =
        new AuditSummary(
            new SigningDomain(1337, PARTICIPANT),
            Optional.of(name),
            whole,
            300,
            300,
            problems,
            whole.gaps().size(),
            new BlockRef(7, new BlockHash(new byte[32]), new BlockHash(new byte[32]), 1_000),
            OptionalLong.empty(),
            Optional.empty());
    StringBuilder page = new StringBuilder();
    try (AuditSpool spool = new AuditSpool(folder)) {
      for (long round = 1; round <= 300; round++) {
        spool.take(
            new AuditPart(
                Optional.of(
                    new RoundFinding(
                        round,
                        OptionalLong.of(round),
                        RoundStatus.VERIFIED,
                        Optional.of(Digest.NONE),
                        Optional.of(Digest.NONE),
                        List.of(
                            new UpdateFinding(
                                PARTICIPANT,
                                Digest.NONE,
                                10,
                                UpdateStatus.VERIFIED,
                                Optional.empty())))),
                List.of(),
                List.of(),
                List.of()));
      }
      AuditPage.write(summary, spool, page);
    }
    return page.toString();
  }
}
