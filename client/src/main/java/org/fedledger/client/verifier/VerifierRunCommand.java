package org.fedledger.client.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.KeyOptions;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.cli.Output;
import org.fedledger.client.node.NodeBlobSource;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeReader;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.federation.SpecLookup;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.store.BlobSource;
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

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  @Option(
      names = "--node",
      required = true,
      paramLabel = "URL",
      description = "the node from which files are fetched")
  private String node;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "folder for fetched files; may be deleted at any time")
  private Path folder;

  @Mixin private ChainOptions chain;
  @Mixin private KeyOptions keys;
  @Mixin private Output out;

  /** Why the last round could not be judged, which each block would tell again. */
  private String told = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    SigningKey key = keys.open();
    Path work = Files.createDirectories(folder.resolve("work"));
    try (Rpc rpc = chain.open()) {
      Web3jLedger ledger = chain.ledger(rpc, key);
      try (NodeClient client =
          new NodeClient(NodeOption.address("--node", node), ledger.domain(), NodeReader.of(key))) {
        BlobSource blobs = new NodeBlobSource(client, folder.resolve("blobs"));
        Verifier verifier = new Verifier(ledger, blobs, key, work);
        try (LedgerFollower follower = new LedgerFollower(ledger, confirmations(ledger, blobs))) {
          follower.onTrouble(e -> out.talk("waiting for the ledger: %s", e.getMessage()));
          follower.start();
          follow(follower, verifier);
        }
      } catch (IllegalArgumentException e) {
        throw CommandException.usage("--node: " + e.getMessage());
      }
    }
    return ExitCode.DONE;
  }

  /** As the spec says, waited for where the coordinator has not brought it to the node yet. */
  private int confirmations(Ledger ledger, BlobSource blobs) throws InterruptedException {
    while (true) {
      switch (SpecLookup.on(ledger, blobs)) {
        case SpecLookup.Found.Present(FederationSpec spec) -> {
          return spec.confirmations();
        }
        case SpecLookup.Found.Invalid _ -> {
          // Nothing is attested by such a spec, of which each round's step tells.
          return 0;
        }
        case SpecLookup.Found.Absent(String why) -> tellOnce("waiting: " + why);
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  private void follow(LedgerFollower follower, Verifier verifier)
      throws IOException, InterruptedException {
    long seen = -1;
    while (true) {
      FederationState state = next(follower, seen);
      if (state != null) {
        seen = state.at().number();
        if (state.closed()) {
          return;
        }
        look(verifier, state);
      }
    }
  }

  private static FederationState next(LedgerFollower follower, long seen)
      throws InterruptedException {
    try {
      return follower.await(s -> s.at().number() != seen, LOOK_EVERY);
    } catch (TimeoutException e) {
      return null;
    }
  }

  private void look(Verifier verifier, FederationState state) throws IOException {
    try {
      switch (verifier.step(state)) {
        case Verifier.Step.NothingToDo _ -> {
          // The next block may bring a publication.
        }
        case Verifier.Step.CannotJudge c -> tellOnce(c.why());
        case Verifier.Step.Waiting w -> out.talk("waiting: %s", w.what());
        case Verifier.Step.Attested a ->
            out.line(
                "round %d, attempt %d: %s",
                a.round(),
                a.attempt(),
                a.matches() ? "matches" : "DIFFERS from what was published");
      }
    } catch (LedgerUnreachableException e) {
      out.talk("waiting for the ledger: %s", e.getMessage());
    }
  }

  private void tellOnce(String why) {
    if (!why.equals(told)) {
      out.talk("%s", why);
      told = why;
    }
  }
}
