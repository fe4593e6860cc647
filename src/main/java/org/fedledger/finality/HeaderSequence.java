package org.fedledger.finality;

import java.util.ArrayList;
import java.util.List;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.Address;

/**
 * Headers in order, each written as what is not to be foreseen of it: of a quiet chain nearly
 * nothing. {@code docs/bundle.md} gives the format. Each header has one form after those before it.
 *
 * <p>Not for several threads.
 */
public final class HeaderSequence {

  private static final long FIRST_STEP = 1;

  private final boolean qbft;
  private BlockHeader last;
  private long step = FIRST_STEP;

  /**
   * @param qbft whether blocks are hashed by QBFT's rules
   */
  public HeaderSequence(boolean qbft) {
    this.qbft = qbft;
  }

  /**
   * What stands for the header after those that were written.
   *
   * @return its RLP as bytes; or, of one that follows the last one, a list of the numbers of the
   *     fields that are not as foreseen, each with the field
   */
  public Rlp write(BlockHeader header) {
    Rlp item = item(header);
    take(header);
    return item;
  }

  /**
   * The header for which an item stands after those that were read.
   *
   * @throws MalformedRlpException unless {@link #write} gives just this item
   */
  public BlockHeader read(Rlp item) {
    BlockHeader header =
        item instanceof Rlp.Text whole ? BlockHeader.parse(whole.bytes()) : changed(item);
    if (!item(header).equals(item)) {
      throw new MalformedRlpException(
          "the header of block %d is not in its one form".formatted(header.number()));
    }
    take(header);
    return header;
  }

  private BlockHeader changed(Rlp item) {
    if (last == null) {
      throw new MalformedRlpException("the first header does not stand in full");
    }
    List<Rlp> fields = foreseen();
    List<Rlp> changes = item.asList("what differs in a header");
    for (int i = 0; i + 1 < changes.size(); i += 2) {
      long field = changes.get(i).asText("a field's number").number();
      if (field >= fields.size()) {
        throw new MalformedRlpException("a header has no field " + field);
      }
      fields.set((int) field, changes.get(i + 1));
    }
    return BlockHeader.of(fields);
  }

  private Rlp item(BlockHeader header) {
    if (last == null
        || header.number() != last.number() + 1
        || header.fields().size() != last.fields().size()) {
      return Rlp.text(header.encoded());
    }
    List<Rlp> foreseen = foreseen();
    List<Rlp> changes = new ArrayList<>();
    for (int i = 0; i < foreseen.size(); i++) {
      if (!foreseen.get(i).equals(header.fields().get(i))) {
        changes.add(Rlp.number(i));
        changes.add(header.fields().get(i));
      }
    }
    return Rlp.list(changes);
  }

  /**
   * The fields of an empty block after the last one, as long after it as that came after the one
   * before; on QBFT of the first round, by the next proposer, without vote and seals.
   */
  private List<Rlp> foreseen() {
    List<Rlp> fields = new ArrayList<>(last.fields());
    fields.set(BlockHeader.NUMBER, Rlp.number(last.number() + 1));
    fields.set(BlockHeader.TIMESTAMP, Rlp.number(last.timestamp() + step));
    if (qbft) {
      QbftHeader header = QbftHeader.of(last);
      fields.set(BlockHeader.PARENT, Rlp.text(header.hash().bytes()));
      List<Address> validators = header.extraData().validators();
      fields.set(
          BlockHeader.COINBASE,
          Rlp.text(
              validators.isEmpty()
                  ? last.coinbase().bytes()
                  : validators
                      .get((validators.indexOf(last.coinbase()) + 1) % validators.size())
                      .bytes()));
      fields.set(BlockHeader.EXTRA_DATA, Rlp.text(header.extraData().withoutVote().encoded()));
    } else {
      fields.set(BlockHeader.PARENT, Rlp.text(last.hash().bytes()));
    }
    return fields;
  }

  private void take(BlockHeader header) {
    boolean follows = last != null && header.number() == last.number() + 1;
    step = follows ? Math.max(0, header.timestamp() - last.timestamp()) : FIRST_STEP;
    last = header;
  }
}
