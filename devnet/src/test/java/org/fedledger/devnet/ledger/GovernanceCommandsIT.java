package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fedledger.client.ClientMain;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.contracts.KeyFile;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.Round;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every change of offices and keys, and every end of what waits, by command on a real contract. */
@Timeout(600)
class GovernanceCommandsIT {

  private static final int RECOVERY = 1_000;
  private static final String PASSWORD = "light";

  @TempDir Path folder;
  private AnvilNetwork network;
  private AnvilControl control;
  private Rpc rpc;
  private Path password;
  private Address contract;

  /** What a command did. */
  private record Typed(int exitCode, String out, String err) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + out + err, e);
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder.resolve("chain"));
    control = new AnvilControl(network.rpc());
    rpc = new Rpc(network.rpc());
    password = Files.writeString(folder.resolve("password"), PASSWORD);
    for (String who : List.of("coordinator", "node", "successor", "stranger", "one", "two")) {
      key(who);
    }
  }

  @AfterEach
  void end() {
    rpc.close();
    control.close();
    network.close();
  }

  @Test
  void shouldLetTheOneConcernedConsentWhereThereAreNoVerifiers() throws Exception {
    found("--successor", address("successor"));

    consentToAnotherKeyThatAStrangerSends();
    raiseABudget();
    suspendAndReadmit();
    vetoARecoveryAndLetAnotherPass();
    grantAndRevokeAnAuditor();
    changeAggregators();
    vetoAClaimAndLetAnotherPass();
    addTheFirstVerifier();
  }

  private void consentToAnotherKeyThatAStrangerSends() throws Exception {
    key("one-again");
    String[] words = {"rotate-key", address("one"), address("one-again")};
    assertThat(refused("stranger", words)).contains("present key is " + address("one"));
    Path signed = signed(List.of("one"), words).getFirst();
    done("stranger", words, "--signature", signed);
    assertThat(state().participants().get(of("one")).signer()).isEqualTo(of("one-again"));
    assertThat(typed("stranger", words, "--signature", signed).err())
        .contains("before another change");
  }

  private void raiseABudget() throws Exception {
    done("two", new String[] {"raise-budget", address("two"), "2000"});
    assertThat(state().participants().get(of("two")).privacyBudget()).isEqualTo(2_000);
    assertThat(refused("two", "raise-budget", address("two"), "1999")).contains("2000 already");
  }

  private void suspendAndReadmit() throws Exception {
    assertThat(refused("stranger", "suspend", address("two"))).contains("only the coordinator");
    done("coordinator", new String[] {"suspend", address("two")});
    assertThat(state().participants().get(of("two")).tenure().covers(1)).isFalse();
    done("coordinator", new String[] {"admit", address("two")}, "--privacy-budget", 2_000);
    assertThat(state().participants().get(of("two")).tenure().covers(1)).isTrue();
  }

  private void vetoARecoveryAndLetAnotherPass() throws Exception {
    key("two-again");
    String[] request = {"recover-key", "request", address("two"), address("two-again")};
    String[] complete = {"recover-key", "complete", address("two")};
    assertThat(refused("stranger", complete)).contains("no key is asked for");
    assertThat(refused("stranger", request)).contains(address("coordinator"));
    done("coordinator", request);
    assertThat(refused("stranger", complete)).contains("may veto").contains("try again in");
    assertThat(status().get("participants").findValue("recovery").get("signer").textValue())
        .isEqualTo(address("two-again"));
    done("two", new String[] {"recover-key", "veto", address("two")});
    assertThat(state().participants().get(of("two")).recovery()).isEmpty();

    done("coordinator", request);
    passSeconds(RECOVERY + 1);
    done("stranger", complete);
    assertThat(state().participants().get(of("two")).signer()).isEqualTo(of("two-again"));
  }

  private void grantAndRevokeAnAuditor() throws Exception {
    assertThat(refused("stranger", "auditor", "grant", address("stranger")))
        .contains("only the coordinator");
    done("coordinator", new String[] {"auditor", "grant", address("stranger")});
    assertThat(state().auditors()).containsExactly(of("stranger"));
    done("coordinator", new String[] {"auditor", "revoke", address("stranger")});
    assertThat(state().auditors()).isEmpty();
  }

  private void changeAggregators() throws Exception {
    assertThat(refused("stranger", "add-aggregator", address("stranger")))
        .contains(address("coordinator"));
    done("coordinator", new String[] {"add-aggregator", address("stranger")});
    done("coordinator", new String[] {"remove-aggregator", address("stranger")});
    assertThat(state().governanceNonce()).isEqualTo(2);
  }

  private void vetoAClaimAndLetAnotherPass() throws Exception {
    assertThat(refused("stranger", "succession", "claim")).contains(address("successor"));
    assertThat(refused("stranger", "succession", "complete")).contains("no claim");
    done("successor", new String[] {"succession", "claim"});
    assertThat(refused("stranger", "succession", "complete")).contains("may veto");
    assertThat(status().get("claimReadyAt").longValue()).isPositive();
    done("coordinator", new String[] {"succession", "veto"});

    done("successor", new String[] {"succession", "claim"});
    passSeconds(RECOVERY + 1);
    done("stranger", new String[] {"succession", "complete"});
    assertThat(state().coordinator()).isEqualTo(of("successor"));
    done("successor", new String[] {"change-successor"});
    assertThat(state().successor()).isEmpty();
  }

  private void addTheFirstVerifier() throws Exception {
    key("verifier");
    assertThat(refused("successor", "add-verifier", address("verifier")))
        .contains("with 1 verifiers the threshold is 1");
    done("successor", new String[] {"add-verifier", address("verifier"), "--threshold", "1"});
    assertThat(state().attestationThreshold()).isEqualTo(1);
  }

  @Test
  void shouldLetVerifiersDecideTogetherWhereThereAreSome() throws Exception {
    for (String who : List.of("v1", "v2", "v3", "v4")) {
      key(who);
    }
    found("--verifier", address("v1"), "--verifier", address("v2"), "--verifier", address("v3"));

    refuseWhatTooFewOrOthersSigned();
    decided(List.of("v1", "v3"), "add-verifier", address("v4"), "--threshold", "3");
    assertThat(state().attestationThreshold()).isEqualTo(3);
    assertThat(refused("stranger", "threshold", "2")).contains("3 to 4");
    decided(List.of("v1", "v2", "v4"), "threshold", "4");
    decided(List.of("v1", "v2", "v3", "v4"), "remove-verifier", address("v4"), "--threshold", "2");
    decided(List.of("v2", "v3"), "replace-verifier", address("v1"), address("v4"));
    assertThat(state().verifiers().get(of("v4")).covers(1)).isTrue();
    key("one-again");
    decided(List.of("v2", "v4"), "recover-key", "request", address("one"), address("one-again"));
    assertThat(state().participants().get(of("one")).signer()).isEqualTo(of("one-again"));
    decided(List.of("v2", "v4"), "change-coordinator", address("successor"));
    assertThat(state().coordinator()).isEqualTo(of("successor"));
    assertThat(refused("stranger", "build-on", "7")).contains("0 to 0");
    decided(List.of("v3", "v4"), "build-on", "0");
    assertThat(state().baseVersion()).isZero();
    decided(List.of("v2", "v3"), "close");
    assertThat(state().closed()).isTrue();
  }

  private void refuseWhatTooFewOrOthersSigned() throws Exception {
    String[] words = {"add-aggregator", address("stranger")};
    assertThat(refused("coordinator", words)).contains("2 of 3 verifiers must sign, and 0 did");
    List<Path> one = signed(List.of("v1"), words);
    assertThat(typed("coordinator", words, "--signature", one.getFirst()).err())
        .contains("and 1 did");
    Path other = signed(List.of("stranger"), words).getFirst();
    assertThat(typed("coordinator", words, "--signature", other).err())
        .contains("who is no verifier");
    Path another = signed(List.of("v2"), "add-aggregator", address("one")).getFirst();
    assertThat(typed("coordinator", words, "--signature", another).err())
        .contains(address("one") + " becomes an aggregator");
    Path altered = folder.resolve("altered");
    Files.writeString(
        altered, Files.readString(one.getFirst()).replace(address("stranger"), address("one")));
    assertThat(typed("coordinator", words, "--signature", altered).err())
        .contains("its signature is not that of");
    assertThat(state().governanceNonce()).isZero();
  }

  /** Prepares, has it signed, and sends it from an account that holds no office. */
  private void decided(List<String> verifiers, String... words) throws Exception {
    List<Object> signatures = new ArrayList<>();
    for (Path signed : signed(verifiers, words)) {
      signatures.add("--signature");
      signatures.add(signed);
    }
    done("stranger", words, signatures.toArray());
  }

  @Test
  void shouldLetAnyoneEndWhatWaits() throws Exception {
    key("verifier");
    found("--verifier", address("verifier"));
    assertThat(refused("stranger", "close-commits")).contains("no round is open");
    String[] open = {"open-round", "--no-wait", "--commit-seconds", "500", "--step-seconds", "100"};

    done("coordinator", open, "--attempts", 1, "--spec", spec());
    assertThat(refused("stranger", "close-commits")).contains("0 have committed");
    assertThat(refused("stranger", "abort-round")).contains("only the coordinator");
    done("coordinator", new String[] {"abort-round"});

    done("coordinator", open, "--attempts", 1, "--spec", spec());
    commit("one");
    commit("two");
    done("stranger", new String[] {"close-commits"});
    assertThat(refused("stranger", "expire")).contains("no publication");
    assertThat(refused("stranger", "abort-round")).contains("may publish");
    publish();
    assertThat(refused("stranger", "abort-round")).contains("'expire' ends it");
    assertThat(refused("stranger", "expire")).contains("may attest").contains("try again in");
    passSeconds(101);
    done("stranger", new String[] {"expire"});
    done("stranger", new String[] {"abort-round"});
    assertThat(state().round().orElseThrow().phase()).isEqualTo(Round.Phase.ABORTED);

    done("coordinator", open, "--attempts", 1, "--spec", spec());
    passSeconds(501);
    done("stranger", new String[] {"close-commits"});
    assertThat(state().openRound()).as("too few committed").isEmpty();
  }

  @Test
  void shouldFoundOneFederationThoughTheChainStandsStill() throws Exception {
    control.halt();
    Typed first = create(network.rpc(), "--wait-seconds", "1");
    assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.OUT_OF_REACH);
    Matcher told =
        Pattern.compile("transaction (0x\\w{64}), which makes the contract (0x\\w{40})")
            .matcher(first.err());
    assertThat(told.find()).as(first.err()).isTrue();
    String hash = told.group(1);

    Typed second = create(network.rpc());
    assertThat(second.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(second.err()).contains("--resume " + hash);
    assertThat(resumed(hash, "--wait-seconds", "1").exitCode()).isEqualTo(ExitCode.OUT_OF_REACH);

    control.mine();
    Typed byHash = resumed(hash);
    assertThat(byHash.exitCode()).as(byHash.err()).isEqualTo(ExitCode.DONE);
    assertThat(byHash.json().get("contract").textValue()).isEqualTo(told.group(2));
    assertThat(resumed(told.group(2)).json()).isEqualTo(byHash.json());
    assertThat(control.mined(of("coordinator"))).isEqualTo(1);
    assertThat(resumed(hash.replace('0', '1').replaceFirst("1x", "0x")).exitCode())
        .isEqualTo(ExitCode.REFUSED);
  }

  private Typed resumed(String what, Object... more) {
    List<Object> words = new ArrayList<>(List.of("federation", "create", "--resume", what));
    words.addAll(List.of("--rpc", network.rpc(), "--json"));
    words.addAll(List.of("--keystore", file("coordinator"), "--password-file", password));
    words.addAll(List.of(more));
    return type(words);
  }

  /** Of every so many answers, one is lost; which ones, differs from round to round. */
  private static final class LossyManners implements RpcInBetween.Manners {
    private static final int EVERY = 7;
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Optional<RpcInBetween.Breakage> breaksAfter(String method) {
      return asked.incrementAndGet() % EVERY == 0
          ? Optional.of(RpcInBetween.Breakage.BAD_GATEWAY)
          : Optional.empty();
    }
  }

  @Test
  void shouldKeepRoundsGoingThoughAnswersAreLost() throws Exception {
    try (RpcInBetween between = new RpcInBetween(network.rpc(), new LossyManners())) {
      Typed created = create(between.url());
      assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
      contract = Address.of(created.json().get("contract").textValue());
      admitted();
      keepsRoundsGoing(between.url());
    }
  }

  private void keepsRoundsGoing(URI chain) throws Exception {
    Typed typed = keepsOpeningRounds(chain, 2);
    assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(typed.json().get("transactions")).as("opened and closed, twice").hasSize(4);
    assertThat(typed.json().get("rounds")).hasSize(2);
    Round last = state().round().orElseThrow();
    assertThat(last.number()).isEqualTo(2);
    assertThat(last.abortReason()).contains(AbortReason.TOO_FEW_COMMITMENTS);
  }

  private Typed keepsOpeningRounds(URI chain, int last) throws Exception {
    List<Object> run = new ArrayList<>(List.of("coordinator", "run", "--rounds", last));
    run.addAll(List.of("--commit-seconds", 2, "--step-seconds", 1, "--spec", spec()));
    run.addAll(List.of("--rpc", chain, "--contract", contract, "--json"));
    run.addAll(List.of("--keystore", file("coordinator"), "--password-file", password));
    return type(run);
  }

  @Test
  void shouldTellOfEachRoundThatWasAskedForWhatItCameTo() throws Exception {
    found();
    Typed typed =
        typed(
            "coordinator",
            new String[] {"open-round", "--rounds", "2", "--commit-seconds", "2"},
            "--step-seconds",
            1,
            "--spec",
            spec());
    assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.REFUSED);
    for (int i = 0; i < 2; i++) {
      JsonNode round = typed.json().get("rounds").get(i);
      assertThat(round.get("version").isNull()).isTrue();
      assertThat(round.get("why").asText()).isEqualTo(AbortReason.TOO_FEW_COMMITMENTS.meaning());
      assertThat(round.get("missed")).as("nobody came, and nobody is named for it").isEmpty();
    }
    assertThat(typed.err()).contains("no round made a version");

    done(
        "coordinator",
        new String[] {"open-round", "--no-wait", "--commit-seconds", "10"},
        "--spec",
        spec());
    assertThat(status().at("/round/awaited"))
        .extracting(JsonNode::textValue)
        .containsExactlyInAnyOrder(address("one"), address("two"));
    commit("one");
    JsonNode missed = keepsOpeningRounds(network.rpc(), 3).json().at("/rounds/0/missed");
    assertThat(missed.findValuesAsText("participant")).containsExactly(address("two"));
    assertThat(missed.at("/0/roundsInARow").asInt()).isOne();
    assertThat(status().get("participants").findValues("missed"))
        .extracting(JsonNode::asInt)
        .containsExactlyInAnyOrder(0, 1);
  }

  private void commit(String who) throws Exception {
    Round round = state().openRound().orElseThrow();
    Web3jLedger ledger = ledger("stranger");
    UpdateCommitment commitment =
        new UpdateCommitment(round.id(), 0, of(who), Digest.ofContent(who.getBytes()), 1_000, 1, 0);
    mined(
        ledger.submit(
            new LedgerAction.Commit(commitment, ledger.domain().sign(commitment, signer(who)))));
  }

  /** A model that nobody has. */
  private void publish() throws Exception {
    Round round = state().openRound().orElseThrow();
    Web3jLedger ledger = ledger("stranger");
    Decision decision = Decision.of(round.indexes(), List.of(0, 1), List.of());
    Publication publication =
        new Publication(
            round.id(),
            1,
            Digest.ofContent(new byte[] {1}),
            1_000,
            Digest.NONE,
            0,
            decision.digest());
    mined(
        ledger.submit(
            new LedgerAction.Publish(
                publication, decision, ledger.domain().sign(publication, signer("node")))));
  }

  private static void mined(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Mined.class);
  }

  private void found(Object... more) throws Exception {
    Typed created = create(network.rpc(), more);
    assertThat(created.exitCode()).as(created.err()).isEqualTo(ExitCode.DONE);
    contract = Address.of(created.json().get("contract").textValue());
    admitted();
  }

  private Typed create(URI chain, Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of("federation", "create", "--spec", spec()));
    words.addAll(List.of("--rpc", chain, "--aggregator", address("node")));
    words.addAll(List.of("--recovery-seconds", RECOVERY, "--json"));
    words.addAll(List.of("--keystore", file("coordinator"), "--password-file", password));
    words.addAll(List.of(more));
    return type(words);
  }

  private void admitted() throws Exception {
    done(
        "coordinator",
        new String[] {"admit", address("one"), address("two")},
        "--privacy-budget",
        1_000);
  }

  private static Path spec() {
    return Path.of(System.getProperty("fedledger.home"), "docs", "example-spec.json");
  }

  /** Writes what the words would change, and has it signed by each, as on machines of their own. */
  private List<Path> signed(List<String> signers, String... words) throws Exception {
    Path prepared = folder.resolve("prepared");
    List<Object> prepare = new ArrayList<>(List.of("federation"));
    prepare.addAll(List.of(words));
    prepare.addAll(List.of("--rpc", network.rpc(), "--contract", contract));
    prepare.addAll(List.of("--prepare", prepared));
    Typed typed = type(prepare);
    assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.DONE);
    List<Path> files = new ArrayList<>();
    for (String who : signers) {
      Path signed = folder.resolve("signed-by-" + who);
      Typed sign =
          type(
              List.of(
                  "federation",
                  "sign",
                  prepared,
                  "--keystore",
                  file(who),
                  "--password-file",
                  password,
                  "--out",
                  signed));
      assertThat(sign.exitCode()).as(sign.err()).isEqualTo(ExitCode.DONE);
      assertThat(sign.out()).contains(address(who) + " signs: ").contains(contract.toString());
      files.add(signed);
    }
    return files;
  }

  private void done(String who, String[] words, Object... more) throws Exception {
    Typed typed = typed(who, words, more);
    assertThat(typed.exitCode()).as("%s%n%s", List.of(words), typed.err()).isEqualTo(ExitCode.DONE);
    assertThat(typed.json().at("/block").isNumber() || typed.json().has("transactions")).isTrue();
  }

  /** What everybody may see. */
  private JsonNode status() {
    return type(List.of(
            "federation", "status", "--rpc", network.rpc(), "--contract", contract, "--json"))
        .json();
  }

  /** What is said to one who may not. */
  private String refused(String who, String... words) throws Exception {
    Typed typed = typed(who, words);
    assertThat(typed.exitCode()).as(typed.out()).isIn(ExitCode.REFUSED, ExitCode.USAGE);
    return typed.err();
  }

  private Typed typed(String who, String[] words, Object... more) throws Exception {
    List<Object> all = new ArrayList<>(List.of("federation"));
    all.addAll(List.of(words));
    all.addAll(List.of(more));
    all.addAll(List.of("--rpc", network.rpc(), "--contract", contract, "--json"));
    all.addAll(List.of("--keystore", file(who), "--password-file", password));
    return type(all);
  }

  private static Typed type(List<?> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = ClientMain.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(words.stream().map(Object::toString).toArray(String[]::new));
    return new Typed(exitCode, out.toString(), err.toString());
  }

  private void passSeconds(long seconds) {
    control.moveTo(state().at().timestamp() + seconds);
  }

  private FederationState state() {
    try (LedgerFollower follower = new LedgerFollower(reader(), 0)) {
      return follower.refresh();
    }
  }

  private Web3jLedgerReader reader() {
    return new Web3jLedgerReader(rpc, contract, Optional.empty());
  }

  private Web3jLedger ledger(String who) throws IOException {
    return new Web3jLedger(rpc, contract, Optional.empty(), signer(who));
  }

  private void key(String who) {
    Typed made = type(List.of("keys", "new", file(who), "--light", "--password-file", password));
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
  }

  private Path file(String who) {
    return folder.resolve(who + ".key");
  }

  private SigningKey signer(String who) throws IOException {
    return KeyFile.open(file(who), PASSWORD);
  }

  private Address of(String who) throws IOException {
    return KeyFile.address(file(who));
  }

  private String address(String who) throws IOException {
    return of(who).toString();
  }
}
