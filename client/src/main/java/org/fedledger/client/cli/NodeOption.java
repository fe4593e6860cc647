package org.fedledger.client.cli;

import java.net.URI;

/** Reads a node's address from an option. */
public final class NodeOption {

  private NodeOption() {}

  /** The address, whose form the node's client checks further. */
  public static URI address(String option, String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(
          "%s: a node's address is like https://node.example:8443, not '%s'"
              .formatted(option, text));
    }
  }
}
