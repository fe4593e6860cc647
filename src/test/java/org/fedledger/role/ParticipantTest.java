package org.fedledger.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.Round;
import org.fedledger.role.ParticipantEvent.Uploaded;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.store.BlobFiles;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.training.Randomness;
import org.fedledger.training.TrainedUpdate;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParticipantTest {

  private static final String SILENT = "silent";
  private static final BlockHash UNKNOWN = new BlockHash(new byte[32]);

  @TempDir Path folder;
  private SmallFederation federation;
  private SigningKey self;
  private Remembered memory;
  private Participant participant;
  private long closedAt;
  private Concurrency concurrency = Concurrency.NONE;

  /** The node's receipts for one upload after another; the last one again and again. */
  private final List<UploadReceipt> answers = Collections.synchronizedList(new ArrayList<>());

  /** Names of nodes, each time that one was brought the update. */
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  private final List<ParticipantEvent> events = new ArrayList<>();

  /** A participant that has trained and committed. */
  private record Remembered(
      Kept kept, UpdateCommitment committed, Map<String, SignedReceipt> receipts)
      implements ParticipantMemory {

    @Override
    public Path draft(RoundId round) {
      throw new AssertionError("a second update is made");
    }

    @Override
    public void keep(RoundId round, TrainedUpdate trained) {
      throw new AssertionError("a second update is kept");
    }

    @Override
    public Optional<Kept> update(RoundId round) {
      return Optional.of(kept);
    }

    @Override
    public void keep(UpdateCommitment commitment) {
      assertThat(commitment).as("there is no second one").isEqualTo(committed);
    }

    @Override
    public Optional<UpdateCommitment> commitment(RoundId round, int stage) {
      return Optional.of(committed);
    }

    @Override
    public void keep(String peer, SignedReceipt receipt) {
      receipts.put(peer, receipt);
    }

    @Override
    public Optional<SignedReceipt> receipt(RoundId round, String peer) {
      return Optional.ofNullable(receipts.get(peer));
    }
  }

  @BeforeEach
  void closeCommits() throws IOException {
    federation = new SmallFederation(folder);
    self = federation.participants.getFirst();
    federation.openRound();
    Path update = federation.commit(self, 10, 0.5f);
    for (SigningKey other : federation.participants) {
      if (other != self) {
        federation.commit(other, 10, 0.25f);
      }
    }
    federation.closeCommits();
    closedAt = head();
    memory =
        new Remembered(
            new ParticipantMemory.Kept(update, new TrainedUpdate(Blobs.id(update), 10)),
            federation.round().commitments().get(self.address()).commitment(),
            new HashMap<>());
    participant = participant(federation.chain.as(self.address()));
  }

  private Participant participant(Ledger ledger) {
    return participant(ledger, List.of(new Node("node")));
  }

  private Participant participant(Ledger ledger, List<Peer> peers) {
    return new Participant(
        ledger,
        self.address(),
        self,
        new BlobFiles(List.of(federation.store), folder),
        peers,
        (_, _) -> {
          throw new AssertionError("it is trained already");
        },
        new Randomness(Digest.ofContent(new byte[] {1})),
        _ -> {
          throw new AssertionError("no update is made");
        },
        memory,
        concurrency,
        events::add);
  }

  /** Else one who gets its money a minute late has missed the round. */
  @Test
  void commitsOnceItsAccountHasFunds() throws IOException {
    federation = new SmallFederation(Files.createDirectory(folder.resolve("poor")));
    self = federation.participants.getFirst();
    federation.openRound();
    BlobId update = memory.kept().trained().update();
    memory =
        new Remembered(
            memory.kept(),
            new UpdateCommitment(
                federation.round().id(), 0, self.address(), update.digest(), update.size(), 10, 0),
            new HashMap<>());
    UnpaidLedger ledger = new UnpaidLedger(federation.chain.as(self.address()));
    participant = participant(ledger);
    assertThat(participant.step(federation.state())).isInstanceOf(Step.Refused.class);
    ledger.paid = true;
    assertThat(participant.step(federation.state())).isInstanceOf(Step.Submitted.class);
    assertThat(federation.round().commitments()).containsKey(self.address());
  }

  private class Node implements Peer {
    private final String name;

    Node(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Answer upload(Round round, UpdateCommitment commitment, Path file) throws IOException {
      asked.add(name);
      if (name.equals(SILENT)) {
        throw new IOException("no answer within 60 s");
      }
      UploadReceipt receipt = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
      return new Answer.Received(
          new SignedReceipt(
              receipt,
              federation.aggregator.address(),
              SmallFederation.DOMAIN.sign(receipt, federation.aggregator)));
    }
  }

  private long head() {
    return federation.ledger().head().number();
  }

  private UploadReceipt naming(long block) {
    return naming(
        block, federation.ledger().block(block).map(found -> found.hash()).orElse(UNKNOWN));
  }

  private UploadReceipt naming(long block, BlockHash hash) {
    UpdateCommitment c = memory.committed();
    return new UploadReceipt(
        c.roundId(), c.stage(), c.participant(), c.digest(), c.size(), block, hash);
  }

  private void refuses(FederationState state, UploadReceipt receipt, String why)
      throws IOException {
    answers.add(receipt);
    assertThat(participant.step(state))
        .isInstanceOfSatisfying(
            Step.Idle.class,
            idle -> assertThat(idle.why()).contains("its receipt is of no use").contains(why));
    assertThat(memory.receipts()).isEmpty();
    assertThat(events).isEmpty();
  }

  private void keeps(UploadReceipt receipt) throws IOException {
    answers.clear();
    answers.add(receipt);
    assertThat(participant.step(federation.state())).isInstanceOf(Step.Did.class);
    assertThat(memory.receipts().get("node").receipt()).isEqualTo(receipt);
    assertThat(events).hasOnlyElementsOfType(Uploaded.class).hasSize(1);
  }

  /** Else each of the others would have to wait for it, until the time is over. */
  @Test
  void waitsForNoNodeThatDoesNotAnswerWhileItBringsTheUpdateToTheOthers() throws Exception {
    CountDownLatch othersHaveIt = new CountDownLatch(1);
    CountDownLatch gaveUp = new CountDownLatch(1);
    Peer silent =
        new Node(SILENT) {
          @Override
          public Answer upload(Round round, UpdateCommitment commitment, Path file)
              throws IOException {
            try {
              othersHaveIt.await();
              return super.upload(round, commitment, file);
            } catch (InterruptedException e) {
              throw new IOException(e);
            } finally {
              gaveUp.countDown();
            }
          }
        };
    concurrency = calls -> calls.forEach(Thread.ofVirtual()::start);
    participant =
        participant(
            federation.chain.as(self.address()), List.of(silent, new Node("b"), new Node("c")));
    answers.add(naming(closedAt));

    while (memory.receipts().size() < 2) {
      participant.step(federation.state());
    }
    assertThat(memory.receipts()).containsOnlyKeys("b", "c");
    assertThat(participant.step(federation.state()))
        .isEqualTo(new Step.Idle("no answer yet from silent"));

    othersHaveIt.countDown();
    gaveUp.await();
    Step step = participant.step(federation.state());
    while (step.equals(new Step.Idle("no answer yet from silent"))) {
      step = participant.step(federation.state());
    }
    assertThat(step).isEqualTo(new Step.Idle("silent: no answer within 60 s"));
    assertThat(asked).as("each once, as long as it is waited for").hasSize(3);
  }

  @Test
  void bringsAnUpdateAgainToANodeThatDidNotTakeIt() throws IOException {
    participant =
        participant(federation.chain.as(self.address()), List.of(new Node(SILENT), new Node("b")));
    answers.add(naming(closedAt));
    assertThat(participant.step(federation.state())).isInstanceOf(Step.Did.class);
    assertThat(participant.step(federation.state())).isInstanceOf(Step.Idle.class);
    assertThat(asked).containsExactly(SILENT, "b", SILENT);
  }

  /** It proves as much as one that came at once. */
  @Test
  void keepsAReceiptThatANodeAnswersAfterTheTimeForUploads() throws IOException {
    List<Runnable> calls = new ArrayList<>();
    concurrency = calls::addAll;
    participant = participant(federation.chain.as(self.address()));
    answers.add(naming(closedAt));
    assertThat(participant.step(federation.state()))
        .isEqualTo(new Step.Idle("no answer yet from node"));

    federation.passSeconds(
        federation.round().revealDeadline().orElseThrow()
            - federation.state().at().timestamp()
            + 1);
    calls.removeFirst().run();
    assertThat(participant.step(federation.state()))
        .isInstanceOfSatisfying(
            Step.Idle.class, idle -> assertThat(idle.why()).contains("time for uploads is over"));
    assertThat(memory.receipts()).containsOnlyKeys("node");
  }

  /** Whatever trouble it is, it is no other node's. */
  @Test
  void keepsTheReceiptsOfOthersWhereOneNodeIsTooMuchForThisProgram() throws IOException {
    Peer broken =
        new Node("broken") {
          @Override
          public Answer upload(Round round, UpdateCommitment commitment, Path file) {
            throw new IllegalStateException("nobody thought of that");
          }
        };
    participant = participant(federation.chain.as(self.address()), List.of(new Node("a"), broken));
    answers.add(naming(closedAt));
    participant.step(federation.state());
    assertThat(memory.receipts()).containsOnlyKeys("a");
    assertThatThrownBy(() -> participant.step(federation.state()))
        .hasMessage("nobody thought of that");
  }

  @Test
  void keepsAReceiptForTheBlockInWhichCommitsClosed() throws IOException {
    federation.passSeconds(1);
    keeps(naming(closedAt));
  }

  @Test
  void refusesAReceiptForABlockFromBeforeCommitsClosedAndAsksForABetterOne() throws IOException {
    refuses(federation.state(), naming(closedAt - 1), "its block came before commits closed");
    keeps(naming(head()));
  }

  @Test
  void refusesAReceiptForABlockFromAfterTheRevealDeadlineAndAsksForABetterOne() throws IOException {
    FederationState before = federation.state();
    federation.passSeconds(
        federation.round().revealDeadline().orElseThrow() - before.at().timestamp() + 1);
    refuses(before, naming(head()), "its block came after the reveal deadline");
    answers.clear();
    answers.add(naming(closedAt));
    assertThat(participant.step(before)).isInstanceOf(Step.Did.class);
    assertThat(memory.receipts()).containsOnlyKeys("node");
  }

  @Test
  void refusesAReceiptForABlockThatIsFurtherThanANodeMayBeAheadUntilItIsThere() throws IOException {
    long ahead = head() + 3;
    refuses(federation.state(), naming(ahead), "the ledger at hand does not have its block");
    while (head() < ahead) {
      federation.passSeconds(1);
    }
    keeps(naming(ahead));
  }

  @Test
  void keepsAReceiptOfANodeThatIsTwoBlocksAhead() throws IOException {
    keeps(naming(head() + 2));
  }

  @Test
  void asksForABetterReceiptWhereAnotherBlockCameThanTheNodeHadNamed() throws IOException {
    long ahead = head() + 1;
    keeps(naming(ahead));
    federation.passSeconds(1);
    events.clear();
    keeps(naming(ahead));
    assertThat(participant.step(federation.state())).isInstanceOf(Step.Idle.class);
  }

  @Test
  void refusesAReceiptForABlockOfAnotherChainAndAsksForABetterOne() throws IOException {
    refuses(
        federation.state(),
        naming(closedAt, UNKNOWN),
        "the ledger has another block of that number");
    keeps(naming(closedAt));
  }

  @Test
  void refusesAReceiptForABlockThatNoLedgerCouldHave() throws IOException {
    refuses(federation.state(), naming(-1, UNKNOWN), "the ledger at hand does not have its block");
  }
}
