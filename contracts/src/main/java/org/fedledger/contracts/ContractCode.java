package org.fedledger.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.fedledger.types.Address;
import org.fedledger.types.TransactionHash;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.utils.Numeric;

/**
 * Tells whether a deployed contract is the one of this build: its code now, with the immutables
 * masked, and the code that its constructor ran, since a look-alike could end up with the same code
 * after having given itself an office in secret.
 */
public final class ContractCode {

  /** What the comparison found. */
  public sealed interface Finding {

    record Same() implements Finding {}

    /**
     * @param what which code differs, and where first
     */
    record Different(String what) implements Finding {}

    /** There is no code at that address. */
    record Absent() implements Finding {}
  }

  private static final JsonNode COMPILED = compiled();

  private ContractCode() {}

  private static JsonNode compiled() {
    try (InputStream in = ContractCode.class.getResourceAsStream("FederatedLedger.json")) {
      JsonNode output = new ObjectMapper().readTree(in);
      JsonNode contract = output.at("/contracts/FederatedLedger.sol/FederatedLedger/evm");
      return contract.isMissingNode() ? output.at("/evm") : contract;
    } catch (IOException e) {
      throw new UncheckedIOException("the contract's code is not in this build", e);
    }
  }

  /**
   * @param created the transaction in which the first event of the federation stands
   */
  public static Finding check(Rpc rpc, Address contract, TransactionHash created) {
    String code =
        rpc.result(rpc.web3j().ethGetCode(contract.toString(), DefaultBlockParameterName.LATEST))
            .getCode();
    byte[] deployed = Numeric.hexStringToByteArray(code);
    if (deployed.length == 0) {
      return new Finding.Absent();
    }
    Optional<Finding> runtime = compareRuntime(deployed);
    return runtime.isPresent() ? runtime.get() : checkCreation(rpc, contract, created);
  }

  private static Optional<Finding> compareRuntime(byte[] deployed) {
    byte[] own = HexFormat.of().parseHex(COMPILED.at("/deployedBytecode/object").textValue());
    if (deployed.length != own.length) {
      return Optional.of(
          new Finding.Different(
              "the deployed code has %d bytes, this build's %d"
                  .formatted(deployed.length, own.length)));
    }
    mask(deployed);
    mask(own);
    int at = Arrays.mismatch(deployed, own);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            new Finding.Different(
                "the deployed code differs from this build's from byte %d on".formatted(at)));
  }

  private static void mask(byte[] code) {
    for (JsonNode places : COMPILED.at("/deployedBytecode/immutableReferences")) {
      for (JsonNode place : places) {
        int start = place.get("start").intValue();
        Arrays.fill(code, start, start + place.get("length").intValue(), (byte) 0);
      }
    }
  }

  private static Finding checkCreation(Rpc rpc, Address contract, TransactionHash created) {
    var receipt =
        rpc.result(rpc.web3j().ethGetTransactionReceipt(created.toString()))
            .getTransactionReceipt();
    String made = receipt.map(r -> r.getContractAddress()).orElse(null);
    if (made == null || !made.toLowerCase(Locale.ROOT).equals(contract.toString())) {
      return new Finding.Different(
          "the federation's first event stands in transaction %s, which did not create the contract"
              .formatted(created));
    }
    String input =
        rpc.result(rpc.web3j().ethGetTransactionByHash(created.toString()))
            .getTransaction()
            .map(t -> Numeric.cleanHexPrefix(t.getInput()))
            .orElse("");
    String own = COMPILED.at("/bytecode/object").textValue();
    if (!input.startsWith(own)) {
      return new Finding.Different(
          "the contract was created by other code than this build's; it may have given itself"
              + " offices in secret");
    }
    return new Finding.Same();
  }
}
