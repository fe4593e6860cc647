package org.fedledger.devnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.devnet.Networks;
import org.fedledger.devnet.ledger.AnvilControl;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.Round.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chain that makes no blocks for a while, as where half of its validators are away. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class HaltedChainIT {

  @Test
  void roundsGoOnAfterAHaltAndAreAbortedWhereTheirTimePassedInIt(@TempDir Path folder)
      throws Exception {
    Networks.requireAnvil();
    try (ConsortiumProcesses consortium = new ConsortiumProcesses(folder)) {
      consortium.found();
      consortium.startNode();
      consortium.startVerifier();
      for (String hospital : consortium.hospitals()) {
        consortium.startHospital(hospital);
      }
      AnvilControl chain = consortium.chainControl();
      chain.mineEverySecond();

      openRoundOfAChainThatHalts(consortium, chain);
      chain.passTime(Duration.ofMinutes(5));
      chain.mineEverySecond();
      everybodyIsIn(consortium.awaitRound(r -> r.number() == 1 && r.phase().ended()));

      openRoundOfAChainThatHalts(consortium, chain);
      chain.passTime(Duration.ofHours(2));
      chain.mineEverySecond();
      Round late = consortium.awaitRound(r -> r.number() == 2 && r.phase().ended());
      assertThat(late.phase()).isEqualTo(Phase.ABORTED);
      assertThat(late.abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
      assertThat(late.commitments()).isEmpty();

      consortium.openRound();
      everybodyIsIn(consortium.awaitRound(r -> r.number() == 3 && r.phase().ended()));
      assertThat(consortium.awaitVersion(2).head().version()).isEqualTo(2);
      everythingIsVerified(consortium.audit("audit"));
    }
  }

  /** All updates are made and sent when this returns, and none is on the ledger. */
  private static void openRoundOfAChainThatHalts(ConsortiumProcesses consortium, AnvilControl chain)
      throws Exception {
    for (String hospital : consortium.hospitals()) {
      consortium.program(hospital).pause();
    }
    consortium.openRound();
    chain.halt();
    for (String hospital : consortium.hospitals()) {
      consortium.program(hospital).resume();
    }
    chain.awaitWaiting(consortium.hospitals().size());
  }

  private static void everybodyIsIn(Round round) {
    assertThat(round.phase()).as("%s", round.abortReason()).isEqualTo(Phase.FINAL);
    assertThat(round.commitments()).hasSize(3);
    assertThat(round.decided().orElseThrow().record().decision().rejections()).isEmpty();
  }

  private static void everythingIsVerified(Program audit) throws Exception {
    int exitCode = audit.awaitEnd();
    assertThat(exitCode).as(audit.talk() + audit.result()).isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(audit.result());
    assertThat(report.get("verified").booleanValue()).isTrue();
    List<Integer> updates = new ArrayList<>();
    report.get("rounds").forEach(round -> updates.add(round.get("updates").size()));
    assertThat(updates).containsExactly(3, 0, 3);
  }
}
