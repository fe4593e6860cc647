package org.fedledger.client.cli;

import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.Outcome;

/** What to do about a refusal of the ledger, where there is something to do. */
final class RefusalHint {

  private RefusalHint() {}

  static Optional<String> of(Outcome.Refused refused) {
    List<String> v = refused.values();
    return Optional.ofNullable(
        switch (refused.error()) {
          case "NotCoordinator" -> "only the coordinator %s may".formatted(value(v, 1));
          case "NotSuccessor" -> "only the successor %s may".formatted(value(v, 1));
          case "AlreadyInOffice" -> "%s holds the office already".formatted(value(v, 0));
          case "NotInOffice" -> "%s does not hold the office".formatted(value(v, 0));
          case "AlreadyMember" -> "%s is a member already".formatted(value(v, 0));
          case "NotMember" -> "%s is no member".formatted(value(v, 0));
          case "NotAdmitted" -> "%s was never admitted".formatted(value(v, 0));
          case "SameSigner" -> "%s is the key already".formatted(value(v, 0));
          case "WrongNonce" ->
              "it was signed before the key last changed: prepare and sign it anew";
          case "WrongSigner" -> "signed by %s, where %s must".formatted(value(v, 0), value(v, 1));
          case "WrongSignatureCount" ->
              "%s signatures were given, and exactly %s are wanted"
                  .formatted(value(v, 0), value(v, 1));
          case "OnlyWithVerifiers" ->
              "founded without verifiers to approve it: the coordinator asks with 'recover-key"
                  + " request'";
          case "OnlyWithoutVerifiers" -> "this federation has verifiers: M of them approve it";
          case "InvalidThreshold" ->
              "of %s verifiers more than half must attest, not %s"
                  .formatted(value(v, 1), value(v, 0));
          case "UnknownVersion" -> "there is no version %s".formatted(value(v, 0));
          case "ClaimIsPending" -> "it counts after second %s".formatted(value(v, 0));
          case "NoClaimPending" -> "nobody has claimed the office";
          case "NoRecoveryPending" ->
              "no key is asked for in the name of %s".formatted(value(v, 0));
          case "BudgetNotRaised" -> "the budget is %s already".formatted(value(v, 1));
          case "BudgetDiffers" ->
              ("who comes back has the budget %s, which only its own key can raise:"
                      + " 'federation raise-budget'")
                  .formatted(value(v, 1));
          case "RoundIsOpen" -> "wait until the open round has ended";
          case "TooFewMembers" ->
              "%s members are admitted, and the quorum is %s".formatted(value(v, 0), value(v, 1));
          case "RoundTooLong" ->
              "all windows together may take %s seconds, not %s"
                  .formatted(value(v, 1), value(v, 0));
          case "DeadlineNotPassed" ->
              "it may be done after second %s of the ledger's time, which is %s"
                  .formatted(value(v, 0), value(v, 1));
          case "DeadlinePassed" ->
              "it had to come by second %s of the ledger's time, which is %s"
                  .formatted(value(v, 0), value(v, 1));
          case "InsufficientFunds" ->
              "%s has %s wei and may need %s: send it some, and ask again; see docs/funding.md"
                  .formatted(value(v, 0), value(v, 1), value(v, 2));
          case "Displaced" ->
              "another transaction of the account took its place, so that it never comes into a"
                  + " block";
          case "UnknownTransaction" ->
              "neither this chain knows %s, nor what was kept beside the key"
                  .formatted(value(v, 0));
          case "NoFounding" -> "%s founded no federation".formatted(value(v, 0));
          case "FederationIsClosed" -> "the federation is closed for good";
          default -> null;
        });
  }

  private static String value(List<String> values, int index) {
    return index < values.size() ? values.get(index) : "another";
  }
}
