package org.fedledger.node.http;

/** Parts of paths that are no type of their own. */
final class Parameters {

  private Parameters() {}

  static long version(String text) {
    if (!text.matches("0|[1-9][0-9]{0,15}")) {
      throw new IllegalArgumentException(
          "a version is a decimal number without leading zeros, such as 0 or 12");
    }
    return Long.parseLong(text);
  }
}
