package org.fedledger.node.records;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.CanonicalJson;
import org.fedledger.signing.SigningDomain;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.signing.UploadReceipt;
import org.fedledger.store.WholeFile;
import org.fedledger.types.Address;
import org.fedledger.types.RoundId;

/**
 * The receipts that this node has signed: one for each update, the same bytes for ever.
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

  /** The receipt for an update, if it was signed before. */
  public Optional<byte[]> find(RoundId round, Address author) throws IOException {
    Path file = file(round, author);
    return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  /**
   * The receipt for an update that is in the store; signed now unless it was before.
   *
   * @param blockNumber the newest confirmed block
   */
  public byte[] give(UpdateCommitment update, long blockNumber) throws IOException {
    signing.lock();
    try {
      Optional<byte[]> before = find(update.roundId(), update.participant());
      if (before.isPresent()) {
        return before.get();
      }
      byte[] receipt = sign(update, blockNumber);
      WholeFile.write(file(update.roundId(), update.participant()), receipt);
      return receipt;
    } finally {
      signing.unlock();
    }
  }

  private byte[] sign(UpdateCommitment update, long blockNumber) {
    UploadReceipt receipt =
        new UploadReceipt(
            update.roundId(), update.participant(), update.digest(), update.size(), blockNumber);
    Signature signature = domain.sign(receipt, key);
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.putObject("receipt")
        .put("roundId", receipt.roundId().toString())
        .put("author", receipt.author().toString())
        .put("digest", receipt.digest().toString())
        .put("size", receipt.size())
        .put("blockNumber", receipt.blockNumber());
    out.put("node", key.address().toString());
    out.put("signature", signature.toString());
    return CanonicalJson.write(out);
  }

  private Path file(RoundId round, Address author) {
    return folder.resolve(round.hex()).resolve(author.hex() + ".json");
  }
}
