import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.Keccak256;
import org.fedledger.crypto.SigningKey;
import org.fedledger.finality.BlockHeader;
import org.fedledger.finality.HeaderSequence;
import org.fedledger.finality.QbftExtraData;
import org.fedledger.finality.QbftHeader;
import org.fedledger.finality.ValidatorHistory;
import org.fedledger.rlp.Rlp;

/**
 * What the headers of a quiet QBFT chain cost in a bundle, and their check: empty blocks of four
 * validators in turn, of which every fiftieth came in a later round. Its argument is how many
 * blocks, 86,400 for a day with one each second.
 */
public final class Headers {

  private static final int SIGNED = 500;
  private static final byte[] WORD = Keccak256.hash(new byte[] {1});

  private Headers() {}

  public static void main(String[] args) {
    int blocks = args.length > 0 ? Integer.parseInt(args[0]) : 86_400;
    List<SigningKey> validators = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      byte[] secret = new byte[32];
      secret[31] = (byte) i;
      validators.add(SigningKey.fromSecret(secret));
    }
    validators.sort(Comparator.comparing(SigningKey::address));

    QbftHeader genesis = header(null, validators, 0, List.of());
    HeaderSequence written = new HeaderSequence(true);
    List<Rlp> items = new ArrayList<>(List.of(written.write(genesis.header())));
    List<QbftHeader> signed = new ArrayList<>();
    long sealedBytes = genesis.header().encoded().length;
    long bytes = items.getFirst().encode().length;
    QbftHeader last = genesis;
    for (int number = 1; number <= blocks; number++) {
      boolean really = number <= SIGNED || number == blocks;
      last = header(last, validators, number % 50 == 0 ? 1 : 0, really ? validators : List.of());
      if (number <= SIGNED) {
        signed.add(last);
      }
      sealedBytes += last.withoutSeals().encoded().length + 4 * 67 + 3;
      Rlp item = written.write(number == blocks ? last.header() : last.withoutSeals());
      bytes += item.encode().length;
      items.add(item);
    }

    long began = System.nanoTime();
    HeaderSequence read = new HeaderSequence(true);
    ValidatorHistory history =
        new ValidatorHistory(QbftHeader.of(read.read(items.getFirst())), 30_000);
    for (Rlp item : items.subList(1, items.size())) {
      take(history, QbftHeader.of(read.read(item)));
    }
    double seconds = (System.nanoTime() - began) / 1e9;

    began = System.nanoTime();
    ValidatorHistory each = new ValidatorHistory(genesis, 30_000);
    signed.forEach(header -> take(each, header));
    double sealedSeconds = (System.nanoTime() - began) / 1e9 / signed.size() * blocks;

    System.out.printf(
        "%d quiet blocks: %.1f MB with all seals, %.3f MB as bundles have them (%.2f bytes a block,"
            + " 1/%d)%n",
        blocks, sealedBytes / 1e6, bytes / 1e6, (double) bytes / blocks, sealedBytes / bytes);
    System.out.printf(
        "checked in %.1f s; %.0f s if every seal were (from %d blocks); final: %s%n",
        seconds, sealedSeconds, signed.size(), history.isFinal());
  }

  private static void take(ValidatorHistory history, QbftHeader header) {
    if (history.advance(header) instanceof ValidatorHistory.Step.Refused(String why)) {
      throw new IllegalStateException(why);
    }
  }

  private static QbftHeader header(
      QbftHeader before, List<SigningKey> validators, long round, List<SigningKey> sealers) {
    QbftExtraData extra =
        new QbftExtraData(
            Rlp.text(new byte[32]),
            validators.stream().map(SigningKey::address).toList(),
            Optional.empty(),
            before == null ? 0 : round,
            List.of());
    QbftHeader bare = QbftHeader.of(BlockHeader.of(fields(before, validators, round, extra)));
    byte[] hash = Keccak256.hash(bare.header().encoded());
    List<Rlp.Text> seals =
        sealers.stream()
            .map(
                key -> {
                  byte[] seal = key.sign(hash).bytes();
                  seal[64] -= 27;
                  return Rlp.text(seal);
                })
            .toList();
    QbftExtraData sealed =
        new QbftExtraData(extra.vanity(), extra.validators(), extra.vote(), extra.round(), seals);
    return QbftHeader.of(BlockHeader.of(fields(before, validators, round, sealed)));
  }

  private static List<Rlp> fields(
      QbftHeader before, List<SigningKey> validators, long round, QbftExtraData extra) {
    long number = before == null ? 0 : before.number() + 1;
    byte[] proposer = before == null ? new byte[20] : turn(before, validators, round);
    return List.of(
        Rlp.text(before == null ? new byte[32] : before.hash().bytes()),
        Rlp.text(WORD),
        Rlp.text(proposer),
        Rlp.text(WORD),
        Rlp.text(WORD),
        Rlp.text(WORD),
        Rlp.text(new byte[256]),
        Rlp.number(1),
        Rlp.number(number),
        Rlp.number(0x1fffffffffffffL),
        Rlp.number(0),
        Rlp.number(
            before == null
                ? 0
                : Math.max(1_800_000_000L, before.header().timestamp()) + 1 + 4 * round),
        Rlp.text(extra.encoded()),
        Rlp.text(WORD),
        Rlp.text(new byte[8]),
        Rlp.number(0),
        Rlp.text(WORD),
        Rlp.number(0),
        Rlp.number(0),
        Rlp.text(new byte[32]));
  }

  private static byte[] turn(QbftHeader before, List<SigningKey> validators, long round) {
    int last =
        validators.stream().map(SigningKey::address).toList().indexOf(before.header().coinbase());
    return validators.get((int) ((last + 1 + round) % validators.size())).address().bytes();
  }
}
