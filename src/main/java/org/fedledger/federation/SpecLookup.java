package org.fedledger.federation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobSource.Fetched;
import org.fedledger.types.Digest;

/**
 * Finds a federation's spec by the digest on its ledger. Whoever reads the ledger needs it first:
 * the spec says how many confirmations a block needs before it counts.
 */
public final class SpecLookup {

  /** What came of looking. */
  public sealed interface Found {

    record Present(FederationSpec spec) implements Found {}

    /**
     * It is not to be had now, and may come.
     *
     * @param why for people
     */
    record Absent(String why) implements Found {}

    /**
     * The file with that digest is no spec that this build can judge by, and so for ever.
     *
     * @param why for people
     */
    record Invalid(String why) implements Found {}
  }

  private SpecLookup() {}

  /**
   * The spec of the federation that a ledger records.
   *
   * @throws org.fedledger.ledger.LedgerUnreachableException if it does not answer
   */
  public static Found on(LedgerReader ledger, BlobSource blobs) {
    return LedgerFeed.founding(ledger)
        .map(founding -> (LedgerEvent.FederationCreated) founding.event())
        .map(created -> of(created.spec(), blobs))
        .orElseGet(() -> new Found.Absent("the ledger records no federation yet"));
  }

  /** The spec with that digest. */
  public static Found of(Digest digest, BlobSource blobs) {
    return switch (blobs.fetch(digest)) {
      case Fetched.Found(Path file) -> read(digest, file);
      case Fetched.Missing _ -> absent(digest, "it is not there");
      case Fetched.Erased(String why) -> absent(digest, "it was erased: " + why);
      case Fetched.Denied(String why) -> absent(digest, why);
      case Fetched.Unreachable(String why) -> absent(digest, why);
    };
  }

  private static Found.Absent absent(Digest digest, String why) {
    return new Found.Absent("the spec %s cannot be had: %s".formatted(digest, why));
  }

  private static Found read(Digest digest, Path file) {
    try {
      Optional<byte[]> content = content(file);
      if (content.isEmpty()) {
        return new Found.Invalid("it is too large");
      }
      Digest actual = Digest.ofContent(content.get());
      if (!actual.equals(digest)) {
        return absent(digest, "the file under its name has the digest " + actual);
      }
      return new Found.Present(SpecJson.parseSpec(content.get()));
    } catch (MalformedJsonException e) {
      return new Found.Invalid(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<byte[]> content(Path file) throws IOException {
    return Files.size(file) > CanonicalJson.MAX_BYTES
        ? Optional.empty()
        : Optional.of(Files.readAllBytes(file));
  }
}
