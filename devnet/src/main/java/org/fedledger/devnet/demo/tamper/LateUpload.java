package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.Requester;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Round;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.Reason;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.tensor.Blobs;

/**
 * A participant brings its update when the reveal is over: the node refuses it, the rejection as
 * missing stands, and nobody is accused, since nobody can tell a late file from one that was lost
 * on its way.
 */
final class LateUpload implements Attack {

  private final Stage stage;
  private final CompletableFuture<String> answer = new CompletableFuture<>();

  LateUpload(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return stage.cheater();
  }

  @Override
  public String deed() {
    return "%s uploaded its update after the reveal deadline".formatted(stage.cheater().name());
  }

  @Override
  public WaitedOut waitsOut() {
    return WaitedOut.REVEAL;
  }

  @Override
  public boolean sitsOut(Party participant) {
    return participant.equals(stage.cheater());
  }

  @Override
  public void trained(ParticipantAccess access, RoundTask task) throws IOException {
    if (access.self().equals(stage.cheater())) {
      Path update = access.altered(task.roundId());
      UpdateCommitment commitment =
          access.commitment(task.roundId(), task.weightCap(), Blobs.id(update));
      access.commit(commitment);
      Thread.ofVirtual()
          .name("late upload of " + access.self().name())
          .start(() -> upload(access, task, commitment, update));
    }
  }

  private void upload(
      ParticipantAccess access, RoundTask task, UpdateCommitment commitment, Path update) {
    try {
      access.await(state -> isOver(state, task));
      switch (access
          .nodes()
          .getFirst()
          .uploadUpdate(
              new Requester(access.self().address(), access.key()), commitment.digest(), update)) {
        case NodeAnswer.Refused<SignedReceipt> refused -> answer.complete(refused.why().toString());
        case NodeAnswer.Given<SignedReceipt> _ -> answer.complete("");
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      answer.completeExceptionally(e);
      access.trouble().completeExceptionally(e);
    }
  }

  private static boolean isOver(FederationState state, RoundTask task) {
    Optional<Long> deadline =
        state
            .round()
            .filter(round -> round.id().equals(task.roundId()))
            .flatMap(Round::revealDeadline);
    boolean past = state.round().filter(r -> r.id().equals(task.roundId())).isEmpty();
    return past || deadline.filter(d -> state.at().timestamp() > d).isPresent();
  }

  @Override
  public void afterwards(Path blobs, List<Round> rounds) {
    answer.join();
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    if (!evidence.rejects(stage.cheater(), Reason.MISSING) || answer.join().isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> more = new LinkedHashMap<>();
    more.put("nodeRefused", answer.join());
    return evidence
        .noted(note -> evidence.ofRound(note) && note.contains("rejected as MISSING"))
        .map(caught -> caught.and(more));
  }
}
