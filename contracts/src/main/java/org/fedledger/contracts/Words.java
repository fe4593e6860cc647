package org.fedledger.contracts;

import java.math.BigInteger;
import java.util.Locale;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** Between the protocol's types and those of the generated wrapper. */
final class Words {

  private Words() {}

  /** An unsigned 64-bit number, kept in a long. */
  static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  static BigInteger number(long value) {
    return BigInteger.valueOf(value);
  }

  static Address address(String text) {
    return Address.of(text.toLowerCase(Locale.ROOT));
  }

  static Digest digest(byte[] word) {
    return new Digest(word);
  }
}
