package org.fedledger.client.federation;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Tenure;
import org.fedledger.signing.GovernanceChange;
import org.fedledger.types.Address;
import picocli.CommandLine.Mixin;

/**
 * A change that M verifiers make together, or the coordinator where there are none. What each
 * command adds is the change.
 */
abstract class GovernanceCommand implements Callable<Integer> {

  /** What is to be changed. */
  record Change(GovernanceKind kind, Address account, BigInteger value) {

    static Change of(GovernanceKind kind, Address account) {
      return new Change(kind, account, BigInteger.ZERO);
    }

    static Change of(GovernanceKind kind, long value) {
      return new Change(kind, GovernanceWords.NOBODY, BigInteger.valueOf(value));
    }

    String words() {
      return GovernanceWords.of(kind, account, value);
    }
  }

  @Mixin private StatementOptions options;

  abstract Change change();

  /**
   * @throws CommandException if the change cannot be made as the federation stands; says what can
   */
  void check(FederationState state) {}

  /** Whether verifiers make the change, and not the coordinator. */
  boolean isVerifiersToMake(FederationState state) {
    return !verifiers(state).isEmpty();
  }

  @Override
  public final Integer call() throws IOException {
    Change change = change();
    options.run(
        state -> {
          check(state);
          return new GovernanceChange(
              state.federation(),
              change.kind().code(),
              change.account(),
              change.value(),
              state.governanceNonce());
        },
        change.words(),
        (state, _, signed, key) -> action(state, change, signatures(state, signed, key)));
    return ExitCode.DONE;
  }

  LedgerAction action(FederationState state, Change change, List<Signature> signatures) {
    return new LedgerAction.Govern(change.kind(), change.account(), change.value(), signatures);
  }

  /** Those who are verifiers in the next round, who are asked. */
  static List<Address> verifiers(FederationState state) {
    return next(state, state.verifiers());
  }

  /** Those who are aggregators in the next round. */
  static List<Address> aggregators(FederationState state) {
    return next(state, state.aggregators());
  }

  private static List<Address> next(FederationState state, Map<Address, Tenure> office) {
    return office.entrySet().stream()
        .filter(e -> e.getValue().covers(state.nextRound()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Just as many as the ledger asks for, in the order in which it wants them. */
  private List<Signature> signatures(
      FederationState state, List<SignedStatement> signed, SigningKey key) {
    List<Address> verifiers = verifiers(state);
    if (!isVerifiersToMake(state)) {
      requireCoordinator(state, signed, key);
      return List.of();
    }
    TreeMap<Address, Signature> each = new TreeMap<>();
    for (SignedStatement one : signed) {
      if (!verifiers.contains(one.signer())) {
        throw CommandException.usage(
            "%s signed, who is no verifier of round %d; those are %s"
                .formatted(one.signer(), state.nextRound(), verifiers));
      }
      each.put(one.signer(), one.signature());
    }
    int needed = state.attestationThreshold();
    if (each.size() < needed) {
      throw CommandException.usage(
          ("%d of %d verifiers must sign, and %d did: write what is to be signed with --prepare,"
                  + " have it signed with 'fedledger federation sign', then give each with"
                  + " --signature")
              .formatted(needed, verifiers.size(), each.size()));
    }
    return each.values().stream().limit(needed).toList();
  }

  private static void requireCoordinator(
      FederationState state, List<SignedStatement> signed, SigningKey key) {
    if (!signed.isEmpty()) {
      throw CommandException.usage(
          "no verifiers decide this here, but the coordinator alone: leave --signature out");
    }
    if (!key.address().equals(state.coordinator())) {
      throw CommandException.refused(
          "no verifiers decide this here, but the coordinator %s alone, not %s"
              .formatted(state.coordinator(), key.address()));
    }
  }
}
