package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.store.FileBlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.verify.RoundComputation;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {

  private static final SigningKey ONE = SmallFederation.key(11);
  private static final SigningKey TWO = SmallFederation.key(12);
  private static final SigningKey THREE = SmallFederation.key(13);

  /** Seconds in which a publication may be attested to. */
  private static final int WINDOW = 50;

  @TempDir Path folder;
  private SmallFederation federation;
  private FileBlobStore own;
  private Path work;
  private final List<Digest> offered = new ArrayList<>();
  private boolean nodeIsAway;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder, OptionalDouble.empty(), List.of(ONE, TWO, THREE));
    own = new FileBlobStore(folder.resolve("own"));
    work = Files.createDirectories(folder.resolve("work"));
  }

  @Test
  void makesAnHonestPublicationFinalByTwoOfThree() throws IOException {
    publish(0);
    assertThat(found(step(ONE))).isEqualTo(Finding.MATCH);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.ATTESTING);
    assertThat(found(step(TWO))).isEqualTo(Finding.MATCH);
    assertThat(federation.round().phase()).isEqualTo(Round.Phase.FINAL);
    assertThat(federation.state().head().version()).isEqualTo(1);
  }

  @Test
  void keepsWhatItAttestsTo() throws IOException {
    publish(0);
    step(ONE);
    assertThat(own.has(federation.round().pending().orElseThrow().record().publication().model()))
        .isTrue();
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void stopsAModelThatIsOneUlpOff() throws IOException {
    publish(1);
    assertThat(found(step(ONE))).isEqualTo(Finding.DIFFER);
    assertThat(found(step(TWO))).isEqualTo(Finding.DIFFER);
    assertThat(federation.state().head().version()).isZero();
    assertThat(federation.round().candidates())
        .singleElement()
        .matches(c -> c.status() == Candidate.Status.FAILED);
  }

  @Test
  void attestsOnceOnly() throws IOException {
    publish(0);
    step(ONE);
    assertThat(step(ONE)).isNotInstanceOf(Step.Submitted.class);
  }

  @Test
  void attestsOnceOnlyThoughItForgotThatItDid() throws IOException {
    publish(0);
    var before = federation.state();
    verifier(ONE).step(before);
    assertThat(verifier(ONE).step(before)).isInstanceOf(Step.AlreadyDone.class);
  }

  @Test
  void attestsOnceItsAccountHasFunds() throws IOException {
    publish(0);
    UnpaidLedger ledger = new UnpaidLedger(federation.chain.as(ONE.address()));
    Verifier verifier = verifier(ledger, ONE, federation.store);
    assertThat(verifier.step(federation.state())).isInstanceOf(Step.Refused.class);
    ledger.paid = true;
    assertThat(found(verifier.step(federation.state()))).isEqualTo(Finding.MATCH);
  }

  @Test
  void hasNothingToDoForOthers() throws IOException {
    publish(0);
    assertThat(step(SmallFederation.key(14))).isInstanceOf(Step.Idle.class);
  }

  @Test
  void saysThatItLacksAFileWhenHalfOfTheTimeIsGoneAndNeverThatItDiffers() throws IOException {
    publish(0);
    Digest missing = lose();
    federation.passSeconds(WINDOW / 2);
    assertThat(why(step(ONE))).contains(missing.toString());
    federation.passSeconds(1);
    Attestation attestation = attestation(step(ONE));
    assertThat(attestation.finding()).isEqualTo(Finding.LACK);
    assertThat(attestation.lacking()).isEqualTo(missing);
    assertThat(step(ONE)).as("once said is enough").isInstanceOf(Step.Idle.class);
  }

  @Test
  void attestsWhenTheFileThatItLackedComes() throws IOException {
    publish(0);
    Digest missing = lose();
    federation.passSeconds(WINDOW / 2 + 1);
    step(ONE);
    giveBack(missing);
    assertThat(found(step(ONE))).isEqualTo(Finding.MATCH);
    assertThat(found(step(TWO))).isEqualTo(Finding.MATCH);
    assertThat(federation.state().head().version()).isEqualTo(1);
  }

  @Test
  void takesAFileOfAnotherDigestForNone() throws IOException {
    publish(0);
    Digest missing = lose();
    Files.write(stored(missing), new byte[] {1, 2, 3});
    federation.passSeconds(WINDOW / 2 + 1);
    assertThat(attestation(step(ONE)).lacking()).isEqualTo(missing);
  }

  @Test
  void agreesThatAFileIsMissingWhichItHasNotGotEither() throws IOException {
    federation.openRound();
    List<Path> updates = commitAll();
    federation.closeCommits();
    federation.store(updates.get(0));
    federation.store(updates.get(1));
    long reveal = federation.round().revealDeadline().orElseThrow();
    federation.passSeconds(reveal + 1 - federation.state().at().timestamp());
    Path model = folder.resolve("model");
    federation.publish(model, federation.compute(model).decision());
    assertThat(found(step(ONE))).isEqualTo(Finding.MATCH);
  }

  @Test
  void lacksAPlanThatIsDamagedInTheStore() throws IOException {
    publish(0);
    Digest plan = federation.round().opening().plan();
    Files.write(stored(plan), new byte[] {'{', '}'});
    federation.passSeconds(WINDOW / 2 + 1);
    assertThat(attestation(step(ONE)).lacking()).isEqualTo(plan);
  }

  @Test
  void attestsNothingToARoundThatItCannotJudge() throws IOException {
    byte[] plan = SpecJson.write(federation.plan());
    federation.openRound(
        Digest.ofContent(plan), plan.length, federation.plan().terms().weightCap() + 1);
    commitAll();
    federation.closeCommits();
    federation.publish(
        Digest.ofContent(new byte[] {1}), 1, Decision.of(3, List.of(0, 1, 2), List.of()));
    federation.passSeconds(WINDOW / 2 + 1);
    assertThat(why(step(ONE))).startsWith("cannot judge: ").contains("weight cap");
    assertThat(federation.round().pending().orElseThrow().attestations()).isEmpty();
  }

  @Test
  void attestsNothingWhereItLacksTheRule() throws IOException {
    federation.openRoundBy(
        new String(SpecJson.write(federation.plan()), StandardCharsets.UTF_8)
            .replace("\"name\":\"fedavg\"", "\"name\":\"fedprox\""));
    commitAll();
    federation.closeCommits();
    federation.publish(
        Digest.ofContent(new byte[] {1}), 1, Decision.of(3, List.of(0, 1, 2), List.of()));
    federation.passSeconds(WINDOW / 2 + 1);
    assertThat(why(step(ONE))).startsWith("cannot judge: the round's plan: plan.terms.rule.name: ");
    assertThat(federation.round().pending().orElseThrow().attestations()).isEmpty();
  }

  @Test
  void offersSpecAndPlanAndAFinalVersionToANodeThatLacksThem() throws IOException {
    publish(0);
    Verifier verifier = verifier(ONE);
    verifier.step(federation.state());
    step(TWO);
    nodeIsAway = true;
    assertThat(why(verifier.step(federation.state()))).contains("in vain").contains("away");
    nodeIsAway = false;
    assertThat(verifier.step(federation.state())).isInstanceOf(Step.Did.class);
    assertThat(offered)
        .containsExactly(
            federation.state().created().spec(),
            federation.round().opening().plan(),
            federation.state().head().model());
    assertThat(verifier.step(federation.state())).isInstanceOf(Step.Idle.class);
  }

  @Test
  void offersNothingThatItDidNotCompute() throws IOException {
    publish(0);
    step(ONE);
    step(TWO);
    own = new FileBlobStore(folder.resolve("another"));
    assertThat(step(THREE)).isInstanceOf(Step.Idle.class);
    assertThat(offered).isEmpty();
  }

  @Test
  void keepsTheCopiesOfAPeersFilesWhileItWaitsForOthers() throws IOException {
    publish(0);
    Digest missing = lose();
    Map<Digest, Integer> read = new HashMap<>();
    Verifier verifier = verifier(ONE, new Peer(federation.store, read));
    verifier.step(federation.state());
    assertThat(work).isNotEmptyDirectory();
    giveBack(missing);
    assertThat(found(verifier.step(federation.state()))).isEqualTo(Finding.MATCH);
    assertThat(read.remove(missing)).isEqualTo(2);
    assertThat(read.values()).hasSizeGreaterThanOrEqualTo(5).containsOnly(1);
    assertThat(work).isEmptyDirectory();
  }

  /** A store as one over the network, of which no files are seen. */
  private record Peer(BlobSource store, Map<Digest, Integer> read) implements BlobSource {
    @Override
    public Set<Digest> has(Set<Digest> digests) {
      return store.has(digests);
    }

    @Override
    public Part read(Digest digest, long from, int length) {
      read.merge(digest, 1, Integer::sum);
      return store.read(digest, from, length);
    }
  }

  private void publish(int ulps) throws IOException {
    federation.openRound();
    List<Path> updates = commitAll();
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
    federation.publish(published, result.decision());
  }

  private List<Path> commitAll() throws IOException {
    return List.of(
        federation.commit(federation.participants.get(0), 10, 0.1f),
        federation.commit(federation.participants.get(1), 20, 0.2f),
        federation.commit(federation.participants.get(2), 30, 0.3f));
  }

  /** Takes one update's file away from the node. */
  private Digest lose() throws IOException {
    Digest digest =
        federation
            .round()
            .commitments()
            .get(federation.participants.get(0).address())
            .commitment()
            .digest();
    Files.move(stored(digest), folder.resolve("lost"));
    return digest;
  }

  private void giveBack(Digest digest) throws IOException {
    Files.move(folder.resolve("lost"), stored(digest));
  }

  private Path stored(Digest digest) {
    String hex = digest.hex();
    return folder.resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  private Verifier verifier(SigningKey key) {
    return verifier(key, federation.store);
  }

  private Verifier verifier(SigningKey key, BlobSource peer) {
    return verifier(federation.chain.as(key.address()), key, peer);
  }

  private Verifier verifier(Ledger ledger, SigningKey key, BlobSource peer) {
    return new Verifier(
        ledger, key, own, List.of(peer), List.of(this::offer), Concurrency.NONE, work);
  }

  private Replica.Answer offer(BlobId blob, BlobSource from) {
    if (nodeIsAway) {
      return new Replica.Answer.NotKept("the node is away");
    }
    offered.add(blob.digest());
    return new Replica.Answer.Kept();
  }

  private Step step(SigningKey key) throws IOException {
    return verifier(key).step(federation.state());
  }

  private static Finding found(Step step) {
    return attestation(step).finding();
  }

  private static Attestation attestation(Step step) {
    assertThat(step).isInstanceOf(Step.Submitted.class);
    return ((LedgerAction.Attest) ((Step.Submitted) step).action()).attestation();
  }

  private static String why(Step step) {
    assertThat(step).isInstanceOf(Step.Idle.class);
    return ((Step.Idle) step).why();
  }
}
