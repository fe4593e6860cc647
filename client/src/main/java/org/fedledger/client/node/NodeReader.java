package org.fedledger.client.node;

import org.fedledger.crypto.SigningKey;
import org.fedledger.signing.BlobRead;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/**
 * Who reads what not everybody may read.
 *
 * @param address as the ledger knows the reader
 * @param key the reader's present signing key
 */
public record NodeReader(Address address, SigningKey key) {

  /** How long a signed request counts, in seconds. */
  static final long VALID = 120;

  public static NodeReader of(SigningKey key) {
    return new NodeReader(key.address(), key);
  }

  /** The value of the Authorization header. */
  String authorize(SigningDomain domain, String method, String path, long now) {
    BlobRead read = new BlobRead(address, method, path, now + VALID);
    return "FedLedger reader=%s,expiry=%d,signature=%s"
        .formatted(address, read.expiry(), domain.sign(read, key));
  }
}
