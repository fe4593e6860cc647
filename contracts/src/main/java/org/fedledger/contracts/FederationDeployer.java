package org.fedledger.contracts;

import static org.fedledger.contracts.Words.number;

import java.util.List;
import java.util.Optional;
import org.fedledger.contracts.generated.FederatedLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.TransactionHash;
import org.web3j.abi.FunctionEncoder;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** Founds federations: one contract each. */
public final class FederationDeployer {

  /** What came of it. */
  public sealed interface Deployment {

    /**
     * @param block from which on its events stand
     */
    record Deployed(Address contract, TransactionHash transaction, long block, long gasUsed)
        implements Deployment {}

    record Refused(Outcome.Refused why) implements Deployment {}
  }

  /** Written where there is nobody. */
  private static final Address NOBODY = new Address(new byte[Address.LENGTH]);

  private final TransactionSender sender;

  /**
   * @param key of the account that pays; it gets no office by that
   */
  public FederationDeployer(Rpc rpc, SigningKey key) {
    this(rpc, key, TransactionTerms.inMemory());
  }

  public FederationDeployer(Rpc rpc, SigningKey key, TransactionTerms terms) {
    this.sender = new TransactionSender(rpc, rpc.chainId(), key, terms);
  }

  /**
   * Founds a federation. Asked again for the same one after an end that was not known, it waits for
   * the first contract.
   *
   * @throws LedgerUnreachableException if it is not known whether there is a contract
   */
  public Deployment deploy(FederationSetup setup) {
    return deployment(sender.send(Optional.empty(), data(setup), "Found"));
  }

  private static String data(FederationSetup setup) {
    String data = FederatedLedger.BINARY + FunctionEncoder.encodeConstructor(List.of(words(setup)));
    return data.startsWith("0x") ? data : "0x" + data;
  }

  /** Foundings that were signed with this key, and of which nobody has waited for the end. */
  public List<SignedTransaction> unfinished() {
    return sender.unsettledDeployments();
  }

  /** Those among them of other federations than this. */
  public List<SignedTransaction> unfinishedBeside(FederationSetup setup) {
    List<SignedTransaction> unfinished = unfinished();
    if (unfinished.isEmpty()) {
      return unfinished;
    }
    String data = data(setup);
    return unfinished.stream().filter(each -> !each.does(Optional.empty(), data)).toList();
  }

  /**
   * Waits for a founding that was sent before, and sends it again where it was lost.
   *
   * @throws LedgerUnreachableException if it is not known whether there is a contract
   */
  public Deployment resume(TransactionHash founding) {
    return deployment(sender.resume(founding));
  }

  private static Deployment deployment(TransactionSender.Sent sent) {
    return switch (sent) {
      case TransactionSender.Sent.Included(TransactionReceipt receipt)
          when receipt.getContractAddress() == null ->
          new Deployment.Refused(
              new Outcome.Refused("NoFounding", List.of(receipt.getTransactionHash())));
      case TransactionSender.Sent.Included(TransactionReceipt receipt) ->
          new Deployment.Deployed(
              Words.address(receipt.getContractAddress()),
              TransactionHash.of(receipt.getTransactionHash()),
              receipt.getBlockNumber().longValueExact(),
              receipt.getGasUsed().longValueExact());
      case TransactionSender.Sent.Refused(Outcome.Refused why) -> new Deployment.Refused(why);
    };
  }

  private static FederatedLedger.Setup words(FederationSetup s) {
    return new FederatedLedger.Setup(
        s.federation().bytes(),
        s.spec().bytes(),
        s.model().digest().bytes(),
        number(s.model().size()),
        s.state().map(BlobId::digest).orElse(Digest.NONE).bytes(),
        number(s.state().map(BlobId::size).orElse(0L)),
        number(s.quorum()),
        number(s.attestationThreshold()),
        number(s.recoverySeconds()),
        s.coordinator().toString(),
        s.successor().orElse(NOBODY).toString(),
        texts(s.aggregators()),
        texts(s.verifiers()),
        texts(s.auditors()));
  }

  private static List<String> texts(List<Address> addresses) {
    return addresses.stream().map(Address::toString).toList();
  }
}
