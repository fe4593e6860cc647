package org.fedledger.tensor;

/** How a tensor's elements are stored, all little-endian. */
public enum ElementType {
  /** IEEE 754 binary32: models, updates and rule states. */
  F32(4, true),
  /** IEEE 754 binary64: rule states. */
  F64(8, true),
  /** Unsigned 32 bits: masked updates. */
  U32(4, true),
  /** Unsigned 64 bits: masked updates. */
  U64(8, true),
  /** IEEE 754 binary16, in files by others only; widens exactly to F32. */
  F16(2, false),
  /** The upper half of a binary32, in files by others only; widens exactly to F32. */
  BF16(2, false);

  private final int bytes;
  private final boolean canonical;

  ElementType(int bytes, boolean canonical) {
    this.bytes = bytes;
    this.canonical = canonical;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether a canonical file may hold it. */
  public boolean canonical() {
    return canonical;
  }

  /** The type that a canonical file holds these elements in. */
  public ElementType widened() {
    return canonical ? this : F32;
  }

  /**
   * @throws IllegalArgumentException for a type that the protocol does not know
   */
  static ElementType ofName(String name) {
    for (ElementType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "the element type '%s' is unknown; known are F32, F64, U32, U64, and in files by others F16 and BF16"
            .formatted(name.length() <= 16 ? name : name.substring(0, 16) + "…"));
  }
}
