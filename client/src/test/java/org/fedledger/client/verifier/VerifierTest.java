package org.fedledger.client.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.Round;
import org.fedledger.rule.FedAvgM;
import org.fedledger.spec.SpecJson;
import org.fedledger.verify.RoundComputation;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {

  private static final SigningKey ONE = SmallFederation.key(11);
  private static final SigningKey TWO = SmallFederation.key(12);
  private static final SigningKey THREE = SmallFederation.key(13);

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder, OptionalDouble.empty(), List.of(ONE, TWO, THREE));
  }

  @Test
  void makesAnHonestPublicationFinalByTwoOfThree() throws IOException {
    publish(0);
    assertThat(step(ONE)).matches(s -> attested(s, true));
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.ATTESTING);
    assertThat(step(TWO)).matches(s -> attested(s, true));
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.FINAL);
    assertThat(federation.state().head().version()).isEqualTo(1);
  }

  @Test
  void stopsAModelThatIsOneUlpOff() throws IOException {
    publish(1);
    assertThat(step(ONE)).matches(s -> attested(s, false));
    assertThat(step(TWO)).matches(s -> attested(s, false));
    assertThat(federation.state().head().version()).isZero();
    assertThat(federation.round().candidates())
        .singleElement()
        .matches(c -> c.status() == Candidate.Status.FAILED);
  }

  @Test
  void attestsOnceOnly() throws IOException {
    publish(0);
    step(ONE);
    assertThat(step(ONE)).isInstanceOf(Verifier.Step.NothingToDo.class);
  }

  @Test
  void hasNothingToDoForOthers() throws IOException {
    publish(0);
    assertThat(step(SmallFederation.key(14))).isInstanceOf(Verifier.Step.NothingToDo.class);
  }

  @Test
  void waitsForAFileAndDiffersWhenHalfOfTheTimeIsGone() throws IOException {
    publish(0);
    var missing = federation.round().commitments().get(federation.participants.get(0).address());
    Files.delete(stored(missing.commitment().digest().hex()));
    assertThat(step(ONE)).isInstanceOf(Verifier.Step.Waiting.class);
    federation.passSeconds(26);
    assertThat(step(ONE)).matches(s -> attested(s, false));
  }

  @Test
  void recomputesTheRulesStateToo() throws IOException {
    folder = Files.createDirectory(folder.resolve("momentum"));
    federation = new SmallFederation(folder, List.of(ONE, TWO, THREE), new FedAvgM(1, 0.5));
    publish(0);
    assertThat(step(ONE)).matches(s -> attested(s, true));

    folder = Files.createDirectory(folder.resolve("another"));
    federation = new SmallFederation(folder, List.of(ONE, TWO, THREE), new FedAvgM(1, 0.5));
    publish(0, 1);
    assertThat(step(ONE)).matches(s -> attested(s, false));
  }

  @Test
  void saysThatItCannotJudgeByARuleThatItDoesNotHave() throws IOException {
    String plan = new String(SpecJson.write(federation.plan()), StandardCharsets.UTF_8);
    federation.openRoundBy(plan.replace("\"version\":1}", "\"version\":9}"));
    publishOpened(0, 0);
    assertThat(step(ONE))
        .isEqualTo(
            new Verifier.Step.CannotJudge(
                1,
                "cannot judge: the plan of round 1: plan.terms.rule.version: the rule fedavg/9 is"
                    + " unknown; known are fedavg/1, fedavgm/1, median/1, krum/1"));
  }

  private void publish(int ulps) throws IOException {
    publish(ulps, 0);
  }

  private void publish(int ulps, int stateUlps) throws IOException {
    federation.openRound();
    publishOpened(ulps, stateUlps);
  }

  /**
   * @param ulps by which the last weight is off
   * @param stateUlps by which the last element of the state is off
   */
  private void publishOpened(int ulps, int stateUlps) throws IOException {
    List<Path> updates =
        List.of(
            federation.commit(federation.participants.get(0), 10, 0.1f),
            federation.commit(federation.participants.get(1), 20, 0.2f),
            federation.commit(federation.participants.get(2), 30, 0.3f));
    federation.closeCommits();
    for (Path update : updates) {
      federation.store(update);
    }
    Path model = folder.resolve("model");
    var result = (RoundComputation.Result.Aggregated) federation.compute(model);
    byte[] content = Files.readAllBytes(model);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int last = content.length - Float.BYTES;
    bytes.putInt(last, bytes.getInt(last) + ulps);
    Path published = folder.resolve("published");
    Files.write(published, content);
    Path state = SmallFederation.stateBeside(model);
    if (Files.exists(state)) {
      byte[] carried = Files.readAllBytes(state);
      carried[carried.length - Double.BYTES] += (byte) stateUlps;
      Files.write(SmallFederation.stateBeside(published), carried);
    }
    federation.publish(published, result.decision());
  }

  private Path stored(String hex) {
    return folder.resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private Verifier.Step step(SigningKey verifier) throws IOException {
    Path work = Files.createDirectories(folder.resolve("work"));
    Verifier.Step step =
        new Verifier(federation.chain.as(verifier.address()), federation.store, verifier, work)
            .step(federation.state());
    assertThat(work).isEmptyDirectory();
    return step;
  }

  private static boolean attested(Verifier.Step step, boolean matches) {
    return step instanceof Verifier.Step.Attested a
        && a.matches() == matches
        && a.outcome() instanceof org.fedledger.ledger.Outcome.Mined;
  }
}
