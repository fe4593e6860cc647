package org.fedledger.devnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fedledger.client.cli.CommandException;
import org.fedledger.contracts.FederationDeployer;
import org.fedledger.contracts.FederationDeployer.Deployment;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Outcome;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.SpecJson;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;

/** Founds the demo's federation: files, contract, members. */
final class DemoFounding {

  /** 2^64 - 1, as an unsigned number: no limit. */
  private static final long UNLIMITED = -1L;

  private final Rpc rpc;

  /** Nobody loses a key in a demo; a day is what a federation of few might take. */
  private static final Duration RECOVERY = Duration.ofDays(1);

  private final DemoKeys keys;
  private final DemoFolder folder;

  DemoFounding(Rpc rpc, DemoKeys keys, DemoFolder folder) {
    this.rpc = rpc;
    this.keys = keys;
    this.folder = folder;
  }

  /**
   * A federation that exists.
   *
   * @param spec digest of the spec's file
   * @param model version 0
   * @param block in which the contract was deployed
   */
  record Founded(Address contract, Digest spec, BlobId model, long block) {}

  /**
   * Writes spec and version 0, and deploys the contract.
   *
   * @throws CommandException if the ledger refuses
   */
  Founded found(DemoOptions options) throws IOException {
    FederationSpec spec = options.dataset().spec();
    int participants = options.dataset().holdings().size();
    byte[] specFile = SpecJson.write(spec);
    Files.write(folder.spec(), specFile);
    BlobId model = InitialModels.write(spec, keys.federation(), folder.initialModel());
    Optional<BlobId> state =
        InitialModels.writeState(spec, keys.federation(), folder.initialState());
    Digest specDigest = Digest.ofContent(specFile);
    FederationSetup setup =
        new FederationSetup(
            keys.federation(),
            specDigest,
            model,
            state,
            Math.max(quorum(participants), spec.plan().rule().fewest()),
            threshold(options.verifiers()),
            RECOVERY.toSeconds(),
            keys.coordinator().address(),
            Optional.empty(),
            aggregators(options),
            verifiers(options),
            List.of(keys.auditor().address()));
    return switch (new FederationDeployer(rpc, keys.coordinator()).deploy(setup)) {
      case Deployment.Deployed d -> new Founded(d.contract(), specDigest, model, d.block());
      case Deployment.Refused(Outcome.Refused why) ->
          throw CommandException.refused("the federation could not be founded", why);
    };
  }

  private List<Address> aggregators(DemoOptions options) {
    return options.secondAggregator()
        ? List.of(keys.node().address(), keys.secondNode().address())
        : List.of(keys.node().address());
  }

  private List<Address> verifiers(DemoOptions options) {
    return IntStream.range(0, options.verifiers())
        .mapToObj(i -> keys.verifier(i).address())
        .toList();
  }

  /** More than half of the verifiers. */
  private static int threshold(int verifiers) {
    return verifiers == 0 ? 0 : verifiers / 2 + 1;
  }

  /** More than half, and two where there are two, so that no version shows one update alone. */
  static int quorum(int participants) {
    return Math.min(participants, Math.max(2, participants / 2 + 1));
  }

  void admit(Web3jLedger coordinator, int participants) {
    for (int i = 0; i < participants; i++) {
      Address address = keys.participant(i).address();
      if (coordinator.submit(new LedgerAction.Admit(address, UNLIMITED))
          instanceof Outcome.Refused why) {
        throw CommandException.refused("%s could not be admitted".formatted(address), why);
      }
    }
  }
}
