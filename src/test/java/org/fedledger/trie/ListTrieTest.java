package org.fedledger.trie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.fedledger.trie.TrieProof.Result;
import org.fedledger.types.TrieRoot;
import org.junit.jupiter.api.Test;

class ListTrieTest {

  @Test
  void hasTheKnownRootOfAnEmptyList() {
    assertThat(ListTrie.of(List.of()).root())
        .isEqualTo(
            TrieRoot.of("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"));
  }

  @Property(tries = 200)
  void provesEveryValueThatItHolds(
      @ForAll @Size(min = 1, max = 300) List<@NotEmpty @Size(max = 80) byte[]> values,
      @ForAll @IntRange(max = 299) int any) {
    ListTrie trie = ListTrie.of(values);
    int index = any % values.size();
    List<byte[]> proof = trie.proof(index);
    assertThat(found(trie.root(), index, proof)).isEqualTo(values.get(index));
    // Of a small list one node may hold several values; whatever is proven is true.
    int other = (index + 1) % (values.size() + 1);
    if (TrieProof.check(trie.root(), other, proof) instanceof Result.Found(byte[] value)) {
      assertThat(value).isEqualTo(values.get(other));
    }
  }

  @Property(tries = 100)
  void hasAnotherRootForEveryOtherList(
      @ForAll @Size(min = 2, max = 150) List<@NotEmpty @Size(max = 40) byte[]> values,
      @ForAll long seed) {
    List<byte[]> changed = new ArrayList<>(values);
    int at = new Random(seed).nextInt(values.size());
    byte[] value = values.get(at).clone();
    value[value.length - 1] ^= 1;
    changed.set(at, value);
    assertThat(ListTrie.of(changed).root()).isNotEqualTo(ListTrie.of(values).root());
    assertThat(ListTrie.of(values.subList(1, values.size())).root())
        .isNotEqualTo(ListTrie.of(values).root());
  }

  @Test
  void noticesDamageToAnyByteOfAProof() {
    ListTrie trie = ListTrie.of(values(200));
    List<byte[]> proof = trie.proof(150);
    assertThat(proof.size()).isGreaterThan(2);
    for (int node = 0; node < proof.size(); node++) {
      for (int at = 0; at < proof.get(node).length; at++) {
        for (int bit = 1; bit < 256; bit <<= 1) {
          List<byte[]> damaged = new ArrayList<>(proof);
          damaged.set(node, proof.get(node).clone());
          damaged.get(node)[at] ^= (byte) bit;
          assertThat(TrieProof.check(trie.root(), 150, damaged)).isInstanceOf(Result.Refused.class);
        }
      }
    }
  }

  @Test
  void takesNoProofWithMoreOrLessThanTheWay() {
    ListTrie trie = ListTrie.of(values(200));
    List<byte[]> proof = trie.proof(7);
    refused(trie, proof.subList(0, proof.size() - 1), "missing");
    List<byte[]> longer = new ArrayList<>(proof);
    longer.add(proof.getLast());
    refused(trie, longer, "not on the way");
    refused(trie, proof.reversed(), "hash");
    refused(trie, List.of(), "missing");
    List<byte[]> endless = new ArrayList<>();
    for (int i = 0; i <= TrieProof.MAX_NODES; i++) {
      endless.add(proof.getFirst());
    }
    refused(trie, endless, "more than");
    assertThat(TrieProof.check(trie.root(), -1, proof)).isInstanceOf(Result.Refused.class);
    assertThat(TrieProof.check(trie.root(), 200, trie.proof(199)))
        .isInstanceOf(Result.Refused.class);
  }

  @Test
  void keepsShortValuesInTheirParents() {
    List<byte[]> values = List.of(new byte[] {1}, new byte[] {2}, new byte[] {3});
    ListTrie trie = ListTrie.of(values);
    for (int i = 0; i < values.size(); i++) {
      assertThat(trie.proof(i)).hasSize(1);
      assertThat(found(trie.root(), i, trie.proof(i))).isEqualTo(values.get(i));
    }
  }

  @Test
  void holdsNoEmptyValue() {
    assertThatThrownBy(() -> ListTrie.of(List.of(new byte[0])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ListTrie.of(values(2)).proof(2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void refused(ListTrie trie, List<byte[]> proof, String why) {
    assertThat(TrieProof.check(trie.root(), 7, proof))
        .isInstanceOfSatisfying(Result.Refused.class, r -> assertThat(r.why()).contains(why));
  }

  private static byte[] found(TrieRoot root, int index, List<byte[]> proof) {
    assertThat(TrieProof.check(root, index, proof)).isInstanceOf(Result.Found.class);
    return ((Result.Found) TrieProof.check(root, index, proof)).value();
  }

  private static List<byte[]> values(int count) {
    Random random = new Random(count);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[20 + i % 40];
      random.nextBytes(value);
      values.add(value);
    }
    return values;
  }
}
