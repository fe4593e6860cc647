package org.fedledger.node.records;

import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.fedledger.crypto.SigningKey;
import org.fedledger.files.WholeFile;
import org.fedledger.ledger.BlockRef;
import org.fedledger.role.ReceiptBook;
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
public final class IssuedReceipts implements ReceiptBook {

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

  @Override
  public boolean has(UpdateCommitment c) {
    return Files.isRegularFile(file(c.roundId(), c.stage(), c.participant()));
  }

  @Override
  public boolean forgo(Collection<UpdateCommitment> missing) throws IOException {
    signing.lock();
    try {
      if (missing.stream().anyMatch(this::has)) {
        return false;
      }
      for (var round : missing.stream().collect(groupingBy(UpdateCommitment::roundId)).entrySet()) {
        Set<String> names = forgone(round.getKey());
        round.getValue().forEach(c -> names.add(name(c.stage(), c.participant())));
        WholeFile.write(
            forgoneFile(round.getKey()),
            String.join("\n", names).getBytes(StandardCharsets.US_ASCII));
      }
      return true;
    } finally {
      signing.unlock();
    }
  }

  /** Whether this node has called the update {@code MISSING}, and so gives no receipt for it. */
  public boolean isForgone(UpdateCommitment c) throws IOException {
    return forgone(c.roundId()).contains(name(c.stage(), c.participant()));
  }

  private Set<String> forgone(RoundId round) throws IOException {
    Path file = forgoneFile(round);
    return Files.isRegularFile(file) ? new TreeSet<>(Files.readAllLines(file)) : new TreeSet<>();
  }

  /**
   * The receipt for a commitment whose file is in the store; signed now unless it was before.
   *
   * @param newest the newest block that was known after the file's last byte had come
   * @return empty if the receipt is forgone
   */
  public Optional<byte[]> give(UpdateCommitment c, BlockRef newest) throws IOException {
    signing.lock();
    try {
      Optional<byte[]> before = find(c);
      if (before.isPresent() || isForgone(c)) {
        return before;
      }
      byte[] receipt = sign(c, newest).toJson();
      WholeFile.write(file(c.roundId(), c.stage(), c.participant()), receipt);
      return Optional.of(receipt);
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

  private Path forgoneFile(RoundId round) {
    return folder.resolve(round.hex()).resolve("forgone");
  }

  private static String name(int stage, Address author) {
    return stage + "-" + author.hex();
  }

  private Path file(RoundId round, int stage, Address author) {
    return folder.resolve(round.hex()).resolve(name(stage, author) + ".json");
  }
}
