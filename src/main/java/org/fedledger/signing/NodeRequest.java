package org.fedledger.signing;

import org.fedledger.types.Address;

/**
 * A request to a node for what not everybody may have or bring. It is made out to one node, so that
 * nobody to whom it is shown gets anything for it elsewhere. Repeating it before it expires is
 * harmless.
 *
 * @param sender who asks, as the ledger knows it
 * @param node address of the key of the node that is asked
 * @param method of HTTP, 1 to 16 capital letters
 * @param path of HTTP under the node's base, from its slash on: 1 to 1024 characters of printable
 *     ASCII without space
 * @param expiry seconds since 1970 UTC, uint64; the request counts up to and including it
 */
public record NodeRequest(Address sender, Address node, String method, String path, long expiry)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash(
          "NodeRequest(address sender,address node,string method,string path,uint64 expiry)");

  /**
   * @throws IllegalArgumentException for a method or path of another form
   */
  public NodeRequest {
    if (!method.matches("[A-Z]{1,16}")) {
      throw new IllegalArgumentException(
          "a request's method is 1 to 16 capital letters, such as GET");
    }
    if (!path.matches("/[!-~]{0,1023}")) {
      throw new IllegalArgumentException(
          "a request's path is a slash and up to 1023 characters of printable ASCII without space");
    }
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .address(sender)
        .address(node)
        .string(method)
        .string(path)
        .uint(expiry)
        .hash();
  }
}
