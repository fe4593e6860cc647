package org.fedledger.client.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.client.cli.CommandException;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobSource;
import org.fedledger.tensor.BlobId;

/** Finds a final version in the ledger's record, which is read from its beginning. */
final class FinalVersions {

  /** What came of looking. */
  sealed interface Lookup {

    /**
     * @param model its file
     * @param round that made it; empty for version 0
     */
    record Found(long version, BlobId model, OptionalLong round) implements Lookup {}

    /** There is no such version so far. */
    record NotYet(long latest) implements Lookup {}

    /** The ledger records no federation. */
    record NoFederation() implements Lookup {}
  }

  private Lookup.Found latest;
  private Lookup.Found found;
  private long round;
  private long publishedSize;

  private FinalVersions() {}

  /**
   * How many blocks must stand above one for a version in it to count, as the spec says.
   *
   * @throws CommandException if the spec cannot be had, or be judged by
   */
  static int confirmations(LedgerReader ledger, BlobSource blobs) {
    return switch (SpecLookup.on(ledger, blobs)) {
      case SpecLookup.Found.Present(FederationSpec spec) -> spec.confirmations();
      case SpecLookup.Found.Absent(String why) -> throw CommandException.outOfReach(why, null);
      case SpecLookup.Found.Invalid(String why) ->
          throw CommandException.refused(
              new CannotJudgeException("the federation's spec", why).getMessage());
    };
  }

  /**
   * @param wanted empty for the latest
   */
  static Lookup find(LedgerFeed feed, OptionalLong wanted) {
    Reading reading = new Reading(wanted);
    feed.advance(reading);
    FinalVersions read = reading.versions;
    if (read.latest == null) {
      return new Lookup.NoFederation();
    }
    if (wanted.isEmpty()) {
      return read.latest;
    }
    return read.found != null ? read.found : new Lookup.NotYet(read.latest.version());
  }

  /** Begins anew whenever what was read does not count any more. */
  private static final class Reading implements LedgerFeed.Consumer {
    private final OptionalLong wanted;
    private FinalVersions versions = new FinalVersions();
    private Optional<LedgerFeed.Place> at = Optional.empty();

    Reading(OptionalLong wanted) {
      this.wanted = wanted;
    }

    @Override
    public Optional<LedgerFeed.Place> placeBelow(long number) {
      return at.filter(place -> place.number() < number);
    }

    @Override
    public void take(LedgerFeed.Change change) {
      switch (change) {
        case LedgerFeed.Change.Committed(BlockRef block, List<RecordedEvent> events) -> {
          events.forEach(recorded -> versions.take(recorded.event(), wanted));
          at = Optional.of(LedgerFeed.Place.of(block));
        }
        // It stood at one place only, so that it goes back to none.
        case LedgerFeed.Change.Reorged _ -> {
          versions = new FinalVersions();
          at = Optional.empty();
        }
      }
    }
  }

  private void take(LedgerEvent event, OptionalLong wanted) {
    switch (event) {
      case LedgerEvent.FederationCreated created ->
          latest =
              new Lookup.Found(
                  0, new BlobId(created.model(), created.modelSize()), OptionalLong.empty());
      case LedgerEvent.RoundOpened opened -> round = opened.round();
      // What becomes final is what was published last.
      case LedgerEvent.ModelPublished made -> publishedSize = made.publication().modelSize();
      case LedgerEvent.VersionFinal made ->
          latest =
              new Lookup.Found(
                  made.version(), new BlobId(made.model(), publishedSize), OptionalLong.of(round));
      default -> {
        // Tells nothing of versions.
      }
    }
    if (latest != null && wanted.isPresent() && latest.version() == wanted.getAsLong()) {
      found = latest;
    }
  }
}
