package org.fedledger.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.fedledger.bundle.BundleManifest.Consensus;
import org.fedledger.bundle.BundleManifest.Headers;
import org.fedledger.finality.BlockHeader;
import org.fedledger.finality.QbftHeader;
import org.fedledger.finality.QbftVectors;
import org.fedledger.finality.Receipt;
import org.fedledger.finality.ReceiptLog;
import org.fedledger.finality.ValidatorSet;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.signing.SigningDomain;
import org.fedledger.store.BlobInput;
import org.fedledger.store.FolderBlobSource;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bundles over the headers and receipts of a real QBFT network. Its contract is not ours, so its
 * logs are read as if they were events.
 */
class BundleCheckTest {

  private static final Digest BLOB = Digest.ofContent(new byte[] {1, 2, 3});

  @TempDir Path folder;

  private final Address contract = someLog().address();
  private final Function<ReceiptLog, Optional<LedgerEvent>> events = new Events();

  /** The first log is read as a founding, the others as something else. */
  private static final class Events implements Function<ReceiptLog, Optional<LedgerEvent>> {
    @Override
    public Optional<LedgerEvent> apply(ReceiptLog log) {
      return Optional.of(
          log.equals(someLog())
              ? new LedgerEvent.FederationCreated(
                  new FederationId(new byte[32]),
                  BLOB,
                  BLOB,
                  3,
                  Digest.NONE,
                  0,
                  1,
                  0,
                  1,
                  Optional.empty())
              : new LedgerEvent.FederationClosed());
    }
  }

  private static ReceiptLog someLog() {
    return QbftVectors.block(129).receipts().stream()
        .flatMap(r -> r.logs().stream())
        .findFirst()
        .orElseThrow();
  }

  /** What goes into a bundle, to be changed before it is written. */
  private final class Draft {
    private final List<BlockHeader> headers = new ArrayList<>();
    private final TreeMap<Long, BundleReceipts> receipts = new TreeMap<>();
    private Headers which = Headers.NEEDED;
    private Consensus consensus = Consensus.QBFT;
    private long founded = 129;
    private BlockHash headHash;

    Draft(long... numbers) {
      for (long number : numbers) {
        headers.add(QbftVectors.block(number).header().header());
        List<Receipt> of = QbftVectors.block(number).receipts();
        if (!of.isEmpty() && number >= founded && number != 137 && number != 138) {
          receipts.put(number, new BundleReceipts(of));
        }
      }
      headHash = QbftVectors.block(numbers[numbers.length - 1]).hash();
    }

    Path write() throws IOException {
      Path file = folder.resolve("bundle.zip");
      Files.write(folder.resolve(BLOB.hex()), new byte[] {1, 2, 3});
      try (BundleWriter out = new BundleWriter(file, consensus)) {
        out.blob(BLOB, BlobInput.of(new FolderBlobSource(folder), BLOB));
        for (BlockHeader header : headers) {
          out.header(header);
        }
        out.manifest(
            new BundleManifest(
                new SigningDomain(1337, contract),
                consensus,
                consensus == Consensus.QBFT ? 30_000 : 0,
                founded,
                headers.getLast().number(),
                headHash,
                which,
                1,
                9,
                true,
                new TreeMap<>()));
        for (var entry : receipts.entrySet()) {
          out.receipts(entry.getKey(), entry.getValue());
        }
        out.uploads(List.of(new byte[] {'1'}, new byte[] {'1'}));
        out.finish();
      }
      return file;
    }

    BundleCheck.Result check() throws IOException {
      return check(BundleTrust.NONE);
    }

    BundleCheck.Result check(BundleTrust trust) throws IOException {
      try (Bundle bundle = Bundle.open(write())) {
        return new BundleCheck(bundle, events, trust).run();
      }
    }

    void refused(String why) throws IOException {
      refused(BundleTrust.NONE, why);
    }

    void refused(BundleTrust trust, String why) throws IOException {
      assertThat(check(trust))
          .isInstanceOfSatisfying(
              BundleCheck.Result.Refused.class,
              r -> assertThat(r.entry() + ": " + r.why()).contains(why));
    }
  }

  @Test
  void provesARealRecordAndSaysWhatItAssumes() throws IOException {
    try (Bundle bundle = Bundle.open(new Draft(0, 128, 129, 130, 258).write())) {
      BundleCheck.Result result = new BundleCheck(bundle, events, BundleTrust.NONE).run();
      assertThat(result).isInstanceOf(BundleCheck.Result.Sound.class);
      var sound = (BundleCheck.Result.Sound) result;
      assertThat(sound.proven())
          .anyMatch(p -> p.startsWith("36 events of the contract %s on".formatted(contract)));
      assertThat(sound.proven())
          .as("checksums show damage and no forgery")
          .anyMatch(p -> p.contains("whoever changes it can make fit again"));
      assertThat(sound.unreached()).isEmpty();
      assertThat(sound.proven()).anyMatch(p -> p.contains("sealed"));
      assertThat(sound.assumed()).anyMatch(a -> a.contains("validators of the genesis"));
      assertThat(sound.assumed()).anyMatch(a -> a.contains("headers are left out"));
      assertThat(sound.leftOut())
          .singleElement()
          .satisfies(what -> assertThat(what).contains("nothing shows that no event"));
      assertThat(sound.ledger().head().number()).isEqualTo(258);
      assertThat(sound.ledger().events(0, 129)).hasSize(10);
      assertThat(sound.ledger().block(129).orElseThrow().hash())
          .isEqualTo(QbftVectors.block(129).hash());
      assertThat(sound.ledger().block(131)).isEmpty();
    }
  }

  @Test
  void findsReceiptsThatWereLeftOutThoughTheHeaderIsHere() throws IOException {
    Draft draft = new Draft(0, 129, 130);
    draft.receipts.remove(130L);
    draft.refused("block 130 may hold events of the contract, and its receipts are missing");
  }

  @Test
  void comparesTheGenesisWithTheValidatorsThatAreTrusted() throws IOException {
    Draft draft = new Draft(0, 129, 130);
    assertThat(draft.check(BundleTrust.of(QbftVectors.validators())))
        .isInstanceOfSatisfying(
            BundleCheck.Result.Sound.class,
            sound -> assertThat(sound.assumed()).noneMatch(a -> a.contains("genesis are")));
    ValidatorSet others = ValidatorSet.of(List.of(contract));
    assertThat(draft.check(BundleTrust.of(others))).isInstanceOf(BundleCheck.Result.Refused.class);
  }

  @Test
  void findsAReceiptThatWasChangedLeftOutOrMoved() throws IOException {
    Draft changed = new Draft(0, 129, 130);
    List<Receipt> receipts = new ArrayList<>(changed.receipts.get(130L).receipts());
    Receipt first = receipts.getFirst();
    receipts.set(
        0, new Receipt(first.type(), first.success(), first.cumulativeGas() + 1, first.logs()));
    changed.receipts.put(130L, new BundleReceipts(receipts));
    changed.refused("receipts root");
    Draft without = new Draft(0, 129, 130);
    without.receipts.put(
        130L,
        new BundleReceipts(without.receipts.get(130L).receipts().subList(1, receipts.size())));
    without.refused("receipts root");
    Draft moved = new Draft(0, 129, 130);
    moved.receipts.put(130L, moved.receipts.get(129L));
    moved.refused("receipts root");
    Draft stray = new Draft(0, 129, 130);
    stray.receipts.put(131L, stray.receipts.get(129L));
    stray.refused("no header");
  }

  @Test
  void findsAHeaderThatNobodySealed() throws IOException {
    Draft draft = new Draft(0, 129, 130);
    List<Rlp> fields =
        new ArrayList<>(Rlp.decode(draft.headers.get(2).encoded()).asList("a header"));
    fields.set(11, Rlp.number(1));
    draft.headers.set(2, BlockHeader.of(fields));
    draft.headHash = QbftHeader.of(draft.headers.get(2)).hash();
    draft.refused("seal");
  }

  @Test
  void isHeldAgainstWhatOneKnowsOfTheChain() throws IOException {
    Draft draft = new Draft(0, 129, 130);
    Address other = Address.of("0x" + "12".repeat(20));
    draft.refused(
        new BundleTrust(Optional.empty(), Optional.of(other), Optional.empty()),
        "it is of the contract %s, and you ask for %s".formatted(contract, other));
    draft.refused(
        knowing(129, QbftVectors.block(130).hash()),
        "block 129 here is %s, and you know it as".formatted(QbftVectors.block(129).hash()));
    var same =
        (BundleCheck.Result.Sound)
            draft.check(
                new BundleTrust(
                    Optional.empty(),
                    Optional.of(contract),
                    knowing(130, QbftVectors.block(130).hash()).block()));
    assertThat(same.unreached()).isEmpty();
    assertThat(same.proven()).anyMatch(p -> p.endsWith("is the one that you know"));

    assertThat(unreached(draft, 258)).contains("ends at block 130, before block 258, 0x");
    assertThat(unreached(draft, 128)).contains("the header of block 128, 0x").contains("not in it");
  }

  private static String unreached(Draft draft, long number) throws IOException {
    var sound =
        (BundleCheck.Result.Sound) draft.check(knowing(number, QbftVectors.block(number).hash()));
    assertThat(sound.proven()).noneMatch(p -> p.contains("you know"));
    return sound.unreached().getFirst();
  }

  private static BundleTrust knowing(long number, BlockHash hash) {
    return new BundleTrust(
        Optional.empty(), Optional.empty(), Optional.of(new BundleTrust.Block(number, hash)));
  }

  /** An audit asks which events are of one transaction; no field of a bundle may say so. */
  @Test
  void eventsAreOfOneTransactionWhereTheyStandInOneReceipt() throws IOException {
    try (Bundle bundle = Bundle.open(new Draft(0, 129, 130).write())) {
      var sound =
          (BundleCheck.Result.Sound) new BundleCheck(bundle, events, BundleTrust.NONE).run();
      List<Integer> logsOfEach =
          QbftVectors.block(129).receipts().stream().map(r -> r.logs().size()).toList();
      List<RecordedEvent> recorded = sound.ledger().events(129, 129);
      assertThat(recorded.stream().map(RecordedEvent::transaction).distinct())
          .hasSize((int) logsOfEach.stream().filter(logs -> logs > 0).count());
      assertThat(recorded.getFirst().transaction())
          .isNotEqualTo(sound.ledger().events(130, 130).getFirst().transaction());
    }
  }

  @Test
  void takesNoReceiptThatComesWithAHash() {
    Receipt receipt = QbftVectors.block(129).receipts().getFirst();
    byte[] before =
        Rlp.list(Rlp.list(Rlp.text(new byte[32]), Rlp.text(receipt.encoded()))).encode();
    assertThatThrownBy(() -> BundleReceipts.parse(before))
        .isInstanceOf(MalformedRlpException.class);
  }

  @Test
  void needsTheSealsOfTheLastHeader() throws IOException {
    Draft all = new Draft(0, 1, 2, 3);
    all.which = Headers.ALL;
    all.founded = 1;
    for (int i = 1; i <= 3; i++) {
      all.headers.set(i, QbftHeader.of(all.headers.get(i)).withoutSeals());
    }
    all.refused("the last header, of block 3, is not sealed");
    all.headers.set(3, QbftVectors.block(3).header().header());
    all.refused("no event");
    Draft some = new Draft(0, 129, 130);
    some.headers.set(1, QbftHeader.of(some.headers.get(1)).withoutSeals());
    some.refused("0 of 4 validators sealed it");
  }

  @Test
  void findsAMissingGenesisFoundingOrEnd() throws IOException {
    new Draft(129, 130).refused("block 0");
    Draft later = new Draft(0, 129, 130);
    later.founded = 128;
    later.refused("no header of block 128");
    Draft other = new Draft(0, 129, 130);
    other.headHash = QbftVectors.block(129).hash();
    other.refused("the last header");
    Draft began = new Draft(0, 129, 130);
    began.receipts.remove(129L);
    began.refused("block 129 may hold events");
    Draft empty = new Draft(0, 129, 130);
    empty.receipts.clear();
    empty.refused("block 129 may hold events");
  }

  @Test
  void knowsByBloomsThatNoEventWasLeftOut() throws IOException {
    Draft all = new Draft(128, 129, 130);
    all.which = Headers.ALL;
    all.consensus = Consensus.NONE;
    for (int i = 0; i < all.headers.size(); i++) {
      all.headers.set(i, relinked(all, i));
    }
    all.headHash = all.headers.getLast().hash();
    assertThat(all.check(BundleTrust.of(QbftVectors.validators())))
        .as("whoever trusts validators takes no blocks that they did not seal")
        .isInstanceOfSatisfying(
            BundleCheck.Result.Refused.class, r -> assertThat(r.why()).contains("nobody seals"));
    assertThat(all.check())
        .isInstanceOfSatisfying(
            BundleCheck.Result.Sound.class,
            sound -> {
              assertThat(sound.leftOut()).isEmpty();
              assertThat(sound.proven()).anyMatch(p -> p.contains("logged nothing else"));
              assertThat(sound.assumed()).anyMatch(a -> a.contains("nobody seals"));
            });
    BundleReceipts last = all.receipts.remove(130L);
    all.refused("may hold events");
    all.receipts.put(130L, last);
    all.headers.remove(1);
    all.refused("is missing");
  }

  /** As a chain without consensus links its headers: by their plain hash. */
  private static BlockHeader relinked(Draft draft, int i) {
    if (i == 0) {
      return draft.headers.getFirst();
    }
    List<Rlp> fields =
        new ArrayList<>(Rlp.decode(draft.headers.get(i).encoded()).asList("a header"));
    fields.set(0, Rlp.text(draft.headers.get(i - 1).hash().bytes()));
    return BlockHeader.of(fields);
  }

  @Test
  void followsEveryHeaderFromTheGenesisOn() throws IOException {
    Draft all = new Draft(0, 1, 2, 3);
    all.which = Headers.ALL;
    all.founded = 1;
    all.refused("no event");
    Draft gap = new Draft(0, 1, 3);
    gap.which = Headers.ALL;
    gap.founded = 1;
    gap.refused("is missing");
  }

  @Test
  void noticesDamageToAnyByte() throws IOException {
    byte[] whole = Files.readAllBytes(new Draft(0, 129, 130).write());
    Path damaged = folder.resolve("damaged.zip");
    for (int at = 0; at < whole.length; at++) {
      byte[] bytes = whole.clone();
      bytes[at] ^= (byte) (1 << at % 8);
      Files.write(damaged, bytes);
      assertThatThrownBy(() -> Bundle.open(damaged).close())
          .as("byte %d", at)
          .isInstanceOf(MalformedBundleException.class);
    }
    Files.write(damaged, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> Bundle.open(damaged)).isInstanceOf(MalformedBundleException.class);
    Files.write(damaged, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> Bundle.open(damaged)).isInstanceOf(MalformedBundleException.class);
  }

  @Test
  void writesTheSameBytesForTheSameContent() throws IOException {
    byte[] first = Files.readAllBytes(new Draft(0, 129, 130).write());
    assertThat(Files.readAllBytes(new Draft(0, 129, 130).write())).isEqualTo(first);
  }

  @Test
  void givesItsFilesAndItsReceiptsBack() throws IOException {
    try (Bundle bundle = Bundle.open(new Draft(0, 129, 130).write())) {
      assertThat(bundle.uploads()).containsExactly(new byte[] {'1'});
      assertThat(bundle.blobs().has(Set.of(BLOB, Digest.NONE))).containsExactly(BLOB);
    }
  }
}
