package org.fedledger.bundle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.fedledger.bundle.BundleManifest.Consensus;
import org.fedledger.bundle.BundleManifest.Headers;
import org.fedledger.finality.BlockHeader;
import org.fedledger.finality.HeaderSequence;
import org.fedledger.finality.QbftHeader;
import org.fedledger.finality.ReceiptLog;
import org.fedledger.finality.ReceiptProof;
import org.fedledger.finality.ValidatorHistory;
import org.fedledger.finality.ValidatorSet;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;

/**
 * Proves, from a bundle alone, that its events are those that the chain's headers commit to. What
 * they amount to is for an audit over the ledger that this gives.
 */
public final class BundleCheck {

  /** What the check came to. */
  public sealed interface Result {

    /**
     * The record is what the headers commit to.
     *
     * @param ledger the events, to be audited
     * @param proven sentences
     * @param assumed sentences: what nothing in the bundle can prove
     * @param leftOut sentences: what its maker left out, and whoever checks may do without
     * @param unreached sentences: what whoever checks knows of the chain, and the bundle does not
     *     reach
     */
    record Sound(
        LedgerReader ledger,
        List<String> proven,
        List<String> assumed,
        List<String> leftOut,
        List<String> unreached)
        implements Result {}

    /** Some part contradicts another. */
    record Refused(String entry, String why) implements Result {}
  }

  private final Bundle bundle;
  private final BundleManifest manifest;
  private final Function<ReceiptLog, Optional<LedgerEvent>> events;
  private final Optional<ValidatorSet> trusted;
  private final BundleTrust trust;

  private final NavigableMap<Long, BlockRef> blocks = new TreeMap<>();
  private final List<Long> recorded = new ArrayList<>();

  /** Headers of blocks that may hold events, until their receipts were seen. */
  private final NavigableMap<Long, BlockHeader> unread = new TreeMap<>();

  private final List<String> proven = new ArrayList<>();
  private final List<String> assumed = new ArrayList<>();
  private ValidatorHistory history;
  private ValidatorSet genesisValidators;

  /**
   * @param events reads logs of the contract; empty for those that repeat another event
   * @param trust what the one who asks knows from elsewhere
   */
  public BundleCheck(
      Bundle bundle, Function<ReceiptLog, Optional<LedgerEvent>> events, BundleTrust trust) {
    this.bundle = bundle;
    this.manifest = bundle.manifest();
    this.events = events;
    this.trust = trust;
    this.trusted = trust.validators();
  }

  private static final class FalseException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String entry;

    FalseException(String entry, String why) {
      super(why);
      this.entry = entry;
    }
  }

  public Result run() throws IOException {
    try {
      requireContract();
      requireSealsIfValidatorsAreTrusted();
      readHeaders();
      requireHead();
      requireKnownBlock();
      readReceipts();
      requireComplete();
      LedgerReader ledger = new BundleLedger(bundle, blocks, recorded, events);
      long count = countEvents(ledger);
      conclude(count);
      return new Result.Sound(ledger, proven, assumed, leftOut(), unreached());
    } catch (FalseException e) {
      return new Result.Refused(e.entry, e.getMessage());
    }
  }

  private void requireContract() throws FalseException {
    Address contract = manifest.domain().contract();
    if (trust.contract().filter(known -> !known.equals(contract)).isPresent()) {
      throw new FalseException(
          BundleManifest.ENTRY,
          "it is of the contract %s, and you ask for %s"
              .formatted(contract, trust.contract().get()));
    }
  }

  /** Else a forger would only have to write that there were no seals to be checked. */
  private void requireSealsIfValidatorsAreTrusted() throws FalseException {
    if (trusted.isPresent() && manifest.consensus() != Consensus.QBFT) {
      throw new FalseException(
          BundleManifest.ENTRY,
          "it says that nobody seals the chain's blocks, and you trust validators to seal them");
    }
  }

  private void readHeaders() throws IOException, FalseException {
    for (String name : bundle.zip().entries().keySet()) {
      if (BundleEntries.isHeaders(name)) {
        List<Rlp> chunk = list(name);
        if (chunk.isEmpty() || chunk.size() > BundleEntries.CHUNK) {
          throw new FalseException(name, "it has %d headers".formatted(chunk.size()));
        }
        HeaderSequence sequence = new HeaderSequence(manifest.consensus() == Consensus.QBFT);
        for (int i = 0; i < chunk.size(); i++) {
          BlockHeader header = header(name, sequence, chunk.get(i));
          if (i == 0 && header.number() != BundleEntries.number(name)) {
            throw new FalseException(
                name, "it begins with the header of block %d".formatted(header.number()));
          }
          take(name, header);
        }
      }
    }
    if (blocks.isEmpty()) {
      throw new FalseException("headers/", "there is no header");
    }
  }

  private static BlockHeader header(String name, HeaderSequence sequence, Rlp item)
      throws FalseException {
    try {
      return sequence.read(item);
    } catch (MalformedRlpException e) {
      throw new FalseException(name, e.getMessage());
    }
  }

  private void take(String name, BlockHeader header) throws FalseException {
    long number = header.number();
    if (!blocks.isEmpty() && blocks.lastKey() >= number) {
      throw new FalseException(name, "block %d stands in the wrong place".formatted(number));
    }
    BlockRef before = blocks.get(number - 1);
    if (manifest.headers() == Headers.ALL && before == null && !blocks.isEmpty()) {
      throw new FalseException(
          name, "the header before that of block %d is missing".formatted(number));
    }
    BlockHash hash = manifest.consensus() == Consensus.QBFT ? sealed(name, header) : header.hash();
    if (before != null && !before.hash().equals(header.parent())) {
      throw new FalseException(
          name, "block %d names another parent than block %d here".formatted(number, number - 1));
    }
    if (number > manifest.head()) {
      throw new FalseException(name, "block %d comes after the last one".formatted(number));
    }
    // Hashes are shared, since there may be millions of headers.
    BlockHash parent = before == null ? header.parent() : before.hash();
    blocks.put(number, new BlockRef(number, hash, parent, header.timestamp()));
    if (number >= manifest.founded() && header.bloom().mayContain(manifest.domain().contract())) {
      unread.put(number, header);
    }
  }

  private BlockHash sealed(String name, BlockHeader header) throws FalseException {
    QbftHeader qbft;
    try {
      qbft = QbftHeader.of(header);
    } catch (MalformedRlpException e) {
      throw new FalseException(name, e.getMessage());
    }
    if (history == null) {
      return begin(name, qbft);
    }
    ValidatorHistory.Step step =
        manifest.headers() == Headers.ALL ? history.advance(qbft) : history.skipTo(qbft);
    return switch (step) {
      case ValidatorHistory.Step.Taken(BlockHash hash) -> hash;
      case ValidatorHistory.Step.Refused(String why) -> throw new FalseException(name, why);
    };
  }

  private BlockHash begin(String name, QbftHeader genesis) throws FalseException {
    try {
      history = new ValidatorHistory(genesis, manifest.epochLength());
    } catch (IllegalArgumentException e) {
      throw new FalseException(name, e.getMessage());
    }
    genesisValidators = history.validators();
    if (trusted.isPresent() && !trusted.get().equals(genesisValidators)) {
      throw new FalseException(
          name,
          "the genesis has the validators %s, and those that you trust are %s"
              .formatted(names(genesisValidators), names(trusted.get())));
    }
    return history.hash();
  }

  private void requireHead() throws FalseException {
    BlockRef last = blocks.lastEntry().getValue();
    if (last.number() != manifest.head() || !last.hash().equals(manifest.headHash())) {
      throw new FalseException(
          BundleManifest.ENTRY,
          "the last header is block %d, %s, and not block %d, %s"
              .formatted(last.number(), last.hash(), manifest.head(), manifest.headHash()));
    }
    if (history != null && !history.isFinal()) {
      throw new FalseException(
          BundleManifest.ENTRY,
          "the last header, of block %d, is not sealed".formatted(last.number()));
    }
    if (!blocks.containsKey(manifest.founded())) {
      throw new FalseException(
          BundleManifest.ENTRY,
          "there is no header of block %d, the founding's".formatted(manifest.founded()));
    }
  }

  private void requireKnownBlock() throws FalseException {
    if (trust.block().isPresent()) {
      BundleTrust.Block known = trust.block().get();
      BlockRef here = blocks.get(known.number());
      if (here != null && !here.hash().equals(known.hash())) {
        throw new FalseException(
            "headers/",
            "block %d here is %s, and you know it as %s"
                .formatted(known.number(), here.hash(), known.hash()));
      }
    }
  }

  private void readReceipts() throws IOException, FalseException {
    for (String name : bundle.zip().entries().keySet()) {
      if (BundleEntries.isReceipts(name)) {
        long number = BundleEntries.number(name);
        BlockHeader header = unread.remove(number);
        if (header == null) {
          throw new FalseException(
              name,
              "block %d has no header here, or one that rules events of the contract out"
                  .formatted(number));
        }
        BundleReceipts receipts = receipts(name);
        if (!ReceiptProof.trie(receipts.receipts()).root().equals(header.receiptsRoot())) {
          throw new FalseException(
              name, "the receipts do not make the receipts root in the header of block " + number);
        }
        recorded.add(number);
      }
    }
  }

  private BundleReceipts receipts(String name) throws IOException, FalseException {
    try {
      return BundleReceipts.parse(bundle.zip().content(name, BundleEntries.MAX_BYTES));
    } catch (MalformedRlpException e) {
      throw new FalseException(name, e.getMessage());
    }
  }

  private List<Rlp> list(String name) throws IOException, FalseException {
    try {
      return Rlp.decode(bundle.zip().content(name, BundleEntries.MAX_BYTES)).asList("it");
    } catch (MalformedRlpException e) {
      throw new FalseException(name, e.getMessage());
    }
  }

  /**
   * A bloom says which blocks cannot hold an event; of all others whose headers are here the
   * receipts must be here.
   */
  private void requireComplete() throws FalseException {
    if (!unread.isEmpty()) {
      throw new FalseException(
          BundleEntries.receipts(unread.firstKey()),
          "block %d may hold events of the contract, and its receipts are missing"
              .formatted(unread.firstKey()));
    }
  }

  private long countEvents(LedgerReader ledger) throws FalseException {
    long count = 0;
    for (long number : recorded) {
      try {
        for (RecordedEvent event : ledger.events(number, number)) {
          boolean founding = event.event() instanceof LedgerEvent.FederationCreated;
          if (count == 0 && (!founding || number != manifest.founded())) {
            throw new FalseException(
                BundleEntries.receipts(number),
                "the record does not begin with the founding of a federation");
          }
          count++;
        }
      } catch (IllegalArgumentException e) {
        throw new FalseException(BundleEntries.receipts(number), e.getMessage());
      }
    }
    if (count == 0) {
      throw new FalseException("receipts/", "there is no event of the contract");
    }
    return count;
  }

  private List<String> leftOut() {
    return manifest.headers() == Headers.ALL
        ? List.of()
        : List.of(
            "the headers of blocks are left out, so that nothing shows that no event of the"
                + " contract was");
  }

  private List<String> unreached() {
    return trust
        .block()
        .filter(known -> !blocks.containsKey(known.number()))
        .map(
            known ->
                known.number() > manifest.head()
                    ? "the bundle ends at block %d, before %s, which you know of"
                        .formatted(manifest.head(), known)
                    : "the header of %s, which you know of, is not in it".formatted(known))
        .stream()
        .toList();
  }

  private void conclude(long count) {
    long first = blocks.firstKey();
    proven.add(
        "the file is a bundle in its one form and undamaged: its checksums fit, which whoever"
            + " changes it can make fit again");
    if (manifest.headers() == Headers.ALL) {
      proven.add(
          "the %d headers from block %d to block %d name one another by hash"
              .formatted(blocks.size(), first, manifest.head()));
    }
    if (manifest.consensus() == Consensus.QBFT) {
      proven.add(
          manifest.headers() == Headers.ALL
              ? "the last block, and with it each one before that it goes back to by hash, is"
                  + " sealed by two thirds of the validators that follow, by the votes in the"
                  + " headers, from those of the genesis; so is each block with a vote"
              : "each block is sealed by two thirds of the validators that it names, and by more"
                  + " than a third of those of the block before it here");
    }
    proven.add(
        "%d events of the contract %s on chain %d stand in the receipts of %d blocks, to whose"
                .formatted(
                    count,
                    manifest.domain().contract(),
                    manifest.domain().chainId(),
                    recorded.size())
            + " roots the headers commit");
    trust
        .block()
        .filter(known -> blocks.containsKey(known.number()))
        .ifPresent(known -> proven.add("%s is the one that you know".formatted(known)));
    if (manifest.headers() == Headers.ALL) {
      proven.add("the contract logged nothing else from its founding to block " + manifest.head());
    }
    assume();
  }

  private void assume() {
    Address contract = manifest.domain().contract();
    if (manifest.consensus() == Consensus.NONE) {
      assumed.add(
          "these blocks were on the chain %d: nobody seals its headers, so that whoever ran it can"
                  .formatted(manifest.domain().chainId())
              + " have made others, but not the parties' signatures");
    } else if (trusted.isPresent()) {
      proven.add("the genesis has the validators that you trust: " + names(genesisValidators));
    } else {
      assumed.add("the validators of the genesis are the real ones: " + names(genesisValidators));
    }
    if (manifest.consensus() == Consensus.QBFT && manifest.headers() == Headers.ALL) {
      assumed.add(
          "votes are forgotten every %d blocks, as the network's genesis file says"
              .formatted(manifest.epochLength()));
    }
    if (manifest.headers() == Headers.NEEDED) {
      assumed.add("the contract logged nothing in the blocks whose headers are left out");
      if (manifest.consensus() == Consensus.QBFT) {
        assumed.add("at no time a third of the validators or more were dishonest together");
      }
    }
    assumed.add(
        "the contract %s has the code of this build, which was compared when the bundle was made"
            .formatted(contract));
    assumed.add("nothing that matters came after block " + manifest.head());
  }

  private static String names(ValidatorSet validators) {
    return String.join(", ", validators.members().stream().map(Address::toString).toList());
  }
}
