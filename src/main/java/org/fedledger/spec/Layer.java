package org.fedledger.spec;

/** One layer of an architecture. */
public sealed interface Layer {

  /** Elements of one input example. */
  int inputs();

  /** Elements of one output. */
  int outputs();

  /** Fully connected: weight of shape [outputs, inputs], bias of [outputs]. */
  record Dense(int inputs, int outputs, Activation activation) implements Layer {

    /** Larger layers would not fit in one file that a participant can map. */
    public static final int MAX_WIDTH = 1 << 20;

    public Dense {
      if (inputs < 1 || inputs > MAX_WIDTH || outputs < 1 || outputs > MAX_WIDTH) {
        throw new IllegalArgumentException(
            "a dense layer has 1 to %d inputs and outputs, not %d and %d"
                .formatted(MAX_WIDTH, inputs, outputs));
      }
    }
  }
}
