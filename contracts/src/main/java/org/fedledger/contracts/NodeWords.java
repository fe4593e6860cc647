package org.fedledger.contracts;

import java.util.List;
import java.util.Locale;
import org.web3j.protocol.core.Response;

/** What chain nodes of different makes mean by their errors, whose codes say little. */
final class NodeWords {

  /** What a node's answer to a sent transaction means. */
  enum Answer {
    /** It has it. */
    TAKEN,
    /** Its nonce is used on the chain, by itself or by another. */
    NONCE_USED,
    /** Another with its nonce waits there for at least as much. */
    PLACE_TAKEN,
    /** It offers too little for the next blocks. */
    FEE_TOO_LOW,
    /** The account cannot pay for it. */
    NO_FUNDS,
    OTHER
  }

  private static final List<String> KNOWN =
      List.of("already known", "already imported", "known transaction", "alreadyknown");
  private static final List<String> NONCE_USED =
      List.of("nonce too low", "nonce below", "nonce_too_low", "nonce is too low", "oldnonce");
  private static final List<String> PLACE_TAKEN =
      List.of("replacement", "underpriced replacement", "not sufficient to replace");
  private static final List<String> FEE_TOO_LOW =
      List.of(
          "underpriced",
          "fee too low",
          "feetoolow",
          "less than block base fee",
          "below current base fee",
          "lower than the current base fee",
          "gas price too low",
          "gas price below",
          "below configured minimum");
  private static final List<String> NO_FUNDS =
      List.of(
          "insufficient funds", "insufficientfunds", "upfront cost exceeds", "not enough funds");
  private static final List<String> BUSY =
      List.of(
          "too many requests", "rate limit", "request limit", "compute units", "try again later");

  private NodeWords() {}

  static Answer answer(Response.Error error) {
    String words = words(error);
    if (has(words, KNOWN)) {
      return Answer.TAKEN;
    }
    if (has(words, NONCE_USED)) {
      return Answer.NONCE_USED;
    }
    if (has(words, PLACE_TAKEN)) {
      return Answer.PLACE_TAKEN;
    }
    if (has(words, NO_FUNDS)) {
      return Answer.NO_FUNDS;
    }
    return has(words, FEE_TOO_LOW) ? Answer.FEE_TOO_LOW : Answer.OTHER;
  }

  /** Whether it would rather be asked later than for less. */
  static boolean isBusy(Response.Error error) {
    return error.getCode() == 429 || has(words(error), BUSY);
  }

  private static String words(Response.Error error) {
    return error.getMessage() == null ? "" : error.getMessage().toLowerCase(Locale.ROOT);
  }

  private static boolean has(String words, List<String> any) {
    return any.stream().anyMatch(words::contains);
  }
}
