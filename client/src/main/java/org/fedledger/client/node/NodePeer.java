package org.fedledger.client.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.Round;
import org.fedledger.role.EvaluationBoard;
import org.fedledger.role.Peer;
import org.fedledger.signing.Evaluation;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * A node, as one to which a participant brings its updates and evaluations.
 *
 * @param self the participant
 */
public record NodePeer(NodeClient node, Requester self) implements Peer, EvaluationBoard {

  private static final int CONFLICT = 409;

  private interface Request<T> {
    NodeAnswer<T> send() throws IOException;
  }

  @Override
  public String name() {
    return node.address().toString();
  }

  @Override
  public Answer upload(Round round, UpdateCommitment commitment, Path file) throws IOException {
    return switch (reached(node::node)) {
      case NodeAnswer.Refused<Address> refused -> new Answer.Refused(refused.why());
      case NodeAnswer.Given<Address>(Address key)
          when !round.aggregators().contains(key) && !round.verifiers().contains(key) ->
          new Answer.Refused(
              "it is %s, which is no aggregator or verifier of this round and gets no update"
                  .formatted(key));
      case NodeAnswer.Given<Address> _ -> send(commitment, file);
    };
  }

  private Answer send(UpdateCommitment commitment, Path file) throws IOException {
    return switch (reached(() -> receipt(commitment, file))) {
      case NodeAnswer.Given<SignedReceipt>(SignedReceipt receipt) -> new Answer.Received(receipt);
      case NodeAnswer.Refused<SignedReceipt> refused -> new Answer.Refused(refused.why());
    };
  }

  /** Where another committed the same digest, the node may speak of that one. */
  private NodeAnswer<SignedReceipt> receipt(UpdateCommitment commitment, Path file)
      throws IOException {
    NodeAnswer<SignedReceipt> answer = node.uploadUpdate(self, commitment.digest(), file);
    return answer instanceof NodeAnswer.Given<SignedReceipt>(SignedReceipt given)
            && !given.receipt().author().equals(commitment.participant())
        ? node.receipt(commitment.roundId(), commitment.participant())
        : answer;
  }

  @Override
  public Optional<String> post(Evaluation evaluation, Signature signature, byte[] metrics)
      throws IOException {
    return reached(() -> node.postEvaluation(evaluation, signature, metrics))
                instanceof NodeAnswer.Refused<Digest> refused
            && refused.status() != CONFLICT
        ? Optional.of(refused.why())
        : Optional.empty();
  }

  private static <T> NodeAnswer<T> reached(Request<T> request) throws IOException {
    try {
      return request.send();
    } catch (NodeUnreachableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
