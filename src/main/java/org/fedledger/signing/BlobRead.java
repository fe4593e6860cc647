package org.fedledger.signing;

import org.fedledger.types.Address;

/**
 * A request to read a blob that not everybody may read. Repeating it before it expires is harmless.
 *
 * @param reader who asks
 * @param method of HTTP, 1 to 16 capital letters
 * @param path of HTTP, from its slash on: 1 to 1024 characters of printable ASCII without space
 * @param expiry seconds since 1970 UTC, uint64; the request counts up to and including it
 */
public record BlobRead(Address reader, String method, String path, long expiry)
    implements SignedMessage {

  private static final byte[] TYPE_HASH =
      StructEncoder.typeHash("BlobRead(address reader,string method,string path,uint64 expiry)");

  /**
   * @throws IllegalArgumentException for a method or path of another form
   */
  public BlobRead {
    if (!method.matches("[A-Z]{1,16}")) {
      throw new IllegalArgumentException("a read's method is 1 to 16 capital letters, such as GET");
    }
    if (!path.matches("/[!-~]{0,1023}")) {
      throw new IllegalArgumentException(
          "a read's path is a slash and up to 1023 characters of printable ASCII without space");
    }
  }

  @Override
  public byte[] structHash() {
    return new StructEncoder(TYPE_HASH)
        .address(reader)
        .string(method)
        .string(path)
        .uint(expiry)
        .hash();
  }
}
