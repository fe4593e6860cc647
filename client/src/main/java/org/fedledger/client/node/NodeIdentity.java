package org.fedledger.client.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.crypto.Signature;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.signing.NodePlace;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/** Who answers at an address, as far as it is proven. */
sealed interface NodeIdentity {

  /** Seconds after which one who could not prove it is asked again. */
  long ASK_AGAIN = 30;

  /** Second until which this counts. */
  long until();

  /** The node with that key says so itself, of this very address. */
  record Proven(Address node, long until) implements NodeIdentity {}

  /**
   * Nobody's signature can be had for this address.
   *
   * @param why for people
   */
  record Unproven(String why, long until) implements NodeIdentity {}

  /**
   * What a node's answer proves.
   *
   * @param at where it was asked
   * @param now seconds since 1970 UTC
   */
  static NodeIdentity of(JsonNode answer, URI at, SigningDomain domain, long now) {
    try {
      return read(answer, at, domain, now);
    } catch (MalformedJsonException e) {
      return new Unproven("it does not say who it is: " + e.getMessage(), now + ASK_AGAIN);
    }
  }

  private static NodeIdentity read(JsonNode answer, URI at, SigningDomain domain, long now) {
    JsonReader in = JsonReader.of("node", answer);
    Address node = in.text("node", Address::of);
    JsonNode places = in.node("places");
    String base = NodePlace.base(at);
    List<String> others = new ArrayList<>();
    for (JsonNode each : places) {
      JsonReader fields = JsonReader.of("place", each);
      String named = fields.text("base");
      if (!named.equals(base)) {
        others.add(named);
        continue;
      }
      NodePlace place = new NodePlace(node, base, fields.uint64("expiry"));
      boolean signed =
          domain
              .signer(place, fields.text("signature", Signature::of))
              .filter(node::equals)
              .isPresent();
      if (signed && place.expiry() >= now) {
        return new Proven(node, Math.min(place.expiry(), now + ASK_AGAIN * 10));
      }
      return new Unproven(
          signed
              ? "its word for %s expired %d seconds ago".formatted(base, now - place.expiry())
              : "its word for %s is not signed by %s".formatted(base, node),
          now + ASK_AGAIN);
    }
    return new Unproven(
        "the node %s does not say of itself that it answers at %s, but at %s; if that is one and the same, its operator adds it to public-url"
            .formatted(node, base, String.join(", ", others)),
        now + ASK_AGAIN);
  }
}
