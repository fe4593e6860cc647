package org.fedledger.node.http;

import java.util.HashMap;
import java.util.Map;

/**
 * How many of something each of many has at a time.
 *
 * @param <K> who
 */
final class Shares<K> {

  private final int each;
  private final Map<K, Integer> taken = new HashMap<>();

  /**
   * @param each how many one may have, at least 1
   */
  Shares(int each) {
    this.each = each;
  }

  /** Takes one, unless its share is used up. */
  synchronized boolean take(K who) {
    int before = taken.getOrDefault(who, 0);
    if (before >= each) {
      return false;
    }
    taken.put(who, before + 1);
    return true;
  }

  synchronized void giveBack(K who) {
    taken.computeIfPresent(who, (_, n) -> n == 1 ? null : n - 1);
  }
}
