package org.fedledger.client.participant.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.Commands;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.data.BadTableException;
import org.fedledger.client.data.LocalData;
import org.fedledger.client.data.Table;
import org.fedledger.client.data.TableReader;
import org.fedledger.client.node.NodeAnswer;
import org.fedledger.client.node.NodeClient;
import org.fedledger.client.node.NodeUnreachableException;
import org.fedledger.contracts.FederationContract;
import org.fedledger.crypto.SigningKey;
import org.fedledger.json.CanonicalJson;
import org.fedledger.json.JsonReader;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.CannotJudgeException;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobSource.Part;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;

/**
 * Tries everything that a participant needs. What fails keeps only those checks from being made
 * that would mean nothing without it. For one run.
 */
final class SetupChecks {

  /** A participant that is further from the chain's time than this misjudges deadlines. */
  static final Duration MAX_APART = Duration.ofSeconds(30);

  /** Base version, update, and a file on its way. */
  private static final int MODELS = 3;

  /** Told of each check as soon as it is made. */
  interface Listener {
    void found(Check check, CheckResult finding);
  }

  private interface Looking {
    CheckResult look() throws IOException;
  }

  private final ParticipantEnvironment here;
  private final Listener listener;
  private final List<CheckResult> findings = new ArrayList<>();

  // What the checks so far brought; null where they failed.
  private LedgerReader ledger;
  private FederationState state;
  private SigningKey key;
  private ParticipantEnvironment.Node servingNode;
  private FederationSpec spec;

  private SetupChecks(ParticipantEnvironment here, Listener listener) {
    this.here = here;
    this.listener = listener;
  }

  /**
   * @return the exit code of the most serious failure: 3 before 5 before 4 before 2; 0 if all is
   *     well
   */
  static int run(ParticipantEnvironment here, Listener listener) {
    SetupChecks checks = new SetupChecks(here, listener);
    checks.run();
    return checks.exitCode();
  }

  private void run() {
    look(Check.CHAIN, this::chain);
    look(Check.CONTRACT, this::contract);
    look(Check.CLOCK, this::clock);
    look(Check.KEY, this::key);
    look(Check.MEMBER, this::member);
    for (ParticipantEnvironment.Node node : here.nodes()) {
      look(Check.NODE, () -> node(node));
    }
    look(Check.SPEC, this::spec);
    look(Check.TABLE, this::table);
    look(Check.FOLDER, this::folder);
  }

  private int exitCode() {
    for (int code :
        new int[] {
          ExitCode.VERIFICATION_FAILED, ExitCode.REFUSED, ExitCode.OUT_OF_REACH, ExitCode.USAGE
        }) {
      if (findings.stream()
          .anyMatch(f -> f instanceof CheckResult.Failed e && e.exitCode() == code)) {
        return code;
      }
    }
    return ExitCode.DONE;
  }

  private void look(Check check, Looking looking) {
    CheckResult finding;
    try {
      finding = looking.look();
    } catch (LedgerUnreachableException e) {
      finding = outOfReach(e.getMessage(), "start the chain node, or correct --rpc");
    } catch (NodeUnreachableException e) {
      finding = outOfReach(e.getMessage(), "ask who runs the node, or correct --node");
    } catch (CommandException e) {
      finding = new CheckResult.Failed(e.exitCode(), e.getMessage(), "");
    } catch (IOException e) {
      finding = outOfReach(Commands.sentence(e), "see whether it is there and may be read");
    }
    findings.add(finding);
    listener.found(check, finding);
  }

  private static CheckResult.Failed outOfReach(String what, String todo) {
    return new CheckResult.Failed(ExitCode.OUT_OF_REACH, what, todo);
  }

  private static CheckResult.Failed mismatch(String what, String todo) {
    return new CheckResult.Failed(ExitCode.VERIFICATION_FAILED, what, todo);
  }

  private static CheckResult.Failed refused(String what, String todo) {
    return new CheckResult.Failed(ExitCode.REFUSED, what, todo);
  }

  private static CheckResult.Failed wrong(String what, String todo) {
    return new CheckResult.Failed(ExitCode.USAGE, what, todo);
  }

  private CheckResult chain() {
    LedgerReader answering = here.chain().ledger();
    long block = answering.head().number();
    ledger = answering;
    return new CheckResult.Ok(
        "the chain node answers: chain id %d, block %d"
            .formatted(ledger.domain().chainId(), block));
  }

  private CheckResult contract() {
    if (ledger == null) {
      return new CheckResult.Skipped(Check.CHAIN);
    }
    Optional<RecordedEvent> founding = LedgerFeed.founding(ledger);
    if (founding.isEmpty()) {
      return mismatch(
          "chain %d records no federation at %s"
              .formatted(ledger.domain().chainId(), here.contract()),
          "correct --contract, or --rpc if it is on another chain");
    }
    Optional<String> lookAlike = FederationContract.lookAlike(here.chain().code(founding.get()));
    if (lookAlike.isPresent()) {
      return mismatch(
          lookAlike.get(),
          "sign nothing for it; ask the coordinator for the contract's address and the release it"
              + " was made with");
    }
    long first = founding.get().block().number();
    try (LedgerFollower follower =
        new LedgerFollower(ledger, first, 0, LedgerFollower.DEFAULT_POLL)) {
      state = follower.refresh();
    }
    return new CheckResult.Ok(
        "%s is this build's contract: federation %s, version %d"
            .formatted(here.contract(), state.federation(), state.head().version()));
  }

  private CheckResult clock() {
    if (ledger == null) {
      return new CheckResult.Skipped(Check.CHAIN);
    }
    Instant block = Instant.ofEpochSecond(ledger.head().timestamp());
    Duration behind = Duration.between(block, here.clock().instant());
    if (behind.abs().compareTo(MAX_APART) <= 0) {
      return new CheckResult.Ok(
          "the newest block is within %d s of this machine's clock"
              .formatted(MAX_APART.toSeconds()));
    }
    return behind.isNegative()
        ? outOfReach(
            "this machine's clock is %d s behind the newest block".formatted(-behind.toSeconds()),
            "set the clock, best by NTP")
        : outOfReach(
            "the newest block is %d s behind this machine's clock".formatted(behind.toSeconds()),
            "set the clock if it is wrong; else the chain, or this chain node, stands still");
  }

  private CheckResult key() {
    try {
      key = here.key().open();
    } catch (IOException e) {
      return outOfReach(
          Commands.sentence(e), "see whether --keystore and --password-file fit each other");
    }
    return new CheckResult.Ok("the key file opens: " + key.address());
  }

  private CheckResult member() {
    if (state == null) {
      return new CheckResult.Skipped(Check.CONTRACT);
    }
    if (key == null) {
      return new CheckResult.Skipped(Check.KEY);
    }
    if (state.closed()) {
      return refused("the federation is closed", "none; its final model stays available");
    }
    Address self = key.address();
    Optional<ParticipantRecord> signsFor =
        state.participants().values().stream().filter(p -> p.signer().equals(self)).findFirst();
    return signsFor.map(this::member).orElseGet(() -> stranger(self));
  }

  private CheckResult member(ParticipantRecord participant) {
    String who =
        participant.address().equals(key.address())
            ? participant.address() + " is an admitted participant"
            : "%s signs for participant %s".formatted(key.address(), participant.address());
    if (participant.tenure().until() <= state.nextRound()) {
      return refused(
          "%s was suspended from round %d on"
              .formatted(participant.address(), participant.tenure().until()),
          "ask the coordinator");
    }
    return new CheckResult.Ok("%s, from round %d on".formatted(who, participant.tenure().from()));
  }

  private CheckResult stranger(Address self) {
    ParticipantRecord rotated = state.participants().get(self);
    return rotated == null
        ? refused(
            self + " was not admitted",
            "send this address to the coordinator ('fedledger federation admit %s')"
                .formatted(self))
        : refused(
            "participant %s signs with another key now, that of %s"
                .formatted(self, rotated.signer()),
            "give that key's file as --keystore");
  }

  private CheckResult node(ParticipantEnvironment.Node node) {
    // Signatures are not asked for here, so without a chain any domain will do.
    SigningDomain domain = ledger == null ? new SigningDomain(1, here.contract()) : ledger.domain();
    try (NodeClient client = node.open().apply(domain)) {
      return switch (client.federation()) {
        case NodeAnswer.Refused<JsonNode> refused ->
            outOfReach(
                "the node at %s does not serve now: %s".formatted(node.address(), refused.why()),
                "try again in a moment, or ask who runs it");
        case NodeAnswer.Given<JsonNode>(JsonNode said) -> serves(node, said);
      };
    }
  }

  private CheckResult serves(ParticipantEnvironment.Node node, JsonNode said) {
    List<String> others = new ArrayList<>();
    try {
      JsonReader in = JsonReader.of("federation", said);
      compare("contract", in.text("contract", Address::of), here.contract(), others);
      long chain = in.integer("chainId", 1, CanonicalJson.MAX_INTEGER);
      if (ledger != null) {
        compare("chain", chain, ledger.domain().chainId(), others);
      }
      FederationId federation = in.text("federation", FederationId::of);
      if (state != null) {
        compare("federation", federation, state.federation(), others);
      }
    } catch (MalformedJsonException e) {
      return outOfReach(
          "%s does not answer as a node does: %s".formatted(node.address(), e.getMessage()),
          "correct --node");
    }
    if (!others.isEmpty()) {
      return mismatch(
          "the node at %s serves %s".formatted(node.address(), String.join(", ", others)),
          "correct --node, --contract or --rpc, so that they are of one federation");
    }
    servingNode = servingNode == null ? node : servingNode;
    return new CheckResult.Ok(
        "the node at %s serves this %s"
            .formatted(node.address(), state == null ? "contract" : "federation"));
  }

  private static void compare(String what, Object said, Object wanted, List<String> others) {
    if (!said.equals(wanted)) {
      others.add("%s %s, not %s".formatted(what, said, wanted));
    }
  }

  private CheckResult spec() throws IOException {
    if (state == null) {
      return new CheckResult.Skipped(Check.CONTRACT);
    }
    if (servingNode == null) {
      return new CheckResult.Skipped(Check.NODE);
    }
    try (NodeClient client = servingNode.open().apply(ledger.domain())) {
      Digest digest = state.created().spec();
      return switch (client.blobPart(digest, 0, CanonicalJson.MAX_BYTES)) {
        case NodeAnswer.Refused<Part.Bytes> refused ->
            outOfReach(
                "the spec %s cannot be had: %s".formatted(digest, refused.why()),
                "ask the coordinator to send it ('fedledger federation open-round' with --node"
                    + " does)");
        case NodeAnswer.Given<Part.Bytes>(Part.Bytes part) -> {
          byte[] file = new byte[part.bytes().remaining()];
          part.bytes().get(file);
          yield spec(file, digest);
        }
      };
    }
  }

  private CheckResult spec(byte[] file, Digest digest) {
    Digest got = Digest.ofContent(file);
    if (!got.equals(digest)) {
      return mismatch(
          "the node gives a spec with digest %s, but the contract has %s".formatted(got, digest),
          "trust another node");
    }
    try {
      spec = SpecJson.parseSpec(file);
    } catch (MalformedJsonException e) {
      return mismatch(
          new CannotJudgeException("the federation's spec", e.getMessage()).getMessage(),
          "ask the coordinator which release the federation uses");
    }
    return new CheckResult.Ok(
        "the spec of '%s' is the one that the contract names, %s".formatted(spec.name(), digest));
  }

  private CheckResult table() throws IOException {
    if (spec == null) {
      return new CheckResult.Skipped(Check.SPEC);
    }
    if (spec.data().isEmpty()) {
      return wrong(
          "the spec describes no table, so this federation does not train on one",
          "take part by the library");
    }
    try {
      Table table = TableReader.read(here.table(), spec.data().get());
      return table(table, table.examples());
    } catch (BadTableException e) {
      List<String> problems = e.getMessage().lines().toList();
      return new CheckResult.Failed(
          ExitCode.USAGE,
          "%s does not fit the schema".formatted(here.table()),
          "correct what is named here",
          problems);
    }
  }

  private CheckResult table(Table table, LocalData data) {
    int outputs = spec.architecture().outputs();
    if (outputs != data.training().outputs()) {
      return wrong(
          "a row of a table has one label, but the architecture gives %d outputs"
              .formatted(outputs),
          "ask the coordinator; no table fits this spec");
    }
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("training", (long) data.training().count());
    figures.put("heldOut", (long) data.heldOut().count());
    figures.put("leftOut", (long) table.dropped());
    return new CheckResult.Ok(
        "%s fits the schema: %d rows to train on, %d held out, %d left out since a value is missing"
            .formatted(
                here.table(), data.training().count(), data.heldOut().count(), table.dropped()),
        figures);
  }

  private CheckResult folder() throws IOException {
    Path there = here.folder().toAbsolutePath();
    while (Files.notExists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there)) {
      return wrong(there + " is a file, not a folder", "name another folder as --dir");
    }
    try {
      Files.delete(Files.createTempFile(there, ".fedledger", ".check"));
    } catch (IOException e) {
      return wrong(
          "%s may not be written to: %s".formatted(there, Commands.sentence(e)),
          "change its owner or mode, or name another folder as --dir");
    }
    return room(there, Files.getFileStore(there).getUsableSpace());
  }

  private CheckResult room(Path there, long free) {
    if (state == null) {
      return new CheckResult.Ok(
          "%s may be written to; %d bytes are free (what a model takes is not known)"
              .formatted(there, free));
    }
    long model = state.head().modelSize();
    // A size on the ledger is an unsigned number, and may be any.
    if (Long.compareUnsigned(model, free / MODELS) > 0) {
      return wrong(
          "%s has %d bytes free, but %d models take %s each"
              .formatted(there, free, MODELS, Long.toUnsignedString(model)),
          "make room, or name a folder on another disk as --dir");
    }
    return new CheckResult.Ok(
        "%s may be written to and has room for %d models of %d bytes"
            .formatted(there, MODELS, model));
  }
}
