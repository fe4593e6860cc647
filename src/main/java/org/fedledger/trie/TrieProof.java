package org.fedledger.trie;

import java.util.Arrays;
import java.util.List;
import org.fedledger.crypto.Keccak256;
import org.fedledger.rlp.MalformedRlpException;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.TrieRoot;

/** Checks that a value stands at an index of the list whose trie has a root. */
public final class TrieProof {

  /** Nodes of the longest proof that is looked at: no path of an index is longer. */
  public static final int MAX_NODES = 32;

  private static final int BRANCH_ITEMS = 17;
  private static final int PATH_ITEMS = 2;

  /** What a proof shows. */
  public sealed interface Result {

    /** The value that the list has at the index. */
    record Found(byte[] value) implements Result {}

    /** It shows nothing. */
    record Refused(String why) implements Result {}
  }

  private TrieProof() {}

  /**
   * @param index from 0
   * @param nodes as {@link ListTrie#proof} gives them: all that are needed and no other
   */
  public static Result check(TrieRoot root, int index, List<byte[]> nodes) {
    if (index < 0) {
      return new Result.Refused("an index is at least 0, not " + index);
    }
    if (nodes.size() > MAX_NODES) {
      return new Result.Refused("it has %d nodes, more than a path can".formatted(nodes.size()));
    }
    try {
      return new Walk(ListTrie.path(index), nodes).from(root);
    } catch (MalformedRlpException e) {
      return new Result.Refused("a node is malformed: " + e.getMessage());
    }
  }

  /** The way from the root to the value. */
  private static final class Walk {

    private final byte[] path;
    private final List<byte[]> nodes;
    private int depth;
    private int used;

    Walk(byte[] path, List<byte[]> nodes) {
      this.path = path;
      this.nodes = nodes;
    }

    Result from(TrieRoot root) {
      Rlp next = Rlp.text(root.bytes());
      while (true) {
        List<Rlp> node;
        if (next instanceof Rlp.Items inParent && used > 0) {
          node = inParent.items();
        } else {
          byte[] hash = next.asText("a reference", Keccak256.LENGTH);
          if (used == nodes.size()) {
            return new Result.Refused("a node on the way is missing");
          }
          byte[] encoded = nodes.get(used++);
          if (!Arrays.equals(Keccak256.hash(encoded), hash)) {
            return new Result.Refused(
                "node %d does not have the hash by which it is named".formatted(used));
          }
          node = Rlp.decode(encoded).asList("a node");
        }
        switch (node.size()) {
          case BRANCH_ITEMS -> {
            if (depth == path.length) {
              return end(node.getLast());
            }
            next = node.get(path[depth++]);
          }
          case PATH_ITEMS -> {
            Nibbles.Path part = Nibbles.read(node.getFirst().asText("a path").bytes());
            if (!follow(part)) {
              return new Result.Refused("it leads to another index");
            }
            if (part.leaf()) {
              return end(node.getLast());
            }
            next = node.getLast();
          }
          default -> throw new MalformedRlpException("a node has %d items".formatted(node.size()));
        }
        if (next.equals(Rlp.text(new byte[0]))) {
          return new Result.Refused("the list has nothing at that index");
        }
      }
    }

    private boolean follow(Nibbles.Path part) {
      int end = depth + part.nibbles().length;
      boolean fits =
          end <= path.length
              && Arrays.equals(path, depth, end, part.nibbles(), 0, part.nibbles().length)
              && (!part.leaf() || end == path.length);
      depth = end;
      return fits;
    }

    private Result end(Rlp value) {
      Rlp.Text found = value.asText("a value");
      if (found.length() == 0) {
        return new Result.Refused("the list has nothing at that index");
      }
      if (used != nodes.size()) {
        return new Result.Refused("it has nodes that are not on the way");
      }
      return new Result.Found(found.bytes());
    }
  }
}
