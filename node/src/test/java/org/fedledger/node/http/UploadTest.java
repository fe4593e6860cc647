package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.node.fixture.TestNodeClient.blob;
import static org.fedledger.node.fixture.TestNodeClient.json;
import static org.fedledger.node.fixture.TestNodeClient.signed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.BlockRef;
import org.fedledger.node.NodeConfig;
import org.fedledger.node.NodeConfig.Limits;
import org.fedledger.node.fixture.RunningNode;
import org.fedledger.node.fixture.TestFederation;
import org.fedledger.node.fixture.TestFederation.Update;
import org.fedledger.node.records.IssuedReceipts;
import org.fedledger.role.ResultProvider;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {

  @TempDir Path folder;

  private TestFederation federation;
  private RunningNode node;

  @BeforeEach
  void start() throws IOException {
    federation = TestFederation.usual(folder);
    node = RunningNode.start(federation, folder.resolve("node")).withSpec(federation);
    // The node makes version 0 from the spec, whose file comes in like any other.
    Digest version0 = federation.ledger.state().head().model();
    RunningNode.await(() -> node.node.store().size(version0).isPresent());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void givesASignedReceiptForACommittedUpdate() throws IOException {
    Update update = closedRound().getFirst();
    HttpResponse<byte[]> answer = node.client.put(update);
    assertThat(answer.statusCode()).isEqualTo(201);
    SignedReceipt signed = SignedReceipt.ofJson(answer.body());
    BlockRef newest = federation.ledger.head();
    assertThat(signed.receipt())
        .isEqualTo(
            new UploadReceipt(
                federation.round().id(),
                0,
                update.author().address(),
                update.digest(),
                update.commitment().size(),
                newest.number(),
                newest.hash()));
    assertThat(signed.node()).isEqualTo(federation.aggregator.address());
    assertThat(signed.isSignedFor(federation.domain)).isTrue();
  }

  /** The ledger may take another course, on which there is time again. */
  @Test
  void signsForNothingThatThisNodeHasCalledMissing() throws IOException {
    List<Update> updates = closedRound();
    Update update = updates.getFirst();
    IssuedReceipts receipts =
        new IssuedReceipts(
            folder.resolve("node/receipts"), federation.domain, federation.aggregator);
    assertThat(receipts.forgo(List.of(update.commitment()))).isTrue();

    HttpResponse<byte[]> answer = node.client.put(update);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(json(answer).get("detail").textValue()).contains("bring it to another node");
    assertThat(receipts.has(update.commitment())).isFalse();
    assertThat(node.client.put(updates.get(1)).statusCode()).isEqualTo(201);
    assertThat(receipts.forgo(List.of(updates.get(1).commitment())))
        .as("what has a receipt did come")
        .isFalse();
  }

  /** Whoever holds its last byte back until the deadline shall not be told that it was in time. */
  @Test
  void namesTheBlockThatWasNewestWhenTheLastByteCame() throws IOException {
    Update update = closedRound().getFirst();
    byte[] bytes = update.bytes();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(node.client.head(update, "Connection: close").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes, 0, bytes.length - 1);
      out.flush();
      RunningNode.await(() -> incoming().size() == 1);
      federation.ledger.pass(1);
      BlockRef newest = federation.ledger.head();
      out.write(bytes, bytes.length - 1, 1);
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 201").contains(newest.hash().toString());
    }
  }

  @Test
  void keepsNothingWhoseLastByteCameAfterTheRevealDeadline() throws IOException {
    Update update = closedRound().getFirst();
    byte[] bytes = update.bytes();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(node.client.head(update, "Connection: close").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes, 0, bytes.length - 1);
      out.flush();
      RunningNode.await(() -> incoming().size() == 1);
      federation.ledger.passTo(federation.round().revealDeadline().orElseThrow() + 1);
      out.write(bytes, bytes.length - 1, 1);
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 409").contains("reveal-over");
    }
    nothingIsLeft(update.digest());
  }

  /** Else this very node, if it called the update MISSING meanwhile, would be convicted by it. */
  @Test
  void signsForNothingThatWasKeptOnlyAfterTheRevealDeadline() throws IOException {
    Update update = closedRound().getFirst();
    long over = federation.round().revealDeadline().orElseThrow() + 1;
    AtomicBoolean passed = new AtomicBoolean();
    federation.ledger.beforeHead(
        () -> {
          boolean kept = node.node.store().size(update.digest()).isPresent();
          if (kept && passed.compareAndSet(false, true)) {
            federation.ledger.passTo(over);
          }
        });
    refused(node.client.put(update), 409, "reveal-over");
    assertThat(passed).as("the file was kept before the deadline").isTrue();
    refused(node.client.get(receiptPath(0)), 404, "not-found");
    refused(node.client.put(update), 409, "reveal-over");
  }

  @Test
  void takesUpdatesUntilTheRevealDeadlineAndNoLonger() throws IOException {
    List<Update> updates = closedRound();
    long deadline = federation.round().revealDeadline().orElseThrow();
    federation.ledger.passTo(deadline);
    HttpResponse<byte[]> last = node.client.put(updates.get(0));
    assertThat(last.statusCode()).isEqualTo(201);
    federation.ledger.pass(1);
    refused(node.client.put(updates.get(1)), 409, "reveal-over");
    nothingIsLeft(updates.get(1).digest());
    assertThat(node.client.put(updates.get(0)).body()).isEqualTo(last.body());
  }

  @Test
  void refusesCommitmentsOfASizeThatNoUpdateHas() throws IOException {
    federation.openRound();
    byte[] large = new byte[100_000];
    Path file = Files.write(folder.resolve("large"), large);
    BlobId id = new BlobId(Digest.ofContent(large), large.length);
    Update update = federation.commit(0, file, id);
    federation.commit(1, 1);
    federation.commit(2, 1);
    federation.closeCommits();
    refused(node.client.put(update), 422, "no-update");
    nothingIsLeft(update.digest());
  }

  @Test
  void takesALostVersionFromWhoeverBringsItThoughItIsNotTheLast() throws Exception {
    Digest first = playRound();
    playRound();
    byte[] before = node.client.get(blob(first)).body();
    awaitIndexed();
    Path file = stored(first);
    Files.delete(file);
    assertThat(node.client.get(blob(first)).statusCode()).isEqualTo(404);

    assertThat(node.client.put(first, before).statusCode()).isEqualTo(201);
    assertThat(file).hasBinaryContent(before);
    assertThat(node.client.put(first, before).statusCode()).isEqualTo(200);
    refused(node.client.put(first, Arrays.copyOf(before, 10)), 422, "wrong-size");
  }

  @Test
  void takesAVersionAnewThatIsDamagedInTheStore() throws Exception {
    Digest version = playRound();
    byte[] before = node.client.get(blob(version)).body();
    Path file = stored(version);
    byte[] damaged = before.clone();
    damaged[3] ^= 1;
    Files.write(file, damaged);
    // It is read by nobody, and it is not taken for anything by those who come later either.
    node.close();
    node = RunningNode.start(federation, folder.resolve("node"));
    node.awaitSeen(_ -> true);
    assertThat(node.client.get(blob(version)).statusCode()).isNotEqualTo(200);

    assertThat(node.client.put(version, before).statusCode()).isEqualTo(201);
    assertThat(node.client.get(blob(version)).body()).isEqualTo(before);
  }

  /** Else the file is called MISSING though its author brings it. */
  @Test
  void takesAnUpdateAnewThatIsDamagedInTheStore() throws Exception {
    List<Update> updates = closedRound();
    Path outside = Files.writeString(folder.resolve("outside"), "another's");
    byte[] flipped = updates.get(0).bytes();
    flipped[flipped.length - 1] ^= 1;
    List<byte[]> receipts = new ArrayList<>();
    for (Update update : updates) {
      receipts.add(node.client.put(update).body());
    }
    Files.write(stored(updates.get(0).digest()), flipped);
    Files.write(stored(updates.get(1).digest()), Arrays.copyOf(updates.get(1).bytes(), 5));
    Files.delete(stored(updates.get(2).digest()));
    Files.createSymbolicLink(stored(updates.get(2).digest()), outside);
    for (int i = 0; i < updates.size(); i++) {
      Update update = updates.get(i);
      HttpResponse<byte[]> answer = node.client.put(update);
      assertThat(answer.statusCode()).as("update %d", i).isEqualTo(201);
      assertThat(answer.body()).as("the same receipt").isEqualTo(receipts.get(i));
      assertThat(stored(update.digest())).isRegularFile().hasBinaryContent(update.bytes());
      assertThat(node.client.put(update).statusCode()).isEqualTo(200);
    }
    assertThat(outside).hasContent("another's");
  }

  @Test
  void servesNothingOfALinkAndNoMoreOfACutFileThanThereIs() throws Exception {
    Digest model = Digest.ofContent(Files.readAllBytes(federation.initialModel));
    node.awaitSeen(_ -> true);
    node.client.put(model, federation.initialModel);
    Path file = stored(model);
    byte[] bytes = Files.readAllBytes(file);
    for (int left : new int[] {0, 5, bytes.length - 1}) {
      Files.write(file, Arrays.copyOf(bytes, left));
      HttpResponse<byte[]> answer = node.client.get(blob(model));
      assertThat(Digest.ofContent(answer.body())).isNotEqualTo(model);
      assertThat(answer.statusCode()).isLessThan(500);
    }
    Files.delete(file);
    Files.createSymbolicLink(file, federation.initialModel);
    refused(node.client.get(blob(model)), 404, "not-found");
    assertThat(node.client.put(model, bytes).statusCode()).isEqualTo(201);
    assertThat(node.client.get(blob(model)).body()).isEqualTo(bytes);
  }

  /** Whoever sends heads of requests alone shall not keep a node reading its store. */
  @Test
  void doesNotHoldAFileAgainstItsDigestForEveryoneWhoAsks() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(RunningNode.NOW);
    node.close();
    node =
        RunningNode.start(
            federation,
            federation.aggregator,
            NodeConfig.local(folder.resolve("node")).withPoll(Duration.ofMillis(20)),
            ResultProvider.PROTOCOL,
            now::get);
    Digest version0 = federation.ledger.state().head().model();
    byte[] before = Files.readAllBytes(stored(version0));
    assertThat(node.client.put(version0, before).statusCode()).isEqualTo(200);
    byte[] damaged = before.clone();
    damaged[before.length - 1] ^= 1;
    Files.write(stored(version0), damaged);
    assertThat(node.client.put(version0, before).statusCode()).as("not read again").isEqualTo(200);
    Files.write(stored(version0), Arrays.copyOf(before, 7));
    assertThat(node.client.put(version0, before).statusCode()).as("another size").isEqualTo(201);
    assertThat(node.client.put(version0, before).statusCode()).isEqualTo(200);
    Files.write(stored(version0), damaged);
    now.set(RunningNode.NOW.plus(Duration.ofMinutes(2)));
    assertThat(node.client.put(version0, before).statusCode()).isEqualTo(201);
    assertThat(stored(version0)).hasBinaryContent(before);
  }

  /** A receipt takes a few hundred bytes, for which room is kept. */
  @Test
  void givesReceiptsForWhatItHasThoughTheDiskIsFullByNow() throws IOException {
    List<Update> updates = closedRound();
    Update signed = updates.get(0);
    Update unsigned = updates.get(1);
    byte[] receipt = node.client.put(signed).body();
    byte[] other = node.client.put(unsigned).body();
    node.close();
    Path folderOfRound =
        folder.resolve("node/receipts").resolve(unsigned.commitment().roundId().hex());
    Files.delete(folderOfRound.resolve("0-" + unsigned.author().address().hex() + ".json"));

    Limits full = new Limits(Long.MAX_VALUE / 2, Duration.ofMinutes(5), OptionalLong.empty());
    node =
        RunningNode.start(
            federation,
            federation.aggregator,
            NodeConfig.local(folder.resolve("node")).withLimits(full),
            ResultProvider.PROTOCOL);
    node.awaitSeen(s -> s.round().isPresent());
    HttpResponse<byte[]> again = node.client.put(signed);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(receipt);
    HttpResponse<byte[]> late = node.client.put(unsigned);
    assertThat(late.statusCode()).isEqualTo(200);
    assertThat(late.body()).isEqualTo(other);
    refused(node.client.put(updates.get(2)), 507, "storage");
  }

  /** Whoever has no key shall not have the chain node asked as often as it likes. */
  @Test
  void asksTheLedgerForNoFileThatNeedNotComeInTime() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    federation.ledger.beforeHead(
        () -> {
          if (Thread.currentThread().getName().equals("request")) {
            asked.incrementAndGet();
          }
        });
    byte[] spec = federation.specFile;
    for (int i = 0; i < 5; i++) {
      assertThat(node.client.put(Digest.ofContent(spec), spec).statusCode()).isEqualTo(200);
    }
    assertThat(asked).hasValue(0);
    Update update = closedRound().getFirst();
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
    assertThat(asked).as("an update has to come in time").hasPositiveValue();
  }

  /** Plays a round to its end, and gives the version that it made. */
  private Digest playRound() throws Exception {
    federation.openRound();
    node.withFiles(federation);
    List<Update> updates = federation.commitAll();
    federation.closeCommits();
    for (Update update : updates) {
      assertThat(node.client.put(update).statusCode()).isEqualTo(201);
    }
    long round = federation.round().number();
    return node.awaitLedger(s -> s.head().version() == round).head().model();
  }

  private void awaitIndexed() {
    long head = federation.ledger.head().number();
    RunningNode.await(
        () -> json(node.client.get("/v1/audit")).at("/indexed/block").longValue() >= head);
  }

  private Path stored(Digest digest) {
    String hex = digest.hex();
    return folder.resolve("node/blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  @Test
  void refusesUpdatesWhileItLacksTheSpec() throws IOException {
    node.close();
    node = RunningNode.start(federation, folder.resolve("bare"));
    Update update = closedRound().getFirst();
    refused(node.client.put(update), 503, "no-spec");
    node.client.put(Digest.ofContent(federation.specFile), federation.specFile);
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
  }

  @Test
  void givesTheSameReceiptForTheSameUploadAndAfterARestart() throws IOException {
    Update update = closedRound().getFirst();
    byte[] first = node.client.put(update).body();
    federation.ledger.pass(1);
    HttpResponse<byte[]> again = node.client.put(update);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first);
    node.close();
    node = RunningNode.start(federation, folder.resolve("node"));
    assertThat(node.client.get(receiptPath(0)).body()).isEqualTo(first);
    assertThat(node.client.put(update).body()).isEqualTo(first);
  }

  @Test
  void doesNotReadABodyThatIsThereAlready() throws IOException {
    Update update = closedRound().getFirst();
    node.client.put(update);
    String head = node.client.head(update, "Expect: 100-continue");
    assertThat(raw(head)).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void asksForTheBodyOfWhoeverWaitsToBeAsked() throws IOException {
    Update update = closedRound().getFirst();
    HttpResponse<byte[]> answer = node.client.putExpectingContinue(update);
    assertThat(answer.statusCode()).isEqualTo(201);
  }

  @Test
  void refusesUpdatesBeforeCommitsAreClosed() throws IOException {
    federation.openRound();
    Update update = federation.commit(0, 1);
    refused(node.client.put(update), 409, "commits-open");
  }

  @Test
  void refusesWhatNobodyCommitted() throws IOException {
    closedRound();
    byte[] other = {1, 2, 3};
    refused(node.client.put(Digest.ofContent(other), other), 403, "not-committed");
    refused(node.client.put(Digest.NONE, other), 403, "not-committed");
  }

  @Test
  void refusesAnotherSizeThanCommitted() throws IOException {
    Update update = closedRound().getFirst();
    byte[] longer = Arrays.copyOf(update.bytes(), (int) update.commitment().size() + 1);
    refused(
        node.client.put(blob(update.digest()), longer, node.client.committed(update)),
        422,
        "wrong-size");
    nothingIsLeft(update.digest());
  }

  /** A commitment for each stage is the most that the ledger takes of a participant. */
  @Test
  void keepsOneFileOfTheSchemasSizeForEachCommitmentAndNoMore() throws IOException {
    List<Update> updates = closedRound();
    long before = files();
    Update mine = updates.getFirst();
    for (int i = 0; i < 3; i++) {
      assertThat(node.client.put(mine).statusCode()).isEqualTo(i == 0 ? 201 : 200);
      byte[] other = mine.bytes();
      other[other.length - 1] ^= (byte) (1 << i);
      Digest digest = Digest.ofContent(other);
      refused(
          node.client.put(blob(digest), other, node.client.committed(mine, digest)),
          403,
          "not-committed");
      refused(
          node.client.put(
              blob(updates.get(1).digest()),
              updates.get(1).bytes(),
              node.client.committed(mine, updates.get(1).digest())),
          403,
          "forbidden");
    }
    assertThat(files()).isEqualTo(before + 1);
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("node/blobs"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void keepsNothingOfWrongBytes() throws IOException {
    Update update = closedRound().getFirst();
    byte[] wrong = update.bytes();
    wrong[wrong.length - 1] ^= 1;
    refused(
        node.client.put(blob(update.digest()), wrong, node.client.committed(update)),
        422,
        "wrong-digest");
    nothingIsLeft(update.digest());
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
  }

  /** A client whose connection broke without a word goes on at once. */
  @Test
  void endsAnUploadForANewerOneOfTheSameCommitter() throws IOException {
    Update update = closedRound().getFirst();
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              (node.client.head(update, "Connection: close") + "half")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      RunningNode.await(() -> incoming().size() == 1);
      assertThat(node.client.put(update).statusCode()).isEqualTo(201);
      String status = "HTTP/1.1 409 Conflict";
      assertThat(new String(socket.getInputStream().readNBytes(status.length()))).isEqualTo(status);
    }
    RunningNode.await(() -> incoming().isEmpty());
  }

  @Test
  void countsAFileOnceThatTwoBringAtTheSameTime() throws IOException {
    federation.openRound();
    Update update = federation.commit(0, 1);
    Update same =
        federation.commit(
            1, update.file(), new BlobId(update.digest(), update.commitment().size()));
    federation.commit(2, 1);
    federation.closeCommits();
    byte[] bytes = update.bytes();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(node.client.head(update, "Connection: close").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes, 0, bytes.length - 1);
      out.flush();
      RunningNode.await(() -> incoming().size() == 1);
      long before = stored();
      assertThat(node.client.put(same).statusCode()).isEqualTo(201);
      out.write(bytes, bytes.length - 1, 1);
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 201");
      assertThat(stored()).isEqualTo(before + 1);
    }
  }

  private long stored() {
    String metrics = new String(node.monitor.get("/metrics").body(), StandardCharsets.UTF_8);
    return metrics
        .lines()
        .filter(line -> line.startsWith("fedledger_uploads_total"))
        .mapToLong(line -> (long) Double.parseDouble(line.replaceAll(".* ", "")))
        .findFirst()
        .orElseThrow();
  }

  /** It knows no interim answers, and would take one for the answer (RFC 9110, 15.2). */
  @Test
  void asksNobodyForABodyWhoSpeaksAnOlderHttp() throws IOException {
    Update update = closedRound().getFirst();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(
          node.client
              .head(update, "Expect: 100-continue")
              .replace("HTTP/1.1", "HTTP/1.0")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(update.bytes());
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).matches("(?s)HTTP/1\\.[01] 201.*");
    }
  }

  @Test
  void keepsNothingOfAnUploadThatBreaksOff() throws IOException {
    Update update = closedRound().getFirst();
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write((node.client.head(update) + "half").getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      RunningNode.await(() -> incoming().size() == 1);
    }
    RunningNode.await(() -> incoming().isEmpty());
    nothingIsLeft(update.digest());
  }

  @Test
  void asksForTheLength() throws IOException {
    Update update = closedRound().getFirst();
    refused(
        node.client.send(
            "PUT",
            blob(update.digest()),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(update.bytes())),
            node.client.committed(update)),
        411,
        "length-required");
  }

  /** Else anybody could fill the places of all others, who would be MISSING. */
  @Test
  void takesAnUpdateFromWhoCommittedItAlone() throws IOException {
    List<Update> updates = closedRound();
    Update update = updates.getFirst();
    refused(node.client.put(update.digest(), update.bytes()), 401, "unsigned");
    String[] others = node.client.committed(updates.get(1), update.digest());
    refused(node.client.put(blob(update.digest()), update.bytes(), others), 403, "forbidden");
    String[] forAnother = node.client.committed(update, updates.get(1).digest());
    refused(node.client.put(blob(update.digest()), update.bytes(), forAnother), 401, "unsigned");
    SigningKey author = federation.aggregator;
    for (Address self : List.of(author.address(), update.author().address())) {
      String header =
          signed(
              federation.domain,
              author,
              author.address(),
              self,
              "PUT",
              update.digest(),
              RunningNode.NOW.getEpochSecond());
      HttpResponse<byte[]> answer =
          node.client.put(blob(update.digest()), update.bytes(), "Authorization", header);
      assertThat(answer.statusCode()).isIn(401, 403);
    }
    nothingIsLeft(update.digest());
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
  }

  @Test
  void takesAnUpdateByThePresentKeyOfWhoseKeyWasChanged() throws IOException {
    federation.rotate(0, TestFederation.key(77));
    Update update = closedRound().getFirst();
    Update byTheOldKey =
        new Update(update.author(), update.author(), update.commitment(), update.file());
    refused(node.client.put(byTheOldKey), 403, "forbidden");
    assertThat(node.client.put(update).statusCode()).isEqualTo(201);
  }

  @Test
  void refusesBlobsThatAreTooLargeForIt() throws IOException {
    node.close();
    NodeConfig small = NodeConfig.local(folder.resolve("small")).withMaxBlobBytes(100);
    node = RunningNode.start(federation, federation.aggregator, small, ResultProvider.PROTOCOL);
    refused(node.client.put(Digest.NONE, new byte[101]), 413, "too-large");
  }

  @Test
  void takesTheFederationsOwnFilesFromAnybody() throws IOException {
    federation.openRound();
    for (byte[] file :
        List.of(
            federation.specFile,
            federation.planFile,
            Files.readAllBytes(federation.initialModel))) {
      Digest digest = Digest.ofContent(file);
      HttpResponse<byte[]> answer = node.client.put(digest, file);
      assertThat(answer.statusCode()).isIn(200, 201);
      assertThat(json(answer).get("digest").textValue()).isEqualTo(digest.toString());
      assertThat(json(answer).get("size").intValue()).isEqualTo(file.length);
      assertThat(node.client.get(blob(digest)).body()).isEqualTo(file);
    }
  }

  @Test
  void givesEachAReceiptWhereTwoCommittedOneDigest() throws IOException {
    federation.openRound();
    Update update = federation.commit(0, 1);
    federation.commit(1, update.file(), new BlobId(update.digest(), update.commitment().size()));
    federation.closeCommits();
    node.client.put(update);
    for (int i : List.of(0, 1)) {
      assertThat(json(node.client.get(receiptPath(i))).at("/receipt/author").textValue())
          .isEqualTo(federation.participants.get(i).address().toString());
    }
  }

  @Test
  void givesNoReceiptForWhatHasNotCome() throws IOException {
    closedRound();
    refused(node.client.get(receiptPath(0)), 404, "not-found");
  }

  @Test
  void takesNoPathForADigest() {
    for (String name :
        List.of(
            "..%2f..%2fnode.json",
            "0x" + "AB".repeat(32),
            "ab".repeat(32),
            "0x" + "a".repeat(63) + "%00",
            "0x" + "a".repeat(65))) {
      refused(node.client.get("/v1/blobs/" + name), 400, "malformed");
      refused(node.client.put("/v1/blobs/" + name, new byte[1]), 400, "malformed");
    }
    refused(node.client.get("/v1/receipts/..%2f../x"), 400, "malformed");
    refused(node.client.get("/v1/evaluations/01"), 400, "malformed");
    refused(node.client.get("/v1/blobs/../../node.json"), 404, "not-found");
  }

  @Test
  void saysSoWhenTheLedgerIsAway() {
    node.awaitSeen(_ -> true);
    federation.ledger.down(true);
    refused(node.client.put(Digest.ofContent(new byte[1]), new byte[1]), 503, "ledger");
  }

  private List<Update> closedRound() throws IOException {
    federation.openRound();
    List<Update> updates = federation.commitAll();
    federation.closeCommits();
    return updates;
  }

  private String receiptPath(int participant) {
    return "/v1/receipts/%s/%s"
        .formatted(federation.round().id(), federation.participants.get(participant).address());
  }

  private static void refused(HttpResponse<byte[]> answer, int status, String problem) {
    assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).get("type").textValue()).isEqualTo("urn:fedledger:problem:" + problem);
    assertThat(json(answer).get("status").intValue()).isEqualTo(status);
    assertThat(json(answer).get("detail").textValue()).isNotBlank();
  }

  private void nothingIsLeft(Digest digest) {
    assertThat(node.node.store().size(digest)).isEmpty();
    assertThat(incoming()).isEmpty();
  }

  private List<Path> incoming() {
    try (Stream<Path> files = Files.list(folder.resolve("node/blobs/incoming"))) {
      return files.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(node.node.url().getHost(), node.node.url().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
