package org.fedledger.loop;

/** Something that a process does again and again, on a thread of its own. */
public interface Loop {

  /** What it does, in a word, for people and metrics. */
  String name();

  /** How it fares. */
  Liveness liveness();
}
