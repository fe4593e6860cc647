package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Problem;
import org.junit.jupiter.api.Test;

class CulpritTest {

  private static final Address WHO = Address.of("0x" + "11".repeat(20));
  private static final Digest COMMITTED = Digest.of("0x" + "aa".repeat(32));
  private static final Digest FOUND = Digest.of("0x" + "bb".repeat(32));
  private static final Culprit CULPRIT = new Culprit(2, WHO, COMMITTED);
  private static final Map<String, String> EVIDENCE =
      Map.of("committedDigest", COMMITTED.toString(), "foundDigest", FOUND.toString());

  @Test
  void shouldBeNamedByRoundPartyAndBothDigests() {
    assertThat(CULPRIT.namedBy(report(2, WHO.toString(), EVIDENCE))).isTrue();
  }

  @Test
  void shouldNotBeNamedByAnythingLess() {
    Map<String, String> oneDigest =
        Map.of("committedDigest", COMMITTED.toString(), "foundSize", "1252");
    assertThat(CULPRIT.namedBy(report(1, WHO.toString(), EVIDENCE))).isFalse();
    assertThat(CULPRIT.namedBy(report(2, "blob store", EVIDENCE))).isFalse();
    assertThat(CULPRIT.namedBy(report(2, WHO.toString(), oneDigest))).isFalse();
    assertThat(CULPRIT.namedBy(report(2, WHO.toString(), Map.of()))).isFalse();
  }

  @Test
  void shouldMakeAnUnnamedFraudAFaultOfTheProgram() {
    AuditReport silent = report(List.of());
    assertThat(new DemoResult(null, silent, Optional.of(CULPRIT)).exitCode()).isEqualTo(1);
    assertThat(new DemoResult(null, silent, Optional.empty()).exitCode()).isZero();
    AuditReport naming = report(2, WHO.toString(), EVIDENCE);
    assertThat(new DemoResult(null, naming, Optional.of(CULPRIT)).exitCode()).isEqualTo(3);
    assertThat(new DemoResult(null, naming, Optional.empty()).exitCode()).isEqualTo(3);
  }

  private static AuditReport report(long round, String who, Map<String, String> evidence) {
    return report(List.of(new Problem(OptionalLong.of(round), who, "it differs", evidence)));
  }

  private static AuditReport report(List<Problem> problems) {
    return new AuditReport(
        new SigningDomain(1337, WHO),
        Optional.of("test"),
        List.of(),
        problems,
        List.of(),
        List.of());
  }
}
