package org.fedledger.files;

/** How files are read and written. */
public final class Buffers {

  /** Bytes of a file that are read, hashed or written at once. */
  public static final int BYTES = 64 << 10;

  private Buffers() {}
}
