package org.fedledger.devnet.demo.tamper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.Round;
import org.fedledger.store.FolderBlobSource;

/**
 * Whoever runs the node changes stored updates after the last round. The files no longer fit the
 * ledger, and the node's own receipts say that it had those that do. Disks fail too, so that the
 * audit is incomplete and accuses nobody.
 *
 * @param participants whose updates are changed
 */
record OperatorOfTheStore(Stage stage, String deed, List<Party> participants, Change change)
    implements Attack {

  /** What is done to the files of these updates, in the order of the participants. */
  interface Change {
    void to(List<Path> files) throws IOException;
  }

  @Override
  public Party culprit() {
    return stage.node();
  }

  @Override
  public void afterwards(Path blobs, List<Round> rounds) throws IOException {
    Round round = rounds.get((int) stage.round() - 1);
    FolderBlobSource store = new FolderBlobSource(blobs);
    Path[] files = new Path[participants.size()];
    for (int i = 0; i < files.length; i++) {
      var committed = round.commitments().get(participants.get(i).address());
      files[i] = AlteredFiles.stored(store, committed.commitment().digest());
    }
    change.to(List.of(files));
  }

  /** All of the changed updates must be found; the first is told. */
  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    List<Optional<Caught>> found =
        participants.stream().map(p -> evidence.damaged(stage.node(), p)).toList();
    return found.stream().allMatch(Optional::isPresent) ? found.getFirst() : Optional.empty();
  }
}
