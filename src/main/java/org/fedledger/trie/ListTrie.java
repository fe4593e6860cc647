package org.fedledger.trie;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.fedledger.crypto.Keccak256;
import org.fedledger.rlp.Rlp;
import org.fedledger.types.TrieRoot;

/**
 * The Merkle-Patricia trie of a list: each value under the RLP of its index (Yellow Paper, section
 * 4.3.2 and appendix D). Blocks have the root of one over their transactions and of one over their
 * receipts.
 */
public final class ListTrie {

  private static final int BRANCHES = 16;
  private static final int HASH = Keccak256.LENGTH;
  private static final Rlp.Text NOTHING = Rlp.text(new byte[0]);

  private record Entry(byte[] path, byte[] value) {}

  /** A node and, along the way to them, its children. */
  private sealed interface Node {

    Rlp form();

    record Leaf(byte[] path, byte[] value) implements Node {
      @Override
      public Rlp form() {
        return Rlp.list(Rlp.text(Nibbles.prefixed(path, true)), Rlp.text(value));
      }
    }

    record Extension(byte[] path, Node child) implements Node {
      @Override
      public Rlp form() {
        return Rlp.list(Rlp.text(Nibbles.prefixed(path, false)), reference(child));
      }
    }

    record Branch(Node[] children, Rlp value) implements Node {
      @Override
      public Rlp form() {
        List<Rlp> items = new ArrayList<>();
        for (Node child : children) {
          items.add(child == null ? NOTHING : reference(child));
        }
        items.add(value);
        return Rlp.list(items);
      }
    }
  }

  private final int size;
  private final Node root;

  private ListTrie(int size, Node root) {
    this.size = size;
    this.root = root;
  }

  /**
   * @param values none of them empty, since a trie cannot tell an empty value from none
   */
  public static ListTrie of(List<byte[]> values) {
    TreeMap<byte[], byte[]> sorted = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).length == 0) {
        throw new IllegalArgumentException("a trie holds no empty values");
      }
      sorted.put(path(i), values.get(i));
    }
    List<Entry> entries = new ArrayList<>();
    sorted.forEach((path, value) -> entries.add(new Entry(path, value)));
    return new ListTrie(values.size(), entries.isEmpty() ? null : node(entries, 0));
  }

  static byte[] path(int index) {
    return Nibbles.of(Rlp.number(index).encode());
  }

  private static Node node(List<Entry> entries, int depth) {
    Entry first = entries.getFirst();
    if (entries.size() == 1) {
      return new Node.Leaf(from(first.path(), depth), first.value());
    }
    int common = Arrays.mismatch(first.path(), entries.getLast().path());
    // Entries are sorted: what the first and the last share, all share.
    if (common > depth) {
      byte[] shared = Arrays.copyOfRange(first.path(), depth, common);
      return new Node.Extension(shared, branch(entries, common));
    }
    return branch(entries, depth);
  }

  private static Node branch(List<Entry> entries, int depth) {
    Node[] children = new Node[BRANCHES];
    Rlp value = NOTHING;
    int begin = 0;
    if (entries.getFirst().path().length == depth) {
      value = Rlp.text(entries.getFirst().value());
      begin = 1;
    }
    while (begin < entries.size()) {
      int nibble = entries.get(begin).path()[depth];
      int end = begin;
      while (end < entries.size() && entries.get(end).path()[depth] == nibble) {
        end++;
      }
      children[nibble] = node(entries.subList(begin, end), depth + 1);
      begin = end;
    }
    return new Node.Branch(children, value);
  }

  private static byte[] from(byte[] path, int depth) {
    return Arrays.copyOfRange(path, depth, path.length);
  }

  /** A node that is shorter than its hash stands in its parent itself. */
  private static Rlp reference(Node node) {
    Rlp form = node.form();
    byte[] encoded = form.encode();
    return encoded.length < HASH ? form : Rlp.text(Keccak256.hash(encoded));
  }

  /** The root's hash; of an empty list the hash of nothing's encoding. */
  public TrieRoot root() {
    Rlp form = root == null ? NOTHING : root.form();
    return new TrieRoot(Keccak256.hash(form.encode()));
  }

  /**
   * What proves the value at an index to whoever has the root: the encoded nodes on the way to it,
   * save those that stand in their parents.
   *
   * @throws IndexOutOfBoundsException if the list has no such index
   */
  public List<byte[]> proof(int index) {
    java.util.Objects.checkIndex(index, size);
    List<byte[]> proof = new ArrayList<>();
    byte[] path = path(index);
    int depth = 0;
    Node node = root;
    while (node != null) {
      byte[] encoded = node.form().encode();
      if (proof.isEmpty() || encoded.length >= HASH) {
        proof.add(encoded);
      }
      switch (node) {
        case Node.Leaf _ -> node = null;
        case Node.Extension extension -> {
          depth += extension.path().length;
          node = extension.child();
        }
        case Node.Branch branch ->
            node = depth == path.length ? null : branch.children()[path[depth++]];
      }
    }
    return proof;
  }
}
