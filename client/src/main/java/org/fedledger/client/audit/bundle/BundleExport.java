package org.fedledger.client.audit.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.fedledger.bundle.BundleManifest;
import org.fedledger.bundle.BundleManifest.Consensus;
import org.fedledger.bundle.BundleManifest.Headers;
import org.fedledger.bundle.BundleReceipts;
import org.fedledger.bundle.BundleWriter;
import org.fedledger.client.cli.CommandException;
import org.fedledger.contracts.BlockRecords;
import org.fedledger.contracts.BlockRecords.Block;
import org.fedledger.contracts.FederationContract;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.finality.BlockHeader;
import org.fedledger.finality.QbftHeader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SignedReceipt;
import org.fedledger.store.AbsentBlob;
import org.fedledger.store.BlobInput;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/**
 * Writes all that an audit needs into one file. The same chain, files and wishes give the same
 * bytes, whoever exports them.
 */
public final class BundleExport {

  /** Votes of QBFT are forgotten every so many blocks, unless a genesis file says otherwise. */
  public static final long DEFAULT_EPOCH = 30_000;

  /**
   * What is wanted.
   *
   * @param rounds whose files are wanted; events of all rounds are always there
   * @param updates whether the updates' files are wanted too
   * @param receipts signed upload receipts, as they are
   */
  public record Selection(
      long firstRound,
      long lastRound,
      boolean updates,
      Headers headers,
      long epochLength,
      List<byte[]> receipts) {

    /** All there is. */
    public static final Selection ALL =
        new Selection(1, Long.MAX_VALUE, true, Headers.ALL, DEFAULT_EPOCH, List.of());

    LongPredicate rounds() {
      return round -> round >= firstRound && round <= lastRound;
    }

    public Selection with(List<byte[]> others) {
      return new Selection(firstRound, lastRound, updates, headers, epochLength, others);
    }
  }

  /**
   * What became of it.
   *
   * @param missing files that could not be had, and why
   */
  public record Written(long head, long blocks, long files, SortedMap<Digest, String> missing) {}

  private final Rpc rpc;
  private final Web3jLedgerReader ledger;
  private final BlockRecords records;
  private final BlobSource blobs;
  private final Selection selection;
  private final Consumer<String> talk;

  /**
   * @param talk told what is being done, a line at a time
   */
  public BundleExport(
      Rpc rpc, Address contract, BlobSource blobs, Selection selection, Consumer<String> talk) {
    this.rpc = rpc;
    this.ledger = new Web3jLedgerReader(rpc, contract, Optional.empty());
    this.records = new BlockRecords(rpc);
    this.blobs = blobs;
    this.selection = selection;
    this.talk = talk;
  }

  /**
   * Writes the file; it appears when it is whole.
   *
   * @throws CommandException if there is no federation, or the contract is not this build's
   * @throws LedgerUnreachableException if the chain does not answer, or was reorganised meanwhile
   */
  public Written to(Path target) throws IOException {
    RecordedEvent founding =
        LedgerFeed.founding(ledger)
            .orElseThrow(
                () ->
                    CommandException.usage(
                        "--contract: the ledger records no federation at "
                            + ledger.domain().contract()));
    FederationContract.lookAlike(rpc, ledger.domain(), founding.transaction())
        .ifPresent(
            what -> {
              throw CommandException.verificationFailed(what);
            });
    BlockRef head = ledger.head();
    Block first = block(founding.block().number());
    Consensus consensus = first.qbft() ? Consensus.QBFT : Consensus.NONE;
    Wanted wanted = wanted(founding.block().number(), head);
    try (BundleWriter out = new BundleWriter(target, consensus)) {
      SortedMap<Digest, String> erased = new TreeMap<>();
      SortedMap<Digest, String> missing = new TreeMap<>();
      long files = writeBlobs(out, wanted.files, erased, missing);
      List<Long> recorded = writeHeaders(out, consensus, founding, head, wanted);
      out.manifest(
          new BundleManifest(
              ledger.domain(),
              consensus,
              consensus == Consensus.QBFT ? selection.epochLength() : 0,
              founding.block().number(),
              head.number(),
              head.hash(),
              selection.headers(),
              selection.firstRound(),
              Math.min(selection.lastRound(), wanted.lastRound),
              selection.updates(),
              erased));
      for (long number : recorded) {
        Block block = block(number);
        out.receipts(number, new BundleReceipts(records.receipts(block)));
      }
      out.uploads(selection.receipts());
      requireSameChain(head);
      out.finish();
      return new Written(head.number(), recorded.size(), files, missing);
    }
  }

  /** What the events name. */
  private static final class Wanted {
    private final SortedSet<Digest> files = new TreeSet<>();
    private final SortedSet<Long> blocks = new TreeSet<>();
    private long lastRound;

    void file(Digest digest) {
      if (!digest.isZero()) {
        files.add(digest);
      }
    }
  }

  private Wanted wanted(long first, BlockRef head) {
    Wanted wanted = new Wanted();
    for (RecordedEvent event : LedgerFeed.events(ledger, first, head)) {
      wanted.blocks.add(event.block().number());
      take(wanted, event.event());
    }
    return wanted;
  }

  private void take(Wanted wanted, LedgerEvent event) {
    switch (event) {
      case LedgerEvent.FederationCreated e -> {
        wanted.file(e.spec());
        wanted.file(e.model());
        wanted.file(e.state());
      }
      case LedgerEvent.RoundOpened e -> {
        wanted.lastRound = e.round();
        if (selection.rounds().test(e.round())) {
          wanted.file(e.opening().plan());
          wanted.file(e.opening().baseModel());
          wanted.file(e.opening().baseState());
        }
      }
      case LedgerEvent.UpdateCommitted e -> {
        if (selection.updates() && selection.rounds().test(wanted.lastRound)) {
          wanted.file(e.commitment().digest());
        }
      }
      case LedgerEvent.ModelPublished e -> {
        if (selection.rounds().test(wanted.lastRound)) {
          wanted.file(e.publication().model());
          wanted.file(e.publication().state());
        }
      }
      default -> {
        // Names no file.
      }
    }
  }

  private long writeBlobs(
      BundleWriter out,
      SortedSet<Digest> files,
      SortedMap<Digest, String> erased,
      SortedMap<Digest, String> missing)
      throws IOException {
    long written = 0;
    for (Digest digest : files) {
      switch (BlobInput.open(blobs, digest)) {
        case BlobInput.Stream(BlobInput in) -> {
          out.blob(digest, in);
          written++;
        }
        case AbsentBlob absent when absent.cause() == AbsentBlob.Cause.ERASED ->
            erased.put(digest, absent.why());
        case AbsentBlob absent -> missing.put(digest, absent.why());
      }
    }
    talk.accept("%d files of %d".formatted(written, files.size()));
    return written;
  }

  /** Gives the numbers of the blocks whose receipts belong into the bundle. */
  private List<Long> writeHeaders(
      BundleWriter out, Consensus consensus, RecordedEvent founding, BlockRef head, Wanted wanted)
      throws IOException {
    long founded = founding.block().number();
    SortedSet<Long> numbers = new TreeSet<>(wanted.blocks);
    numbers.add(head.number());
    numbers.addAll(namedByReceipts(founded, head.number()));
    if (consensus == Consensus.QBFT) {
      numbers.add(0L);
    }
    List<Long> recorded = new ArrayList<>();
    boolean all = selection.headers() == Headers.ALL;
    long next = consensus == Consensus.QBFT ? 0 : founded;
    long told = System.nanoTime();
    for (long number = all ? next : numbers.first(); number <= head.number(); number++) {
      if (!all && !numbers.contains(number)) {
        number = numbers.tailSet(number).first();
      }
      Block block = block(number);
      BlockHeader header = block.header();
      out.header(needsSeals(block, head, all) ? header : QbftHeader.of(header).withoutSeals());
      if (number >= founded && block.header().bloom().mayContain(ledger.domain().contract())) {
        recorded.add(number);
      }
      if (System.nanoTime() - told > 2_000_000_000L) {
        talk.accept("block %d of %d".formatted(number, head.number()));
        told = System.nanoTime();
      }
    }
    return recorded;
  }

  /**
   * Where all headers are there, one that is sealed proves those before it, unless their validators
   * may be others; else each has to prove itself.
   */
  private static boolean needsSeals(Block block, BlockRef head, boolean all) {
    return !all
        || !block.qbft()
        || block.header().number() == head.number()
        || QbftHeader.of(block.header()).extraData().vote().isPresent();
  }

  /** A receipt says nothing to whoever has not got its block. */
  private SortedSet<Long> namedByReceipts(long founded, long head) {
    SortedSet<Long> named = new TreeSet<>();
    for (byte[] content : selection.receipts()) {
      try {
        long number = SignedReceipt.ofJson(content).receipt().blockNumber();
        if (number >= founded && number <= head) {
          named.add(number);
        }
      } catch (MalformedJsonException e) {
        talk.accept("a receipt to take along is none: " + e.getMessage());
      }
    }
    return named;
  }

  private Block block(long number) {
    return records
        .block(number)
        .orElseThrow(
            () ->
                new LedgerUnreachableException(
                    "the chain node at %s does not give block %d".formatted(rpc.origin(), number),
                    null));
  }

  private void requireSameChain(BlockRef head) {
    if (!block(head.number()).hash().equals(head.hash())) {
      throw new LedgerUnreachableException(
          "the chain was reorganised while it was read; export again", null);
    }
  }
}
