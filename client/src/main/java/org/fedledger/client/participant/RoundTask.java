package org.fedledger.client.participant;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.PlanTerms;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.RoundId;

/**
 * What a participant is asked in one round: with the files it names, all that training and signing
 * need, without a network.
 *
 * @param participant whose update it will be
 * @param round its number, from 1
 * @param commitDeadline last second, since 1970 UTC, at which a commitment is taken
 */
public record RoundTask(
    SigningDomain domain,
    FederationId federation,
    Address participant,
    long round,
    RoundId roundId,
    Digest spec,
    Digest plan,
    Digest base,
    long baseVersion,
    long weightCap,
    long commitDeadline) {

  byte[] toJson() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("chainId", domain.chainId());
    out.put("contract", domain.contract().toString());
    out.put("federation", federation.toString());
    out.put("participant", participant.toString());
    out.put("round", round);
    out.put("roundId", roundId.toString());
    out.put("spec", spec.toString());
    out.put("plan", plan.toString());
    out.put("base", base.toString());
    out.put("baseVersion", baseVersion);
    out.put("weightCap", weightCap);
    out.put("commitDeadline", commitDeadline);
    return CanonicalJson.write(out);
  }

  static RoundTask ofJson(byte[] file) {
    JsonReader in = JsonReader.of("task", CanonicalJson.parse(file));
    RoundTask task =
        new RoundTask(
            new SigningDomain(
                in.integer("chainId", 1, CanonicalJson.MAX_INTEGER),
                in.text("contract", Address::of)),
            in.text("federation", FederationId::of),
            in.text("participant", Address::of),
            in.integer("round", 1, CanonicalJson.MAX_INTEGER),
            in.text("roundId", RoundId::of),
            in.text("spec", Digest::of),
            in.text("plan", Digest::of),
            in.text("base", Digest::of),
            in.integer("baseVersion", 0, CanonicalJson.MAX_INTEGER),
            in.integer("weightCap", 1, PlanTerms.MAX_WEIGHT),
            in.integer("commitDeadline", 0, CanonicalJson.MAX_INTEGER));
    in.end();
    return task;
  }
}
