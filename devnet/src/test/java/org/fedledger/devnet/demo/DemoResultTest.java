package org.fedledger.devnet.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.demo.tamper.Caught;
import org.fedledger.devnet.demo.tamper.DefenceLayer;
import org.fedledger.devnet.demo.tamper.Moment;
import org.fedledger.devnet.demo.tamper.Party;
import org.fedledger.devnet.demo.tamper.Scheme;
import org.fedledger.devnet.demo.tamper.Story;
import org.fedledger.devnet.demo.tamper.Tamper;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.verify.AuditReport;
import org.fedledger.verify.AuditReport.Problem;
import org.junit.jupiter.api.Test;

class DemoResultTest {

  private static final Address WHO = Address.of("0x" + "11".repeat(20));
  private static final Problem PROBLEM =
      new Problem(OptionalLong.of(2), WHO.toString(), "it differs", Map.of());
  private static final Caught BY_CONTRACT =
      new Caught(DefenceLayer.CONTRACT, Moment.COMMIT, "the contract", Map.of());

  @Test
  void shouldEndAsTheAuditDidWhereThereWasNoFraud() {
    assertThat(result(audit(), Optional.empty()).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(result(audit(PROBLEM), Optional.empty()).exitCode())
        .isEqualTo(ExitCode.VERIFICATION_FAILED);
  }

  @Test
  void shouldEndWithThreeWhereTheCulpritWasCaughtByWhateverLayer() {
    Story caught = story(Optional.of(BY_CONTRACT));
    assertThat(result(audit(), Optional.of(caught)).exitCode())
        .isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(result(audit(PROBLEM), Optional.of(caught)).exitCode())
        .isEqualTo(ExitCode.VERIFICATION_FAILED);
  }

  @Test
  void shouldEndAsAnIncompleteAuditWhereTheStoreIsNamed() {
    assertThat(result(audit(), Optional.of(story(DefenceLayer.STORE))).exitCode())
        .isEqualTo(ExitCode.OUT_OF_REACH);
  }

  @Test
  void shouldEndWellWhereNobodyMayBeAccusedAndTheNoteSaysSo() {
    assertThat(result(audit(), Optional.of(story(DefenceLayer.NOTE))).exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void shouldEndWellWhereOthersKeepWhatOneWithholds() {
    assertThat(result(audit(), Optional.of(story(DefenceLayer.COPY))).exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void shouldMakeAnUncaughtFraudAFaultOfTheProgramWhateverElseIsWrong() {
    Story uncaught = story(Optional.empty());
    assertThat(result(audit(), Optional.of(uncaught)).exitCode()).isEqualTo(ExitCode.FAULT);
    assertThat(result(audit(PROBLEM), Optional.of(uncaught)).exitCode()).isEqualTo(ExitCode.FAULT);
  }

  private static Story story(DefenceLayer layer) {
    return story(Optional.of(new Caught(layer, Moment.AUDIT, "the auditor", Map.of())));
  }

  private static Story story(Optional<Caught> caught) {
    return new Story(
        new Scheme(Tamper.NAN, false), 2, new Party("city", WHO), "it cheated", caught);
  }

  private static DemoResult result(AuditReport audit, Optional<Story> story) {
    return new DemoResult(
        new DemoReport(null, WHO, "test", List.of(), List.of(), null, null, story, 1), audit);
  }

  private static AuditReport audit(Problem... problems) {
    return new AuditReport(
        new SigningDomain(1337, WHO),
        Optional.of("test"),
        List.of(),
        List.of(problems),
        List.of(),
        List.of());
  }
}
