package org.fedledger.devnet.demo.tamper;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.role.RoundTask;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.RecoveryVeto;

/**
 * The coordinator puts its own key in a participant's place. The contract refuses that without the
 * signature of the key before; where there are no verifiers, the coordinator then asks for the key
 * as if it were lost, and the old key vetoes it.
 */
final class HijackedKey implements Attack {

  private final Stage stage;
  private final CountDownLatch asked = new CountDownLatch(1);
  private volatile Party coordinator;

  HijackedKey(Stage stage) {
    this.stage = stage;
  }

  @Override
  public Party culprit() {
    return coordinator;
  }

  @Override
  public String deed() {
    return "the coordinator put its own key in the place of that of " + stage.victim().name();
  }

  @Override
  public void opened(Web3jLedger ledger, SigningKey key) {
    coordinator = new Party("coordinator", key.address());
    KeyRotation rotation = new KeyRotation(stage.victim().address(), key.address(), 0);
    LedgerAction action = new LedgerAction.RotateKey(rotation, ledger.domain().sign(rotation, key));
    if (ledger.submitUnasked(action, ParticipantAccess.GAS) instanceof Outcome.Mined mined) {
      throw new IllegalStateException("the ledger took another's rotation: " + mined);
    }
    if (stage.verifiers().isEmpty()) {
      requireMined(
          ledger.submit(new LedgerAction.RequestRecovery(stage.victim().address(), key.address())));
    }
    asked.countDown();
  }

  @Override
  public void trained(ParticipantAccess access, RoundTask task) throws InterruptedException {
    if (access.self().equals(stage.victim())) {
      asked.await();
      if (stage.verifiers().isEmpty()) {
        RecoveryVeto veto = new RecoveryVeto(stage.victim().address(), coordinator.address(), 0);
        requireMined(
            access
                .ledger()
                .submit(
                    new LedgerAction.VetoRecovery(
                        veto, access.ledger().domain().sign(veto, access.key()))));
      }
    }
  }

  private static void requireMined(Outcome outcome) {
    if (outcome instanceof Outcome.Refused why) {
      throw new IllegalStateException("the ledger refused: " + why);
    }
  }

  @Override
  public Optional<Caught> find(FraudEvidence evidence) {
    Optional<Caught> refused = evidence.refused(Moment.ROTATION, coordinator, "WrongSigner");
    if (!stage.verifiers().isEmpty()) {
      return refused.filter(_ -> evidence.audit().verified());
    }
    Optional<Caught> veto =
        evidence.noted(
            note -> note.contains("the key of %s vetoed".formatted(stage.victim().address())));
    if (refused.isEmpty() || veto.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> more = new LinkedHashMap<>();
    more.put("recoveryVetoed", veto.get().evidence().get("note"));
    return refused.map(caught -> caught.and(more));
  }
}
