package org.fedledger.client.federation;

import java.math.BigInteger;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.types.Address;

/** Changes of governance, for people. */
final class GovernanceWords {

  private static final int ADDRESS_DIGITS = 2 * Address.LENGTH;

  private GovernanceWords() {}

  static String of(GovernanceChange c) {
    return of(GovernanceKind.of(c.kind()), c.account(), c.value());
  }

  static String of(GovernanceKind kind, Address account, BigInteger value) {
    return switch (kind) {
      case ADD_VERIFIER -> "%s becomes a verifier%s".formatted(account, threshold(value));
      case REMOVE_VERIFIER -> "%s is no verifier any more%s".formatted(account, threshold(value));
      case REPLACE_VERIFIER -> "%s is a verifier in place of %s".formatted(address(value), account);
      case ADD_AGGREGATOR -> "%s becomes an aggregator".formatted(account);
      case REMOVE_AGGREGATOR -> "%s is no aggregator any more".formatted(account);
      case CHANGE_COORDINATOR -> "%s becomes the coordinator".formatted(account);
      case CHANGE_THRESHOLD -> "%s verifiers make a version final".formatted(value);
      case RECOVER_KEY ->
          "the participant %s signs with the key %s".formatted(account, address(value));
      case BUILD_ON -> "the next round builds on version %s".formatted(value);
      case CLOSE_FEDERATION -> "the federation is closed for good";
      case CHANGE_SUCCESSOR ->
          isNobody(account)
              ? "nobody may claim the coordinator's office"
              : "%s may claim the coordinator's office".formatted(account);
    };
  }

  private static boolean isNobody(Address account) {
    return account.equals(NOBODY);
  }

  /** Where a change names nobody. */
  static final Address NOBODY = new Address(new byte[Address.LENGTH]);

  private static String threshold(BigInteger value) {
    return value.signum() == 0 ? "" : ", and %s of them make a version final".formatted(value);
  }

  /** An address as the value of a change. */
  static BigInteger value(Address address) {
    return new BigInteger(1, address.bytes());
  }

  private static Address address(BigInteger value) {
    String digits = value.toString(16);
    return Address.of("0x" + "0".repeat(ADDRESS_DIGITS - digits.length()) + digits);
  }
}
