package org.fedledger.client.verifier;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.AwaitedSpec;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.RoleTalk;
import org.fedledger.client.node.NodeBlobSource;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeReplica;
import org.fedledger.client.node.Requester;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.federation.SpecLookup;
import org.fedledger.files.FolderLock;
import org.fedledger.files.Folders;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.role.Closer;
import org.fedledger.role.Concurrency;
import org.fedledger.role.Replica;
import org.fedledger.role.Role;
import org.fedledger.role.RoleLoop;
import org.fedledger.role.Step;
import org.fedledger.role.Verifier;
import org.fedledger.signing.Finding;
import org.fedledger.store.BlobSource;
import org.fedledger.store.FileBlobStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = "Follow the ledger and attest to every publication, until the federation closes.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: fedledger verifier run --node URL --rpc URL --contract 0x… --keystore verifier.key"
    })
final class VerifierRunCommand implements Callable<Integer> {

  /** Files may come without word from the ledger. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  @Option(
      names = "--node",
      required = true,
      paramLabel = "URL",
      description = "a node from which files are fetched; give several to ask all of them")
  private List<String> nodes;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = {
        "folder for what this verifier computed, which it offers to nodes that lack it,",
        "and for copies of the files of a round that it judges"
      })
  private Path folder;

  @Mixin private ChainOptions chain;
  @Mixin private KeyOptions keys;
  @Mixin private Output out;

  private final Map<Finding, Integer> attested = new EnumMap<>(Finding.class);

  @Override
  public Integer call() throws IOException, InterruptedException {
    SigningKey key = keys.open();
    try (FolderLock _ = lock();
        Rpc rpc = chain.open()) {
      Web3jLedger ledger = chain.ledger(rpc, key, keys.terms(out));
      List<NodeClient> clients = new ArrayList<>();
      try {
        for (String node : nodes) {
          clients.add(
              new NodeClient(
                  NodeOption.address("--node", node), ledger.domain(), Requester.of(key)));
        }
        run(ledger, key, clients);
        out.document(document());
      } catch (IllegalArgumentException e) {
        throw CommandException.usage("--node: " + e.getMessage());
      } finally {
        clients.forEach(NodeClient::close);
      }
    }
    return ExitCode.DONE;
  }

  /** Else a second one would delete the first one's files in the making. */
  private FolderLock lock() throws IOException {
    return FolderLock.of(folder)
        .orElseThrow(
            () ->
                CommandException.usage(
                    "--dir: another verifier works in %s; stop it first".formatted(folder)));
  }

  private void run(Web3jLedger ledger, SigningKey key, List<NodeClient> clients)
      throws IOException, InterruptedException {
    List<BlobSource> peers = new ArrayList<>();
    List<Replica> replicas = new ArrayList<>();
    for (NodeClient client : clients) {
      peers.add(new NodeBlobSource(client));
      replicas.add(new NodeReplica(client));
    }
    Verifier verifier =
        new Verifier(
            ledger,
            key,
            new FileBlobStore(folder.resolve("blobs")),
            peers,
            replicas,
            Concurrency.threads(LOOK_EVERY),
            Folders.emptied(folder.resolve("work")));
    int confirmations = confirmations(ledger, peers);
    try (LedgerFollower follower = new LedgerFollower(ledger, confirmations);
        RoleLoop loop =
            new RoleLoop(
                "verifier",
                Role.inTurn(verifier, Closer.patient(ledger, key.address())),
                () -> Optional.of(follower.state()),
                LOOK_EVERY,
                new Told())) {
      follower.onState(_ -> loop.nudge());
      follower.onTrouble(e -> out.talk("waiting for the ledger: %s", e.getMessage()));
      follower.start();
      loop.run(FederationState::closed);
    }
  }

  /**
   * As the spec says; by one that is none nothing is attested, of which each round's step tells.
   */
  private int confirmations(LedgerReader ledger, List<BlobSource> peers)
      throws InterruptedException {
    return AwaitedSpec.on(ledger, peers, out) instanceof SpecLookup.Found.Present(var spec)
        ? spec.confirmations()
        : 0;
  }

  /** Tells of each step, and counts what was attested. */
  private final class Told extends RoleTalk {
    Told() {
      super(out);
    }

    @Override
    protected void tell(Step step) {
      super.tell(step);
      if (step instanceof Step.Submitted(var _, LedgerAction.Attest attest, var _)) {
        attested.merge(attest.attestation().finding(), 1, Integer::sum);
      }
    }
  }

  private ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    for (Finding finding : Finding.values()) {
      document.put(finding.name().toLowerCase(Locale.ROOT), attested.getOrDefault(finding, 0));
    }
    return document;
  }
}
