package org.fedledger.spec;

import java.util.Locale;

/** What a layer applies to its weighted sums; its text form is its lower-case name. */
public enum Activation {
  IDENTITY,
  RELU,
  SIGMOID,
  TANH,
  SOFTMAX;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
