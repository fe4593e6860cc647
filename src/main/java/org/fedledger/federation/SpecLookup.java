package org.fedledger.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobSource;
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
    return on(ledger, List.of(blobs));
  }

  /**
   * The same from several places, asked in order until one gives the file.
   *
   * @param places at least one
   */
  public static Found on(LedgerReader ledger, List<? extends BlobSource> places) {
    return recorded(ledger, digest -> of(digest, places));
  }

  /**
   * The spec of the federation that a ledger records, out of a file that is said to be it.
   *
   * @throws IOException if the file cannot be read
   * @throws org.fedledger.ledger.LedgerUnreachableException if it does not answer
   */
  public static Found given(LedgerReader ledger, Path file) throws IOException {
    if (Files.size(file) > CanonicalJson.MAX_BYTES) {
      return new Found.Invalid("it is too large");
    }
    byte[] content = Files.readAllBytes(file);
    return recorded(ledger, digest -> parsed(digest, content));
  }

  private static Found recorded(LedgerReader ledger, Function<Digest, Found> lookup) {
    return LedgerFeed.founding(ledger)
        .map(founding -> (LedgerEvent.FederationCreated) founding.event())
        .map(created -> lookup.apply(created.spec()))
        .orElseGet(() -> new Found.Absent("the ledger records no federation yet"));
  }

  /**
   * The spec with that digest, out of the first of several places that gives it.
   *
   * @param places at least one
   */
  public static Found of(Digest digest, List<? extends BlobSource> places) {
    Found found = of(digest, places.getFirst());
    for (BlobSource place : places.subList(1, places.size())) {
      if (found instanceof Found.Absent) {
        found = of(digest, place);
      }
    }
    return found;
  }

  /** The spec with that digest. */
  public static Found of(Digest digest, BlobSource blobs) {
    return switch (BlobInput.open(blobs, digest)) {
      case AbsentBlob why -> absent(digest, why.toString());
      case BlobInput.Stream(BlobInput in) when in.size() > CanonicalJson.MAX_BYTES ->
          // Not for ever: nobody knows whether the file of which a place says so is the spec.
          absent(digest, "it is said to have %d bytes, more than any spec".formatted(in.size()));
      case BlobInput.Stream(BlobInput in) -> read(digest, in);
    };
  }

  private static Found.Absent absent(Digest digest, String why) {
    return new Found.Absent("the spec %s cannot be had: %s".formatted(digest, why));
  }

  private static Found read(Digest digest, BlobInput in) {
    try {
      return parsed(digest, in.readAllBytes());
    } catch (IOException e) {
      return absent(digest, e.getMessage());
    }
  }

  private static Found parsed(Digest digest, byte[] content) {
    Digest actual = Digest.ofContent(content);
    if (!actual.equals(digest)) {
      return absent(digest, "the file under its name has the digest " + actual);
    }
    try {
      return new Found.Present(SpecJson.parseSpec(content));
    } catch (MalformedJsonException e) {
      return new Found.Invalid(e.getMessage());
    }
  }
}
