package org.fedledger.node.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.fedledger.crypto.SigningKey;
import org.fedledger.signing.NodePlace;
import org.fedledger.signing.SigningDomain;

/** Tells who the node is and where it answers, signed by its key. */
final class NodeReads implements Endpoint {

  /** Seconds for which a place counts. */
  private static final long VALID = 3_600;

  private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "[::1]");

  private final SigningDomain domain;
  private final SigningKey key;
  private final List<URI> given;
  private final Supplier<URI> listening;
  private final InstantSource clock;
  private long signedAt;
  private ObjectNode signed;

  /**
   * @param given addresses under which clients reach the node; none if they reach it where it
   *     listens
   */
  NodeReads(
      SigningDomain domain,
      SigningKey key,
      List<URI> given,
      Supplier<URI> listening,
      InstantSource clock) {
    this.domain = domain;
    this.key = key;
    this.given = given;
    this.listening = listening;
    this.clock = clock;
  }

  @Override
  public Answer answer(Call call) {
    return Answer.json(200, document());
  }

  /** Signed anew at half its time, so that nobody has the node sign without end. */
  private synchronized ObjectNode document() {
    long now = clock.instant().getEpochSecond();
    if (signed == null || Math.abs(now - signedAt) > VALID / 2) {
      signed = sign(now + VALID);
      signedAt = now;
    }
    return signed;
  }

  private ObjectNode sign(long expiry) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("node", key.address().toString());
    ArrayNode places = out.putArray("places");
    for (String base : bases()) {
      NodePlace place = new NodePlace(key.address(), base, expiry);
      places
          .addObject()
          .put("base", base)
          .put("expiry", expiry)
          .put("signature", domain.sign(place, key).toString());
    }
    return out;
  }

  private Set<String> bases() {
    Set<String> bases = new LinkedHashSet<>();
    given.forEach(url -> bases.add(NodePlace.base(url)));
    URI here = listening.get();
    bases.add(NodePlace.base(here));
    if (LOOPBACK.contains(here.getHost())) {
      for (String host : LOOPBACK) {
        bases.add(
            NodePlace.base(
                URI.create("%s://%s:%d".formatted(here.getScheme(), host, here.getPort()))));
      }
    }
    return bases;
  }
}
