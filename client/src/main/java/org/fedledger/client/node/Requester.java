package org.fedledger.client.node;

import org.fedledger.crypto.SigningKey;
import org.fedledger.signing.NodeRequest;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/**
 * Who asks a node for what not everybody may have or bring.
 *
 * @param address as the ledger knows the requester
 * @param key the requester's present signing key
 */
public record Requester(Address address, SigningKey key) {

  /** How long a signed request counts, in seconds. */
  static final long VALID = 120;

  public static Requester of(SigningKey key) {
    return new Requester(key.address(), key);
  }

  /** The value of the Authorization header. */
  String authorize(SigningDomain domain, Address node, String method, String path, long now) {
    NodeRequest request = new NodeRequest(address, node, method, path, now + VALID);
    return "FedLedger sender=%s,expiry=%d,signature=%s"
        .formatted(address, request.expiry(), domain.sign(request, key));
  }
}
