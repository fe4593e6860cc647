package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.Round.Phase;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 8, unit = TimeUnit.MINUTES)
class SeparateProcessesIT {

  @Test
  void verifiesRoundsInWhichAParticipantAndTheNodeWereKilled(@TempDir Path folder)
      throws Exception {
    try (ConsortiumProcesses consortium = new ConsortiumProcesses(folder)) {
      consortium.found();
      consortium.startNode();
      consortium.startVerifier();
      roundWithoutTrouble(consortium);
      roundInWhichAParticipantIsKilledAfterItCommitted(consortium);
      roundInWhichTheNodeIsKilled(consortium);
      Round last = consortium.awaitRound(round -> round.phase() == Phase.FINAL);
      anybodySeesTheFinalVersion(consortium, last);
      everythingIsVerified(consortium.audit("audit"));
      everythingIsVerified(consortium.auditFromAfar());
      aChangedByteIsTheStoresFault(consortium, last);
    }
  }

  private static void roundWithoutTrouble(ConsortiumProcesses consortium) throws Exception {
    consortium.openRound();
    for (String hospital : consortium.hospitals()) {
      consortium.checkHospital(hospital);
      consortium.startHospital(hospital);
    }
    consortium.awaitVersion(1);
  }

  private static void roundInWhichAParticipantIsKilledAfterItCommitted(
      ConsortiumProcesses consortium) throws Exception {
    String victim = consortium.hospitals().getFirst();
    openRoundInWhichTheLastHospitalIsSlow(consortium);
    consortium.program(victim).kill();
    consortium.startHospital(victim);
    consortium.program(consortium.hospitals().getLast()).resume();
    Round round = consortium.awaitRound(r -> r.number() == 2 && r.phase().ended());
    assertThat(round.phase()).isEqualTo(Phase.FINAL);
    assertThat(round.decided().orElseThrow().record().decision().rejections()).isEmpty();
  }

  private static void roundInWhichTheNodeIsKilled(ConsortiumProcesses consortium) throws Exception {
    openRoundInWhichTheLastHospitalIsSlow(consortium);
    consortium.program("node").kill();
    consortium.startNode();
    consortium.program(consortium.hospitals().getLast()).resume();
    Round round = consortium.awaitRound(r -> r.number() == 3 && r.phase().ended());
    assertThat(round.phase()).isEqualTo(Phase.FINAL);
    assertThat(round.decided().orElseThrow().record().decision().rejections()).isEmpty();
  }

  /** All but the last hospital have committed when this returns, and nobody has uploaded. */
  private static void openRoundInWhichTheLastHospitalIsSlow(ConsortiumProcesses consortium)
      throws Exception {
    consortium.program(consortium.hospitals().getLast()).pause();
    consortium.openRound();
    int others = consortium.hospitals().size() - 1;
    Round round =
        consortium.awaitRound(
            r -> r.phase() == Phase.COMMITTING && r.commitments().size() == others);
    assertThat(round.complete()).isFalse();
  }

  private static void anybodySeesTheFinalVersion(ConsortiumProcesses consortium, Round last)
      throws Exception {
    Candidate decided = last.decided().orElseThrow();
    assertThat(decided.matching()).containsExactly(consortium.address("verifier"));
    String digest = decided.record().publication().model().toString();
    assertThat(consortium.status().at("/head/digest").textValue()).isEqualTo(digest);
    assertThat(Digest.ofContent(Files.readAllBytes(consortium.model()))).hasToString(digest);
  }

  private static void everythingIsVerified(Program audit) throws Exception {
    int exitCode = audit.awaitEnd();
    assertThat(exitCode).as(audit.talk() + audit.result()).isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(audit.result());
    assertThat(report.get("verified").booleanValue()).isTrue();
    assertThat(report.get("rounds")).hasSize(3);
    for (JsonNode round : report.get("rounds")) {
      assertThat(round.get("status").textValue()).isEqualTo("verified");
      assertThat(round.get("updates")).hasSize(3);
      assertThat(round.get("recomputedDigest")).isEqualTo(round.get("publishedDigest"));
    }
  }

  private static void aChangedByteIsTheStoresFault(ConsortiumProcesses consortium, Round last)
      throws Exception {
    UpdateCommitment update =
        last.commitments().get(consortium.address(consortium.hospitals().get(1))).commitment();
    Digest found = changeOneByte(consortium.blobs(), update.digest());

    Program audit = consortium.audit("audit-of-a-changed-byte");

    int exitCode = audit.awaitEnd();
    assertThat(exitCode).as(audit.talk()).isEqualTo(ExitCode.OUT_OF_REACH);
    JsonNode report = new ObjectMapper().readTree(audit.result());
    assertThat(report.get("verified").booleanValue()).isFalse();
    assertThat(report.get("problems")).isEmpty();
    assertThat(report.get("gaps")).hasSize(1);
    JsonNode gap = report.at("/gaps/0");
    assertThat(gap.get("round").longValue()).isEqualTo(3);
    assertThat(gap.get("what").textValue())
        .contains("damaged in the store", update.digest().toString(), found.toString());
  }

  private static Digest changeOneByte(Path blobs, Digest digest) throws Exception {
    Path file = blobs.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    return Digest.ofContent(content);
  }
}
