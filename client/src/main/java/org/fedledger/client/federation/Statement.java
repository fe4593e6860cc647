package org.fedledger.client.federation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Locale;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.RecoveryVeto;
import org.fedledger.signing.SignedMessage;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.fedledger.types.FederationId;

/**
 * What one party signs for another to send: consent to a change of governance, a new key, a veto, a
 * budget.
 *
 * @param domain the contract on its chain, where it counts
 */
record Statement(SigningDomain domain, SignedMessage message) {

  private static final BigInteger MAX_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final BigInteger MAX_UINT256 = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

  /** What it says, for the one who is to sign it. */
  String words() {
    return switch (message) {
      case GovernanceChange change -> GovernanceWords.of(change);
      case KeyRotation r ->
          "the participant %s signs with the key %s".formatted(r.participant(), r.signer());
      case RecoveryVeto v ->
          "the participant %s refuses the key %s".formatted(v.participant(), v.signer());
      case BudgetRaise b ->
          "the participant %s has a privacy budget of %s"
              .formatted(b.participant(), Long.toUnsignedString(b.budget()));
      default -> throw unknown(message.getClass().getSimpleName());
    };
  }

  ObjectNode toJson() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("chainId", domain.chainId());
    out.put("contract", domain.contract().toString());
    out.put("type", message.getClass().getSimpleName());
    ObjectNode m = out.putObject("message");
    switch (message) {
      case GovernanceChange c ->
          m.put("federationId", c.federationId().toString())
              .put("kind", name(GovernanceKind.of(c.kind())))
              .put("account", c.account().toString())
              .put("value", c.value().toString())
              .put("nonce", Long.toUnsignedString(c.nonce()));
      case KeyRotation r ->
          m.put("participant", r.participant().toString())
              .put("signer", r.signer().toString())
              .put("nonce", Long.toUnsignedString(r.nonce()));
      case RecoveryVeto v ->
          m.put("participant", v.participant().toString())
              .put("signer", v.signer().toString())
              .put("nonce", Long.toUnsignedString(v.nonce()));
      case BudgetRaise b ->
          m.put("participant", b.participant().toString())
              .put("budget", Long.toUnsignedString(b.budget()));
      default -> throw unknown(message.getClass().getSimpleName());
    }
    return out;
  }

  /**
   * @param in whose other members are the caller's
   * @throws MalformedJsonException if it is none
   */
  static Statement of(JsonReader in) {
    SigningDomain domain =
        new SigningDomain(
            in.integer("chainId", 1, CanonicalJson.MAX_INTEGER), in.text("contract", Address::of));
    String type = in.text("type");
    JsonReader m = in.object("message");
    SignedMessage message =
        switch (type) {
          case "GovernanceChange" ->
              new GovernanceChange(
                  m.text("federationId", FederationId::of),
                  m.text("kind", Statement::kind).code(),
                  m.text("account", Address::of),
                  m.decimal("value", MAX_UINT256),
                  uint64(m, "nonce"));
          case "KeyRotation" ->
              new KeyRotation(
                  m.text("participant", Address::of),
                  m.text("signer", Address::of),
                  uint64(m, "nonce"));
          case "RecoveryVeto" ->
              new RecoveryVeto(
                  m.text("participant", Address::of),
                  m.text("signer", Address::of),
                  uint64(m, "nonce"));
          case "BudgetRaise" ->
              new BudgetRaise(m.text("participant", Address::of), uint64(m, "budget"));
          default ->
              throw in.malformed(
                  "type",
                  "GovernanceChange, KeyRotation, RecoveryVeto or BudgetRaise, not " + type);
        };
    m.end();
    return new Statement(domain, message);
  }

  static Statement of(JsonNode tree) {
    JsonReader in = JsonReader.of("statement", tree);
    Statement statement = of(in);
    in.end();
    return statement;
  }

  static String name(GovernanceKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static GovernanceKind kind(String text) {
    for (GovernanceKind kind : GovernanceKind.values()) {
      if (name(kind).equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown kind of governance: " + text);
  }

  private static long uint64(JsonReader in, String key) {
    return in.decimal(key, MAX_UINT64).longValue();
  }

  private static IllegalStateException unknown(String type) {
    return new IllegalStateException(type + " is not signed for others to send");
  }
}
