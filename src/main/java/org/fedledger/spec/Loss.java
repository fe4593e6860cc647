package org.fedledger.spec;

import java.util.Locale;

/** What training makes small; its text form is its lower-case name with hyphens. */
public enum Loss {
  /** For one sigmoid output and labels 0 or 1. */
  BINARY_CROSS_ENTROPY,
  /** For softmax outputs and one-hot labels. */
  CATEGORICAL_CROSS_ENTROPY,
  MEAN_SQUARED_ERROR;

  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
