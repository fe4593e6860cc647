package org.fedledger.client.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.BlobOptions;
import org.fedledger.client.cli.ChainOptions;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.NodeOption;
import org.fedledger.client.cli.Output;
import org.fedledger.client.cli.ScratchFolder;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeUnreachableException;
import org.fedledger.contracts.Rpc;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.round.LackedFile;
import org.fedledger.signing.SigningDomain;
import org.fedledger.store.BlobSource;
import org.fedledger.store.BlobStore;
import org.fedledger.store.FileBlobStore;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Digest;
import org.fedledger.verify.VersionRebuild;
import org.fedledger.verify.VersionRebuild.Result;
import org.fedledger.verify.VersionRebuild.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rebuild",
    description = {
      "Make a final version's files again, from the updates that the ledger says it was made of.",
      "Anybody may who can read the updates. What is made is kept only if it has the digests on"
          + " the ledger. Earlier versions are made first where they are gone too.",
      "Exit code 3: what comes of it is not what the ledger records; 4: files that it takes could"
          + " not be had, and are listed, or this build cannot judge the round; 5: a node refused."
    },
    footer = {
      "",
      "Example: fedledger model rebuild --version 3 --rpc http://127.0.0.1:8545 --contract 0x… \\",
      "           --blobs https://node.example:8443 --keystore auditor.key \\",
      "           --upload https://node.example:8443"
    })
final class RebuildCommand implements Callable<Integer> {

  private static final String EXTENSION = ".safetensors";

  @Option(
      names = "--version",
      required = true,
      paramLabel = "V",
      description = "which version, from 0")
  private long version;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "where to put the model, and beside it, with -state in its name, the state of a rule that"
              + " has one (default: version-V.safetensors here, unless it is uploaded)")
  private Path target;

  @Option(names = "--force", description = "overwrite files that exist")
  private boolean overwrite;

  @Option(
      names = "--upload",
      paramLabel = "URL",
      description =
          "a node that is to have what was made, earlier versions included; may be repeated")
  private List<String> nodes = List.of();

  /** Alone, since the standard help options take the name {@code --version} for themselves. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help message and exit")
  private boolean help;

  @Mixin private ChainOptions chain;
  @Mixin private BlobOptions blobs;
  @Mixin private Output out;

  /** The files that are written, if any are. */
  private record Places(Path model, Path state, Download toModel, Download toState) {}

  @Override
  public Integer call() throws IOException {
    if (version < 0) {
      throw CommandException.usage("--version is at least 0, not " + version);
    }
    Optional<Places> places = places();
    try (Rpc rpc = chain.open();
        ScratchFolder scratch = ScratchFolder.create("fedledger-rebuild")) {
      LedgerReader ledger = chain.verifiedReader(rpc);
      List<NodeClient> receivers = new ArrayList<>();
      try (BlobOptions.Opened source = blobs.open(ledger.domain())) {
        nodes.forEach(node -> receivers.add(receiver(node, ledger.domain())));
        BlobStore made = new FileBlobStore(scratch.path().resolve("made"));
        Result result = rebuilt(ledger, source.blobs(), made, scratch);
        return switch (result) {
          case Result.Rebuilt(List<Version> versions) -> finish(versions, made, places, receivers);
          case Result.Differs differs -> tell(differs);
          case Result.Lacking lacking -> tell(lacking);
          case Result.CannotJudge(long which, String why) ->
              throw CommandException.outOfReach("version %d: %s".formatted(which, why), null);
          case Result.NotFinal(long latest) ->
              throw CommandException.usage(
                  "--version: there is no version %d yet; the latest is %d"
                      .formatted(version, latest));
        };
      } finally {
        receivers.forEach(NodeClient::close);
      }
    }
  }

  private Optional<Places> places() {
    if (target == null && !nodes.isEmpty()) {
      return Optional.empty();
    }
    Path model = target != null ? target : Path.of("version-" + version + EXTENSION);
    String name = model.getFileName().toString();
    Path state =
        model.resolveSibling(
            name.endsWith(EXTENSION)
                ? name.substring(0, name.length() - EXTENSION.length()) + "-state" + EXTENSION
                : name + "-state");
    return Optional.of(
        new Places(model, state, new Download(model, overwrite), new Download(state, overwrite)));
  }

  private static NodeClient receiver(String node, SigningDomain domain) {
    try {
      return new NodeClient(NodeOption.address("--upload", node), domain);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--upload: " + e.getMessage());
    }
  }

  private Result rebuilt(
      LedgerReader ledger, BlobSource source, BlobStore made, ScratchFolder scratch)
      throws IOException {
    BlockRef head = new LedgerFeed(ledger, 0, FinalVersions.confirmations(ledger, source)).target();
    Path work = Files.createDirectory(scratch.path().resolve("work"));
    return new VersionRebuild(ledger, source, made, work, this::tellOf).run(head, version);
  }

  private void tellOf(long rebuilding, OptionalLong round) {
    out.talk(
        "rebuilding version %d %s",
        rebuilding,
        round.isPresent() ? "from the updates of round " + round.getAsLong() : "from the spec");
  }

  private int finish(
      List<Version> versions, BlobStore made, Optional<Places> places, List<NodeClient> receivers)
      throws IOException {
    Version last = versions.getLast();
    ObjectNode document = document(last);
    out.line("version  %d", last.version());
    out.line("digest   %s", last.model().digest());
    last.state().ifPresent(state -> out.line("state    %s", state.digest()));
    if (places.isPresent()) {
      write(last, made, places.get(), document);
    }
    Optional<CommandException> trouble = upload(versions, made, receivers, document);
    document.set("rebuilt", rebuilt(versions));
    if (trouble.isPresent()) {
      throw trouble.get();
    }
    out.document(document);
    return ExitCode.DONE;
  }

  private void write(Version last, BlobStore made, Places places, ObjectNode document)
      throws IOException {
    if (last.state().isPresent()) {
      places.toState().of(last.state().get(), made);
      out.line("file     %s", places.state());
      document.put("stateFile", places.state().toString());
    }
    places.toModel().of(last.model(), made);
    out.line("file     %s", places.model());
    document.put("file", places.model().toString());
  }

  /** To every node, though another has refused; a state before its model. */
  private Optional<CommandException> upload(
      List<Version> versions, BlobStore made, List<NodeClient> receivers, ObjectNode document) {
    Optional<CommandException> trouble = Optional.empty();
    ArrayNode uploaded = document.putArray("uploaded");
    for (NodeClient node : receivers) {
      for (Version each : versions) {
        List<BlobId> files = new ArrayList<>();
        each.state().ifPresent(files::add);
        files.add(each.model());
        for (BlobId file : files) {
          Optional<CommandException> refused = upload(file, made, node);
          if (refused.isEmpty()) {
            out.line("given    %s to %s", file.digest(), node.address());
            uploaded
                .addObject()
                .put("node", node.address().toString())
                .put("digest", file.digest().toString());
          }
          trouble = trouble.or(() -> refused);
        }
      }
    }
    return trouble;
  }

  private static Optional<CommandException> upload(BlobId blob, BlobStore made, NodeClient node) {
    try {
      return node.upload(blob, made) instanceof NodeAnswer.Refused<BlobId> refused
          ? Optional.of(
              CommandException.refused(
                  "the node at %s does not take %s: %s"
                      .formatted(node.address(), blob.digest(), refused.why())))
          : Optional.empty();
    } catch (NodeUnreachableException e) {
      return Optional.of(CommandException.outOfReach(e.getMessage(), e));
    }
  }

  private static ObjectNode document(Version last) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.setAll(json(last));
    return document.putNull("file").putNull("stateFile");
  }

  private static ArrayNode rebuilt(List<Version> versions) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    versions.forEach(each -> all.add(json(each)));
    return all;
  }

  private static ObjectNode json(Version version) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", version.version())
            .put("digest", version.model().digest().toString())
            .put("size", version.model().size())
            .put("state", version.state().map(BlobId::digest).orElse(Digest.NONE).toString())
            .put("stateSize", version.state().map(BlobId::size).orElse(0L));
    if (version.round().isPresent()) {
      json.put("round", version.round().getAsLong());
    } else {
      json.putNull("round");
    }
    return json;
  }

  private int tell(Result.Differs differs) {
    out.line("NOT rebuilt: version %d: %s", differs.version(), differs.objection());
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("version", version);
    ObjectNode told = document.putObject("differs");
    told.put("version", differs.version()).put("what", differs.objection().what());
    ObjectNode evidence = told.putObject("evidence");
    differs.objection().evidence().forEach(evidence::put);
    out.document(document);
    return ExitCode.VERIFICATION_FAILED;
  }

  private int tell(Result.Lacking lacking) {
    out.line("NOT rebuilt: version %d takes files that could not be had", lacking.version());
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("version", version);
    ArrayNode files = document.putArray("lacking");
    for (LackedFile file : lacking.files()) {
      out.line("  %s", file);
      files
          .addObject()
          .put("digest", file.digest().toString())
          .put("what", file.what())
          .put("why", file.why());
    }
    out.document(document);
    if (blobs.readsUnsigned()) {
      out.talk(
          "hint: a node gives updates to aggregators, verifiers and auditors only; if you are one,"
              + " add --keystore FILE");
    }
    return ExitCode.OUT_OF_REACH;
  }
}
