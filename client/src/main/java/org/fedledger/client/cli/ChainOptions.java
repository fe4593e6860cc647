package org.fedledger.client.cli;

import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.contracts.FederationContract;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.TransactionTerms;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.types.Address;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which chain node and which contract. */
public final class ChainOptions {

  @Mixin private RpcOption rpc;

  @Option(
      names = "--ws",
      paramLabel = "URL",
      description = "its WebSocket address, to be told of new blocks at once")
  private URI webSocket;

  @Option(
      names = "--contract",
      required = true,
      paramLabel = "0x…",
      description = "the federation's contract")
  private String contract;

  public Rpc open() {
    return rpc.open();
  }

  public Address contract() {
    try {
      return Address.of(contract.toLowerCase(java.util.Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--contract: " + e.getMessage());
    }
  }

  /**
   * The federation's ledger.
   *
   * @throws CommandException if there is no federation, or its contract is not this build's
   */
  public Web3jLedgerReader reader(Rpc open) {
    return recognised(open, unrecognised(open), CommandException::refused);
  }

  /** The same for what verifies, which fails where the contract is not this build's. */
  public Web3jLedgerReader verifiedReader(Rpc open) {
    return recognised(open, unrecognised(open), CommandException::verificationFailed);
  }

  /** The ledger of whatever stands at the address; for those who look at that themselves. */
  public Web3jLedgerReader unrecognised(Rpc open) {
    return new Web3jLedgerReader(open, contract(), Optional.ofNullable(webSocket));
  }

  /**
   * The federation's ledger, written by that key's account.
   *
   * @param terms on which it is written
   * @throws CommandException if there is no federation, or its contract is not this build's
   */
  public Web3jLedger ledger(Rpc open, SigningKey key, TransactionTerms terms) {
    return recognised(
        open,
        new Web3jLedger(open, contract(), Optional.ofNullable(webSocket), key, terms),
        CommandException::refused);
  }

  /**
   * The ledger, if its contract is this build's.
   *
   * @param lookAlike how a command ends otherwise
   */
  public static <L extends Web3jLedgerReader> L recognised(
      Rpc open, L ledger, Function<String, CommandException> lookAlike) {
    return switch (FederationContract.recognise(open, ledger)) {
      case FederationContract.Recognition.Own _ -> ledger;
      case FederationContract.Recognition.LookAlike(String why) ->
          throw lookAlike.apply("--contract: %s: %s".formatted(ledger.domain().contract(), why));
      case FederationContract.Recognition.NoFederation _ ->
          throw CommandException.usage(
              "--contract: this chain records no federation at %s; see whether it and --rpc fit"
                  .formatted(ledger.domain().contract()));
    };
  }
}
