package org.fedledger.contracts;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.utils.Numeric;

/**
 * Tells whether a deployed contract is one of ours, of this build or of a release before it: its
 * code now, with the immutables masked, and the code that its constructor ran, since a look-alike
 * could end up with the same code after having given itself an office in secret.
 */
public final class ContractCode {

  /** What the comparison found. */
  public sealed interface Finding {

    record Same() implements Finding {}

    /**
     * @param what which code differs
     */
    record Different(String what) implements Finding {}

    /** There is no code at that address. */
    record Absent() implements Finding {}
  }

  private static final List<KnownCode> KNOWN = KnownCode.all();

  private ContractCode() {}

  /**
   * @param created the transaction in which the first event of the federation stands
   */
  public static Finding check(Rpc rpc, Address contract, TransactionHash created) {
    byte[] deployed =
        rpc.value(
            rpc.web3j().ethGetCode(contract.toString(), DefaultBlockParameterName.LATEST),
            answer -> Numeric.hexStringToByteArray(answer.getCode()));
    if (deployed.length == 0) {
      return new Finding.Absent();
    }
    Optional<KnownCode> known = KNOWN.stream().filter(k -> k.runsAs(deployed)).findFirst();
    return known.isPresent()
        ? checkCreation(rpc, contract, created, known.get())
        : new Finding.Different(
            "the deployed code, of %d bytes, is neither this build's, of %d, nor a release's"
                .formatted(deployed.length, KNOWN.getFirst().runtimeBytes()));
  }

  private static Finding checkCreation(
      Rpc rpc, Address contract, TransactionHash created, KnownCode known) {
    // A node that lacks either says nothing of the contract.
    Optional<String> made =
        rpc.value(
            rpc.web3j().ethGetTransactionReceipt(created.toString()),
            answer -> Optional.ofNullable(answer.getResult().getContractAddress()));
    if (made.isEmpty() || !made.get().toLowerCase(Locale.ROOT).equals(contract.toString())) {
      return new Finding.Different(
          "the federation's first event stands in transaction %s, which did not create the contract"
              .formatted(created));
    }
    byte[] input =
        rpc.value(
            rpc.web3j().ethGetTransactionByHash(created.toString()),
            answer -> Numeric.hexStringToByteArray(answer.getResult().getInput()));
    if (!known.isCreatedBy(input)) {
      return new Finding.Different(
          "the contract was created by other code than %s; it may have given itself offices in"
                  .formatted(known.name())
              + " secret");
    }
    return new Finding.Same();
  }
}
