package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.blob;
import static org.fedledger.node.fixture.TestNodeClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.records.Evaluations;
import org.fedledger.signing.Evaluation;
import org.fedledger.store.FileBlobStore;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

  private static final byte[] METRICS = bytes("{\"accuracy\":0.75,\"examples\":30,\"loss\":0.5}");

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;
  private SigningKey author;

  @BeforeEach
  void start() throws IOException {
    federation = TestFederation.usual(folder);
    node = RunningNode.start(federation, folder.resolve("node"));
    author = federation.participants.get(1);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void keepsSignedMetricsAndListsThemByAddress() throws IOException {
    for (SigningKey participant : federation.participants.reversed()) {
      assertThat(put(0, participant.address(), METRICS, participant).statusCode()).isEqualTo(201);
    }
    node.close();
    node = RunningNode.start(federation, folder.resolve("node"));
    JsonNode all = json(node.client.get("/v1/evaluations/0"));
    assertThat(all).hasSize(3);
    for (int i = 0; i < 3; i++) {
      SigningKey participant = federation.participants.get(i);
      assertThat(all.get(i).get("participant").textValue())
          .isEqualTo(participant.address().toString());
      assertThat(all.get(i).at("/metrics/accuracy").doubleValue()).isEqualTo(0.75);
      Digest digest = Digest.of(all.get(i).get("metricsDigest").textValue());
      assertThat(digest).isEqualTo(Digest.ofContent(METRICS));
      Evaluation evaluation =
          new Evaluation(TestFederation.ID, 0, model(), participant.address(), digest);
      assertThat(
              federation.domain.signer(
                  evaluation, Signature.of(all.get(i).get("signature").textValue())))
          .contains(participant.address());
    }
    assertThat(node.client.get(blob(Digest.ofContent(METRICS))).body()).isEqualTo(METRICS);
    assertThat(json(node.client.get("/v1/evaluations/7"))).isEmpty();
  }

  @Test
  void summarisesVersionsForWhoeverWantsTheCourse() {
    assertThat(json(node.client.get("/v1/evaluations"))).isEmpty();
    byte[] other = bytes("{\"accuracy\":0.25,\"examples\":10,\"loss\":0.1}");
    put(0, author.address(), METRICS, author);
    assertThat(json(node.client.get("/v1/evaluations")).at("/0/accuracy/least").doubleValue())
        .isEqualTo(0.75);
    SigningKey second = federation.participants.get(0);
    put(0, second.address(), other, second);
    JsonNode summary = json(node.client.get("/v1/evaluations?from=0&to=99")).get(0);
    assertThat(summary.get("version").intValue()).isZero();
    assertThat(summary.get("participants").intValue()).isEqualTo(2);
    assertThat(summary.at("/accuracy/weightedMean").doubleValue()).isEqualTo(0.625);
    assertThat(summary.at("/accuracy/unweightedMean").doubleValue()).isEqualTo(0.5);
    assertThat(summary.at("/accuracy/least").doubleValue()).isEqualTo(0.25);
    assertThat(summary.at("/accuracy/greatest").doubleValue()).isEqualTo(0.75);
    assertThat(summary.at("/loss/weightedMean").doubleValue()).isEqualTo(0.4);
    assertThat(summary.get("leftOut")).isEmpty();
    assertThat(json(node.client.get("/v1/evaluations?from=1"))).isEmpty();
    refused(node.client.get("/v1/evaluations?from=0&to=100"), 400, "malformed");
    refused(node.client.get("/v1/evaluations?from=2&to=1"), 400, "malformed");
    refused(node.client.get("/v1/evaluations?from=-1"), 400, "malformed");
    refused(node.client.get("/v1/evaluations?form=1"), 400, "malformed");
    refused(node.client.get("/v1/evaluations?from=1&from=2"), 400, "malformed");
  }

  @Test
  void showsTheOthersWhereOneFileIsDamaged() throws IOException {
    byte[] other = bytes("{\"accuracy\":0.25,\"examples\":30,\"loss\":0.5}");
    SigningKey second = federation.participants.get(0);
    put(0, author.address(), METRICS, author);
    put(0, second.address(), other, second);
    String hex = Digest.ofContent(METRICS).hex();
    Files.write(
        folder.resolve("node/blobs").resolve(hex.substring(0, 2)).resolve(hex), bytes("{\"acc"));
    assertThat(
            json(node.client.get("/v1/evaluations")).at("/0/accuracy/weightedMean").doubleValue())
        .isEqualTo(0.25);
    assertThat(json(node.client.get("/v1/evaluations")).at("/0/leftOut/0").textValue())
        .isEqualTo(author.address().toString());
    assertThat(json(node.client.get("/v1/evaluations/0"))).hasSize(1);
  }

  @Test
  void refusesWhatCannotHaveBeenMeasured() {
    for (String lie :
        new String[] {
          "{\"accuracy\":1000000,\"examples\":30,\"loss\":0.5}",
          "{\"accuracy\":0.5,\"examples\":30,\"loss\":-5}",
          "{\"accuracy\":0.5,\"examples\":0,\"loss\":0.5}",
          "{\"accuracy\":0.5,\"loss\":0.5}",
          "{\"accuracy\":0.5,\"examples\":30,\"loss\":\"Infinity\"}"
        }) {
      refused(put(0, author.address(), bytes(lie), author), 422, "wrong-content");
    }
    assertThat(json(node.client.get("/v1/evaluations"))).isEmpty();
  }

  @Test
  void namesAndLeavesOutWhomItRecordedBeforeItLooked() throws IOException {
    byte[] lie = bytes("{\"accuracy\":1000000,\"examples\":30,\"loss\":-5}");
    SigningKey liar = federation.participants.get(0);
    node.close();
    Evaluation evaluation =
        new Evaluation(TestFederation.ID, 0, model(), liar.address(), Digest.ofContent(lie));
    new Evaluations(folder.resolve("node/evaluations"))
        .keep(evaluation, federation.domain.sign(evaluation, liar));
    new FileBlobStore(folder.resolve("node/blobs"))
        .store(Digest.ofContent(lie), lie.length, new ByteArrayInputStream(lie));
    node = RunningNode.start(federation, folder.resolve("node"));
    put(0, author.address(), METRICS, author);

    JsonNode summary = json(node.client.get("/v1/evaluations")).get(0);
    assertThat(summary.get("participants").intValue()).isOne();
    assertThat(summary.at("/accuracy/unweightedMean").doubleValue()).isEqualTo(0.75);
    assertThat(summary.at("/loss/least").doubleValue()).isEqualTo(0.5);
    assertThat(summary.get("leftOut")).hasSize(1);
    assertThat(summary.at("/leftOut/0").textValue()).isEqualTo(liar.address().toString());
  }

  /** Else one participant could say that it measured more than all others have. */
  @Test
  void weighsNobodyByMoreExamplesThanAnUpdateMayClaim() {
    node.withFiles(federation);
    SigningKey boaster = federation.participants.get(0);
    byte[] boast = bytes("{\"accuracy\":0,\"examples\":9007199254740991,\"loss\":0}");
    byte[] most =
        bytes(
            "{\"accuracy\":1,\"examples\":%d,\"loss\":1}"
                .formatted(federation.spec.plan().weightCap()));
    put(0, boaster.address(), boast, boaster);
    put(0, author.address(), most, author);
    JsonNode summary = json(node.client.get("/v1/evaluations")).get(0);
    assertThat(summary.at("/accuracy/weightedMean").doubleValue()).isEqualTo(0.5);
  }

  /** As after the ledger was reorganised: the version of that number is another model by then. */
  @Test
  void countsOnlyWhatWasMeasuredOfTheVersionsPresentModel() throws IOException {
    node.close();
    SigningKey second = federation.participants.get(0);
    Digest other = Digest.ofContent(new byte[] {7});
    byte[] former = bytes("{\"accuracy\":0.25,\"examples\":30,\"loss\":0.5}");
    Evaluations records = new Evaluations(folder.resolve("node/evaluations"));
    for (SigningKey participant : new SigningKey[] {author, second}) {
      Evaluation evaluation =
          new Evaluation(
              TestFederation.ID, 0, other, participant.address(), Digest.ofContent(former));
      records.keep(evaluation, federation.domain.sign(evaluation, participant));
    }
    new FileBlobStore(folder.resolve("node/blobs"))
        .store(Digest.ofContent(former), former.length, new ByteArrayInputStream(former));
    node = RunningNode.start(federation, folder.resolve("node"));
    json(node.client.get("/v1/evaluations"));

    assertThat(put(0, author.address(), METRICS, author).statusCode()).isEqualTo(201);

    JsonNode summary = json(node.client.get("/v1/evaluations")).get(0);
    assertThat(summary.get("participants").intValue()).isOne();
    assertThat(summary.at("/accuracy/unweightedMean").doubleValue()).isEqualTo(0.75);
    assertThat(summary.get("leftOut")).as("it said nothing false").isEmpty();
  }

  @Test
  void refusesWhatWasMeasuredOfAnotherModelThanTheVersions() {
    Digest other = Digest.ofContent(new byte[] {7});
    refused(put(0, other, author.address(), METRICS, author), 422, "wrong-content");
    refused(
        node.client.put(path(0, author.address()), METRICS, EvaluationWrites.SIGNATURE, "0x00"),
        401,
        "unsigned");
  }

  @Test
  void letsTheFirstEvaluationStand() {
    assertThat(put(0, author.address(), METRICS, author).statusCode()).isEqualTo(201);
    assertThat(put(0, author.address(), METRICS, author).statusCode()).isEqualTo(200);
    refused(
        put(0, author.address(), bytes("{\"accuracy\":1,\"examples\":1,\"loss\":0}"), author),
        409,
        "conflict");
    assertThat(
            json(node.client.get("/v1/evaluations/0")).get(0).at("/metrics/accuracy").doubleValue())
        .isEqualTo(0.75);
  }

  @Test
  void keepsOneEvaluationForEachParticipantAndVersionHoweverManyComeAtOnce() throws Exception {
    long before = stored();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      byte[] metrics = bytes("{\"accuracy\":0.5,\"examples\":%d,\"loss\":0.5}".formatted(i + 1));
      senders.add(Thread.ofVirtual().start(() -> put(0, author.address(), metrics, author)));
    }
    for (Thread sender : senders) {
      sender.join();
    }
    assertThat(json(node.client.get("/v1/evaluations/0"))).hasSize(1);
    assertThat(stored()).isEqualTo(before + 1);
  }

  private long stored() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("node/blobs"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void refusesSignaturesThatAreNotTheParticipants() {
    refused(put(0, author.address(), METRICS, federation.stranger), 401, "unsigned");
    refused(put(0, federation.stranger.address(), METRICS, federation.stranger), 403, "forbidden");
    String path = path(0, author.address());
    refused(node.client.put(path, METRICS), 401, "unsigned");
    refused(node.client.put(path, METRICS, "FedLedger-Signature", "0x00"), 401, "unsigned");
    Evaluation other =
        new Evaluation(TestFederation.ID, 1, model(), author.address(), Digest.ofContent(METRICS));
    String signature = federation.domain.sign(other, author).toString();
    refused(
        node.client.put(
            path,
            METRICS,
            EvaluationWrites.MODEL,
            model().toString(),
            "FedLedger-Signature",
            signature),
        401,
        "unsigned");
    assertThat(json(node.client.get("/v1/evaluations/0"))).isEmpty();
  }

  @Test
  void refusesWhatIsNoCanonicalJsonOfModestSize() {
    for (String body : new String[] {"", "{ }", "{\"b\":1,\"a\":2}", "3", "{\"a\":1,\"a\":1}"}) {
      refused(put(0, author.address(), bytes(body), author), 422, "wrong-content");
    }
    byte[] large = bytes("{\"a\":\"" + "x".repeat(64 << 10) + "\"}");
    refused(put(0, author.address(), large, author), 413, "too-large");
  }

  @Test
  void refusesVersionsThatAreNotFinal() {
    refused(put(1, author.address(), METRICS, author), 404, "not-found");
  }

  private HttpResponse<byte[]> put(
      long version, Address participant, byte[] metrics, SigningKey signer) {
    return put(version, model(), participant, metrics, signer);
  }

  private HttpResponse<byte[]> put(
      long version, Digest model, Address participant, byte[] metrics, SigningKey signer) {
    Evaluation evaluation =
        new Evaluation(TestFederation.ID, version, model, participant, Digest.ofContent(metrics));
    return node.client.put(
        path(version, participant),
        metrics,
        EvaluationWrites.MODEL,
        model.toString(),
        EvaluationWrites.SIGNATURE,
        federation.domain.sign(evaluation, signer).toString());
  }

  private Digest model() {
    return federation.ledger.state().created().model();
  }

  private static String path(long version, Address participant) {
    return "/v1/evaluations/%d/%s".formatted(version, participant);
  }

  private static void refused(HttpResponse<byte[]> answer, int status, String problem) {
    assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(status);
    assertThat(json(answer).get("type").textValue()).isEqualTo("urn:fedledger:problem:" + problem);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
