package org.fedledger.ledger;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fedledger.types.Address;

/**
 * A map whose views never change: it is copied at the first change after a view was taken, so that
 * looking at it often costs nothing while nothing happens.
 */
final class SharedMap<V> {

  private TreeMap<Address, V> map = new TreeMap<>();
  private SortedMap<Address, V> view;

  /** As it is now, for ever. */
  SortedMap<Address, V> view() {
    if (view == null) {
      view = Collections.unmodifiableSortedMap(map);
    }
    return view;
  }

  /** To be read and changed before anything else is done with this map. */
  TreeMap<Address, V> open() {
    if (view != null) {
      map = new TreeMap<>(map);
      view = null;
    }
    return map;
  }

  V get(Address key) {
    return map.get(key);
  }

  int size() {
    return map.size();
  }

  static <V> SharedMap<V> of(SortedMap<Address, V> content) {
    SharedMap<V> shared = new SharedMap<>();
    shared.map = new TreeMap<>(content);
    return shared;
  }
}
