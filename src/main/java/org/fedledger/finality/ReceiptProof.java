package org.fedledger.finality;

import java.util.List;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.trie.ListTrie;
import org.fedledger.trie.TrieProof;

/**
 * A proof that a transaction of a block had a receipt. Together with a header that is trusted it
 * proves every log of it.
 *
 * @param transaction position in the block, from 0
 * @param nodes of the receipts trie, from the root on
 */
public record ReceiptProof(int transaction, List<byte[]> nodes) {

  /** What a proof shows. */
  public sealed interface Result {

    /** The block has this receipt at that position. */
    record Proven(Receipt receipt) implements Result {}

    /** It shows nothing. */
    record Refused(String why) implements Result {}
  }

  public ReceiptProof {
    nodes = nodes.stream().map(byte[]::clone).toList();
  }

  /**
   * Makes the proof for one of a block's receipts.
   *
   * @param receipts all of the block, in order
   */
  public static ReceiptProof of(List<Receipt> receipts, int transaction) {
    return new ReceiptProof(transaction, trie(receipts).proof(transaction));
  }

  /** The trie whose root a header carries. */
  public static ListTrie trie(List<Receipt> receipts) {
    return ListTrie.of(receipts.stream().map(Receipt::encoded).toList());
  }

  /** Checks it against a header's receipts root. */
  public Result check(BlockHeader header) {
    return switch (TrieProof.check(header.receiptsRoot(), transaction, nodes)) {
      case TrieProof.Result.Refused(String why) -> new Result.Refused(why);
      case TrieProof.Result.Found(byte[] value) -> {
        try {
          yield new Result.Proven(Receipt.parse(value));
        } catch (MalformedRlpException e) {
          yield new Result.Refused(e.getMessage());
        }
      }
    };
  }
}
