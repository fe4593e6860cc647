package org.fedledger.node.http;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.FederationState;
import org.fedledger.signing.NodeRequest;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;

/** Tells who sent a request, by a signature that is made out to this node. */
final class SignedRequests {

  /** Longest time, in seconds, for which a request may be signed ahead. */
  static final long MAX_AHEAD = 300;

  static final Map<String, String> CHALLENGE = Map.of("WWW-Authenticate", "FedLedger");

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "FedLedger sender=(0x[0-9a-f]{40}),expiry=([0-9]{1,18}),signature=(0x[0-9a-f]{130})");

  /**
   * Who signed.
   *
   * @param sender as the ledger knows it
   * @param key whose signature it is: the sender's own, or one that the ledger has for it
   */
  record Signed(Address sender, Address key) {

    /** Whether an office's own account signed. */
    boolean bySelf() {
      return sender.equals(key);
    }

    /** Whether it is one of the federation's parties. */
    boolean byMember(FederationState state) {
      return byParticipant(state)
          || bySelf()
              && (sender.equals(state.coordinator())
                  || state.aggregators().containsKey(sender)
                  || state.verifiers().containsKey(sender)
                  || state.auditors().contains(sender));
    }

    /** Whether it signed with the key of a participant, of the present round or the newest. */
    boolean byParticipant(FederationState state) {
      boolean newest =
          Optional.ofNullable(state.participants().get(sender))
              .filter(p -> p.signer().equals(key))
              .isPresent();
      return newest
          || state
              .round()
              .map(round -> round.members().get(sender))
              .filter(p -> p.signer().equals(key))
              .isPresent();
    }
  }

  private final SigningDomain domain;
  private final Address node;
  private final InstantSource clock;

  SignedRequests(SigningDomain domain, Address node, InstantSource clock) {
    this.domain = domain;
    this.node = node;
    this.clock = clock;
  }

  /**
   * Who signed this request.
   *
   * @param why a signature is needed
   * @throws RefusedException with what is missing
   */
  Signed require(Call call, FederationState state, String why) throws RefusedException {
    String header = call.header("Authorization").orElse("");
    Matcher parts = AUTHORIZATION.matcher(header);
    if (!parts.matches()) {
      throw unsigned(why);
    }
    NodeRequest request =
        request(call, Address.of(parts.group(1)), expiry(Long.parseLong(parts.group(2))));
    Signed signed = new Signed(request.sender(), signer(request, parts.group(3)));
    if (!signed.bySelf() && !signed.byParticipant(state)) {
      throw unsigned(
          "this is no signature of %s over this request to the node %s"
              .formatted(request.sender(), node));
    }
    return signed;
  }

  /** Who signed this request, if somebody did so validly. */
  Optional<Signed> find(Call call, FederationState state) {
    try {
      return Optional.of(require(call, state, ""));
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  private long expiry(long expiry) throws RefusedException {
    long now = clock.instant().getEpochSecond();
    if (expiry < now) {
      throw unsigned("the request expired %d seconds ago".formatted(now - expiry));
    }
    if (expiry > now + MAX_AHEAD) {
      throw unsigned("the expiry is %d seconds ahead".formatted(expiry - now));
    }
    return expiry;
  }

  private NodeRequest request(Call call, Address sender, long expiry) throws RefusedException {
    try {
      return new NodeRequest(sender, node, call.method(), call.path(), expiry);
    } catch (IllegalArgumentException e) {
      throw unsigned(e.getMessage());
    }
  }

  private Address signer(NodeRequest request, String signature) throws RefusedException {
    try {
      return domain
          .signer(request, Signature.of(signature))
          .orElseThrow(() -> unsigned("no key makes this signature"));
    } catch (IllegalArgumentException e) {
      throw unsigned(e.getMessage());
    }
  }

  private RefusedException unsigned(String why) {
    String how =
        "%s; send 'Authorization: FedLedger sender=0x…,expiry=SECONDS,signature=0x…', signed as EIP-712 NodeRequest{sender, node %s, method, path, expiry}, the expiry at most %d seconds ahead"
            .formatted(why, node, MAX_AHEAD);
    return new RefusedException(Problem.UNSIGNED.because(how, CHALLENGE));
  }
}
