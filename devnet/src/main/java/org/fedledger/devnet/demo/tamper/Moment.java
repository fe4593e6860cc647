package org.fedledger.devnet.demo.tamper;

/** When a fraud is caught. */
public enum Moment {
  ROTATION("at rotation"),
  COMMIT("at commit"),
  UPLOAD("at upload"),
  PUBLICATION("at publication"),
  ATTESTATION("at attestation"),
  AUDIT("in the audit");

  private final String text;

  Moment(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
