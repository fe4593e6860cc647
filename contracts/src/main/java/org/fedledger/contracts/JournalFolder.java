package org.fedledger.contracts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.fedledger.files.WholeFile;
import org.fedledger.json.CanonicalJson;
import org.fedledger.ledger.LedgerUnreachableException;

/**
 * Transactions in a folder, a file each, so that processes with one key may share it. The folder is
 * made when the first is kept.
 */
public final class JournalFolder implements TransactionJournal {

  private static final String SUFFIX = ".json";

  private final Path folder;

  public JournalFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<SignedTransaction> unsettled() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<SignedTransaction> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
        try {
          all.add(read(file));
        } catch (NoSuchFileException e) {
          // Another process has settled it meanwhile.
        }
      }
    } catch (IOException e) {
      throw new LedgerUnreachableException(
          "%s cannot be read, which tells what was sent: %s".formatted(folder, e), e);
    }
    all.sort(Comparator.comparingLong(SignedTransaction::nonce));
    return all;
  }

  private static SignedTransaction read(Path file) throws IOException {
    try {
      return SignedTransaction.ofJson(
          file.toString(), CanonicalJson.parse(CanonicalJson.content(file)));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no record of a transaction: " + e.getMessage(), e);
    }
  }

  @Override
  public void keep(SignedTransaction transaction) {
    try {
      WholeFile.write(file(transaction), transaction.toJson());
    } catch (IOException e) {
      throw new LedgerUnreachableException(
          "nothing is sent, since it cannot be written down in %s: %s".formatted(folder, e), e);
    }
  }

  @Override
  public void settle(SignedTransaction transaction) {
    try {
      Files.deleteIfExists(file(transaction));
    } catch (IOException e) {
      throw new LedgerUnreachableException("%s cannot be written: %s".formatted(folder, e), e);
    }
  }

  private Path file(SignedTransaction transaction) {
    return folder.resolve(transaction.hash() + SUFFIX);
  }
}
