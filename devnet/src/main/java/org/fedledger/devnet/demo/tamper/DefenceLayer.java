package org.fedledger.devnet.demo.tamper;

/** Which of the protocol's layers of defence caught a fraud. */
public enum DefenceLayer {
  /** The contract refused it; the transaction that failed stands in a block. */
  CONTRACT("contract refusal"),
  /** An update failed a gate, and the record says which. */
  GATE("gate rejection"),
  /** Verifiers attested that a publication differs, and another aggregator's became final. */
  DISPUTE("dispute"),
  /** The record is false, and the audit proves it. */
  AUDIT("false record found by the audit"),
  /** A store gives another file than the committed one; the audit is incomplete and says so. */
  STORE("gap that names the store"),
  /** What one party withholds, others keep and give. */
  COPY("copy that others keep"),
  /** Nobody may be accused, and the audit's note says what happened. */
  NOTE("note that accuses nobody");

  private final String text;

  DefenceLayer(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
