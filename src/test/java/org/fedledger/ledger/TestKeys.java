package org.fedledger.ledger;

import java.util.List;
import java.util.stream.IntStream;
import org.fedledger.crypto.SigningKey;
import org.fedledger.types.Address;

/** Keys that are the same in every run. */
public final class TestKeys {

  private TestKeys() {}

  /** The key whose secret is this number, from 1. */
  public static SigningKey key(int number) {
    byte[] secret = new byte[SigningKey.LENGTH];
    secret[SigningKey.LENGTH - 1] = (byte) number;
    secret[SigningKey.LENGTH - 2] = (byte) (number >> 8);
    return SigningKey.fromSecret(secret);
  }

  /** So many keys, from that number on. */
  public static List<SigningKey> keys(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(TestKeys::key).toList();
  }

  public static List<Address> addresses(List<SigningKey> keys) {
    return keys.stream().map(SigningKey::address).toList();
  }
}
