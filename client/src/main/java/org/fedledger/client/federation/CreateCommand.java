package org.fedledger.client.federation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.PatienceOption;
import org.fedledger.client.cli.RpcOption;
import org.fedledger.contracts.FederationDeployer;
import org.fedledger.contracts.FederationDeployer.Deployment;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.SignedTransaction;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.rule.Rule;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.InitialModels;
import org.fedledger.spec.SpecJson;
import org.fedledger.tensor.BlobId;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.TransactionHash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "create",
    description = "Found a federation: deploy its contract. The key becomes the coordinator's.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger federation create --spec spec.json --rpc http://127.0.0.1:8545 \\",
      "           --keystore coordinator.key --aggregator 0x… --quorum 2"
    })
final class CreateCommand implements Callable<Integer> {

  @Option(
      names = "--resume",
      paramLabel = "HASH|0x…",
      description = {
        "take up a founding that was cut off: the transaction's hash or the contract's address,",
        "as it was told before it was sent; of the other options only --rpc and the key count then"
      })
  private String resume;

  @Option(
      names = "--spec",
      paramLabel = "FILE",
      description = "the spec, as JSON; its canonical form is what gets committed")
  private Path spec;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "version 0, for a spec that says it is supplied")
  private Path model;

  @Option(
      names = "--aggregator",
      paramLabel = "0x…",
      description = "an aggregator's address; may be repeated")
  private List<String> aggregators = List.of();

  @Option(
      names = "--verifier",
      paramLabel = "0x…",
      description = "a verifier's address; may be repeated")
  private List<String> verifiers = List.of();

  @Option(
      names = "--auditor",
      paramLabel = "0x…",
      description = "an auditor's address, who may then read updates; may be repeated")
  private List<String> auditors = List.of();

  @Option(
      names = "--quorum",
      defaultValue = "2",
      paramLabel = "N",
      description = "fewest accepted updates for a new version (default: ${DEFAULT-VALUE})")
  private int quorum;

  @Option(
      names = "--attestations",
      paramLabel = "M",
      description =
          "how many verifiers must attest to a version; more than half (default: just more)")
  private Integer attestations;

  @Option(
      names = "--recovery-seconds",
      defaultValue = "604800",
      paramLabel = "S",
      description =
          "how long the one concerned may veto a new key in its name, or the coordinator the"
              + " successor's claim, where there are no verifiers (default: ${DEFAULT-VALUE}, a"
              + " week)")
  private long recoverySeconds;

  @Option(
      names = "--successor",
      paramLabel = "0x…",
      description = "who may claim the coordinator's office if the coordinator is lost")
  private String successor;

  @Option(
      names = "--federation-id",
      paramLabel = "0x…",
      description = "32 bytes; random unless given")
  private String federationId;

  @Mixin private RpcOption chain;
  @Mixin private KeyOptions keys;
  @Mixin private PatienceOption patience;
  @Mixin private Output out;

  @Override
  public Integer call() throws IOException {
    if (resume != null) {
      return resume();
    }
    requireGiven("--spec", spec != null);
    requireGiven("--aggregator", !aggregators.isEmpty());
    FederationSpec parsed = SpecFile.read(spec);
    FederationId id = federationId();
    requireFewest(parsed.plan().rule());
    BlobId version0 = version0(parsed, id);
    SigningKey key = keys.open();
    try (Rpc rpc = chain.open()) {
      FederationSetup setup =
          new FederationSetup(
              id,
              Digest.ofContent(SpecJson.write(parsed)),
              version0,
              state0(parsed, id),
              quorum,
              attestations != null ? attestations : majority(verifiers.size()),
              recoverySeconds(),
              key.address(),
              Optional.ofNullable(successor).map(text -> address("--successor", text)),
              addresses("--aggregator", aggregators),
              addresses("--verifier", verifiers),
              addresses("--auditor", auditors));
      FederationDeployer deployer = deployer(rpc, key);
      for (SignedTransaction unfinished : deployer.unfinishedBeside(setup)) {
        throw CommandException.usage(
            ("a founding with this key was sent before, and it was not waited for: transaction %s,"
                    + " which makes the contract %s; give --resume %1$s first")
                .formatted(unfinished.hash(), unfinished.creates().orElseThrow()));
      }
      tell(rpc, founded(deployer.deploy(setup)));
    }
    return ExitCode.DONE;
  }

  private static void requireGiven(String option, boolean given) {
    if (!given) {
      throw CommandException.usage(
          "%s is missing: it is needed but for --resume".formatted(option));
    }
  }

  private FederationDeployer deployer(Rpc rpc, SigningKey key) {
    return new FederationDeployer(
        rpc, key, patience.of(keys.terms(out)).telling(this::tellBeforeItIsSent));
  }

  /** From here on there may be a contract, whatever comes between. */
  private void tellBeforeItIsSent(SignedTransaction founding) {
    out.talk(
        "sending transaction %s, which makes the contract %s; if this is cut off, --resume %1$s"
            + " takes it up",
        founding.hash(), founding.creates().orElseThrow());
  }

  private int resume() throws IOException {
    SigningKey key = keys.open();
    try (Rpc rpc = chain.open()) {
      FederationDeployer deployer = deployer(rpc, key);
      TransactionHash founding =
          resume.length() == 2 + 2 * Address.LENGTH
              ? foundingOf(rpc, deployer, address("--resume", resume))
              : hash();
      tell(rpc, founded(deployer.resume(founding)));
    }
    return ExitCode.DONE;
  }

  private TransactionHash hash() {
    try {
      return TransactionHash.of(resume.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--resume: " + e.getMessage());
    }
  }

  private static TransactionHash foundingOf(
      Rpc rpc, FederationDeployer deployer, Address contract) {
    return deployer.unfinished().stream()
        .filter(each -> each.creates().equals(Optional.of(contract)))
        .map(SignedTransaction::hash)
        .findFirst()
        .or(
            () ->
                LedgerFeed.founding(new Web3jLedgerReader(rpc, contract, Optional.empty()))
                    .map(RecordedEvent::transaction))
        .orElseThrow(
            () ->
                CommandException.refused(
                    "--resume: this chain has no federation at %s, and nothing beside the key says that it was founded"
                        .formatted(contract)));
  }

  private static Deployment.Deployed founded(Deployment deployment) {
    return switch (deployment) {
      case Deployment.Deployed deployed -> deployed;
      case Deployment.Refused refused ->
          throw CommandException.refused("no contract", refused.why());
    };
  }

  private long recoverySeconds() {
    if (recoverySeconds < 1 || recoverySeconds > 0xffff_ffffL) {
      throw CommandException.usage("--recovery-seconds is 1 to 4294967295, not " + recoverySeconds);
    }
    return recoverySeconds;
  }

  private static int majority(int verifiers) {
    return verifiers == 0 ? 0 : verifiers / 2 + 1;
  }

  /** What was founded, as the ledger has it. */
  private void tell(Rpc rpc, Deployment.Deployed d) {
    LedgerEvent.FederationCreated created = created(rpc, d);
    out.line("contract     %s", d.contract());
    out.line("chain id     %d", rpc.chainId());
    out.line("federation   %s", created.federation());
    out.line("spec         %s", created.spec());
    out.line("version 0    %s", created.model());
    if (!created.state().equals(Digest.NONE)) {
      out.line("rule state   %s", created.state());
    }
    out.line("transaction  %s", d.transaction());
    out.document(
        JsonNodeFactory.instance
            .objectNode()
            .put("contract", d.contract().toString())
            .put("chainId", rpc.chainId())
            .put("transaction", d.transaction().toString())
            .put("block", d.block())
            .put("gas", d.gasUsed())
            .put("federation", created.federation().toString())
            .put("spec", created.spec().toString())
            .put("model", created.model().toString())
            .put("state", created.state().toString()));
  }

  private static LedgerEvent.FederationCreated created(Rpc rpc, Deployment.Deployed d) {
    for (RecordedEvent event :
        new Web3jLedgerReader(rpc, d.contract(), Optional.empty()).events(d.block(), d.block())) {
      if (event.event() instanceof LedgerEvent.FederationCreated created) {
        return created;
      }
    }
    throw CommandException.refused(
        "%s founded no federation at %s".formatted(d.transaction(), d.contract()));
  }

  private FederationId federationId() {
    if (federationId != null) {
      try {
        return FederationId.of(federationId.toLowerCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw CommandException.usage("--federation-id: " + e.getMessage());
      }
    }
    byte[] random = new byte[FederationId.LENGTH];
    new SecureRandom().nextBytes(random);
    return new FederationId(random);
  }

  private BlobId version0(FederationSpec parsed, FederationId id) throws IOException {
    if (InitialModels.reproducible(parsed)) {
      if (model != null) {
        throw CommandException.usage(
            "--model: the spec says how version 0 is made; give none, or say 'supplied' there");
      }
      Path made = Files.createTempFile("version-0", ".safetensors");
      try {
        requireRoom(InitialModels.size(parsed), made);
        return InitialModels.write(parsed, id, made);
      } finally {
        Files.deleteIfExists(made);
      }
    }
    if (model == null) {
      throw CommandException.usage("--model is missing: the spec says that version 0 is supplied");
    }
    return Blobs.id(model);
  }

  private static void requireRoom(long size, Path file) throws IOException {
    long room = Files.getFileStore(file).getUsableSpace();
    if (size > room) {
      throw CommandException.usage(
          "--spec: version 0 would have %d bytes, and there is room for %d in %s"
              .formatted(size, room, file.getParent()));
    }
  }

  private static Optional<BlobId> state0(FederationSpec parsed, FederationId id)
      throws IOException {
    Path made = Files.createTempFile("state-0", ".safetensors");
    try {
      return InitialModels.writeState(parsed, id, made);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /** A round that has a quorum shall come to a model. */
  private void requireFewest(Rule rule) {
    if (quorum < rule.fewest()) {
      throw CommandException.usage(
          "--quorum: with these parameters %s takes at least %d updates, not %d"
              .formatted(rule.id(), rule.fewest(), quorum));
    }
  }

  static List<Address> addresses(String option, List<String> texts) {
    return texts.stream().map(text -> address(option, text)).toList();
  }

  static Address address(String option, String text) {
    try {
      return Address.of(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(option + ": " + e.getMessage());
    }
  }
}
