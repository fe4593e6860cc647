package org.fedledger.contracts;

import static org.fedledger.contracts.Words.number;
import static org.fedledger.contracts.Words.unsigned;

import java.net.URI;
import java.util.Optional;
import org.fedledger.contracts.generated.FederatedLedger;
import org.fedledger.crypto.Signature;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.BudgetRaise;
import org.fedledger.signing.KeyRotation;
import org.fedledger.signing.Publication;
import org.fedledger.signing.RecoveryVeto;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.DefaultGasProvider;

/** A federation's contract, read and written over JSON-RPC by one account. */
public final class Web3jLedger extends Web3jLedgerReader implements Ledger {

  /** Encodes calls only; nothing is ever sent through it. */
  private final FederatedLedger wrapper;

  private final TransactionSender sender;

  /**
   * @param key of the account that pays for transactions; signatures inside actions are the
   *     caller's to make
   */
  public Web3jLedger(Rpc rpc, Address contract, Optional<URI> webSocket, SigningKey key) {
    this(rpc, contract, webSocket, key, TransactionTerms.inMemory());
  }

  /** One that sends on terms of its own. */
  public Web3jLedger(
      Rpc rpc, Address contract, Optional<URI> webSocket, SigningKey key, TransactionTerms terms) {
    super(rpc, contract, webSocket);
    this.wrapper =
        FederatedLedger.load(
            contract.toString(),
            rpc.web3j(),
            new ReadonlyTransactionManager(rpc.web3j(), key.address().toString()),
            new DefaultGasProvider());
    this.sender = new TransactionSender(rpc, domain().chainId(), key, terms);
  }

  @Override
  public Outcome submit(LedgerAction action) {
    return outcome(sender.send(Optional.of(domain().contract()), encode(action), name(action)));
  }

  /**
   * Asks for an action without asking first whether it would be refused: what honest parties never
   * do. A refusal then stands in a block, as a transaction that failed, for everybody to see; see
   * {@link RefusedTransactions}.
   *
   * @param gasLimit enough for what the action does
   * @throws LedgerUnreachableException if its fate is unknown
   */
  public Outcome submitUnasked(LedgerAction action, long gasLimit) {
    return outcome(sender.sendUnasked(domain().contract(), encode(action), name(action), gasLimit));
  }

  private static String name(LedgerAction action) {
    return action.getClass().getSimpleName();
  }

  private Outcome outcome(TransactionSender.Sent sent) {
    return switch (sent) {
      case TransactionSender.Sent.Included(TransactionReceipt receipt) -> mined(receipt);
      case TransactionSender.Sent.Refused(Outcome.Refused why) -> why;
    };
  }

  private Outcome mined(TransactionReceipt receipt) {
    long number = receipt.getBlockNumber().longValueExact();
    BlockRef block =
        block(number)
            .orElseThrow(
                () ->
                    new LedgerUnreachableException(
                        "block %d left the chain again".formatted(number), null));
    return new Outcome.Mined(
        TransactionHash.of(receipt.getTransactionHash()),
        block,
        receipt.getGasUsed().longValueExact());
  }

  private String encode(LedgerAction action) {
    return (switch (action) {
          case LedgerAction.Admit a ->
              wrapper.admit(a.participant().toString(), unsigned(a.privacyBudget()));
          case LedgerAction.Suspend a -> wrapper.suspend(a.participant().toString());
          case LedgerAction.RotateKey a ->
              wrapper.rotateKey(words(a.rotation()), a.signature().bytes());
          case LedgerAction.RequestRecovery a ->
              wrapper.requestRecovery(a.participant().toString(), a.signer().toString());
          case LedgerAction.VetoRecovery a ->
              wrapper.vetoRecovery(words(a.veto()), a.signature().bytes());
          case LedgerAction.CompleteRecovery a ->
              wrapper.completeRecovery(a.participant().toString());
          case LedgerAction.RaiseBudget a ->
              wrapper.raiseBudget(words(a.raise()), a.signature().bytes());
          case LedgerAction.GrantAuditor a -> wrapper.grantAuditor(a.auditor().toString());
          case LedgerAction.RevokeAuditor a -> wrapper.revokeAuditor(a.auditor().toString());
          case LedgerAction.Govern a ->
              wrapper.govern(
                  number(a.kind().code()),
                  a.account().toString(),
                  a.value(),
                  a.signatures().stream().map(Signature::bytes).toList());
          case LedgerAction.ClaimCoordination _ -> wrapper.claimCoordination();
          case LedgerAction.VetoClaim _ -> wrapper.vetoClaim();
          case LedgerAction.CompleteClaim _ -> wrapper.completeClaim();
          case LedgerAction.OpenRound a -> wrapper.openRound(words(a.opening()));
          case LedgerAction.Commit a ->
              wrapper.commit(words(a.commitment()), a.signature().bytes());
          case LedgerAction.CloseCommits a -> wrapper.closeCommits(a.roundId().bytes());
          case LedgerAction.Publish a ->
              wrapper.publish(
                  words(a.publication()),
                  a.decision().accepted(),
                  a.decision().packedRejections(),
                  a.signature().bytes());
          case LedgerAction.Attest a ->
              wrapper.attest(
                  words(a.attestation()), a.verifier().toString(), a.signature().bytes());
          case LedgerAction.ExpirePublication a -> wrapper.expirePublication(a.roundId().bytes());
          case LedgerAction.AbortRound a ->
              wrapper.abortRound(a.roundId().bytes(), number(a.reason().code()));
        })
        .encodeFunctionCall();
  }

  private static FederatedLedger.RoundOpening words(RoundOpening o) {
    return new FederatedLedger.RoundOpening(
        o.plan().bytes(),
        number(o.planSize()),
        number(o.baseVersion()),
        o.baseModel().bytes(),
        o.baseState().bytes(),
        number(o.commitDeadline()),
        o.laterStages(),
        number(o.revealSeconds()),
        number(o.publicationSeconds()),
        number(o.attestationSeconds()),
        number(o.attempts()),
        o.drawThreshold(),
        number(o.drawn()),
        number(o.weightCap()));
  }

  private static FederatedLedger.KeyRotation words(KeyRotation r) {
    return new FederatedLedger.KeyRotation(
        r.participant().toString(), r.signer().toString(), number(r.nonce()));
  }

  private static FederatedLedger.RecoveryVeto words(RecoveryVeto v) {
    return new FederatedLedger.RecoveryVeto(
        v.participant().toString(), v.signer().toString(), number(v.nonce()));
  }

  private static FederatedLedger.BudgetRaise words(BudgetRaise r) {
    return new FederatedLedger.BudgetRaise(r.participant().toString(), unsigned(r.budget()));
  }

  private static FederatedLedger.UpdateCommitment words(UpdateCommitment c) {
    return new FederatedLedger.UpdateCommitment(
        c.roundId().bytes(),
        number(c.stage()),
        c.participant().toString(),
        c.digest().bytes(),
        unsigned(c.size()),
        unsigned(c.weight()),
        unsigned(c.privacyCost()));
  }

  private static FederatedLedger.Publication words(Publication p) {
    return new FederatedLedger.Publication(
        p.roundId().bytes(),
        number(p.attempt()),
        p.model().bytes(),
        unsigned(p.modelSize()),
        p.state().bytes(),
        unsigned(p.stateSize()),
        p.acceptedDigest().bytes());
  }

  private static FederatedLedger.Attestation words(Attestation a) {
    return new FederatedLedger.Attestation(
        a.publicationId().bytes(),
        a.model().bytes(),
        a.state().bytes(),
        number(a.finding().code()),
        a.lacking().bytes());
  }
}
