package org.fedledger.node.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.fedledger.crypto.SigningKey;
import org.fedledger.files.WholeFile;
import org.fedledger.ledger.BlockRef;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/**
 * The receipts that this node has signed: one for each commitment, the same bytes for ever.
 *
 * <p>A receipt is on disk before anybody gets it.
 */
public final class IssuedReceipts {

  private final Path folder;
  private final SigningDomain domain;
  private final SigningKey key;
  private final ReentrantLock signing = new ReentrantLock();

  public IssuedReceipts(Path folder, SigningDomain domain, SigningKey key) {
    this.folder = folder;
    this.domain = domain;
    this.key = key;
  }

  /** The receipt for what the author committed in that stage, if it was signed before. */
  public Optional<byte[]> find(RoundId round, int stage, Address author) throws IOException {
    Path file = file(round, stage, author);
    return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  /** The receipt for that commitment, if it was signed before. */
  public Optional<byte[]> find(UpdateCommitment c) throws IOException {
    return find(c.roundId(), c.stage(), c.participant());
  }

  /** Whether the receipt for that commitment was signed before. */
  public boolean has(UpdateCommitment c) {
    return Files.isRegularFile(file(c.roundId(), c.stage(), c.participant()));
  }

  /**
   * The receipt for a commitment whose file is in the store; signed now unless it was before.
   *
   * @param newest the newest block that was known after the file's last byte had come
   */
  public byte[] give(UpdateCommitment c, BlockRef newest) throws IOException {
    signing.lock();
    try {
      Optional<byte[]> before = find(c);
      if (before.isPresent()) {
        return before.get();
      }
      byte[] receipt = sign(c, newest).toJson();
      WholeFile.write(file(c.roundId(), c.stage(), c.participant()), receipt);
      return receipt;
    } finally {
      signing.unlock();
    }
  }

  private SignedReceipt sign(UpdateCommitment c, BlockRef newest) {
    UploadReceipt receipt =
        new UploadReceipt(
            c.roundId(),
            c.stage(),
            c.participant(),
            c.digest(),
            c.size(),
            newest.number(),
            newest.hash());
    return new SignedReceipt(receipt, key.address(), domain.sign(receipt, key));
  }

  private Path file(RoundId round, int stage, Address author) {
    return folder.resolve(round.hex()).resolve(stage + "-" + author.hex() + ".json");
  }
}
