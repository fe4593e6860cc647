package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.fedledger.contracts.FederationDeployer;
import org.fedledger.contracts.FederationDeployer.Deployment;
import org.fedledger.contracts.JournalFolder;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.SignedTransaction;
import org.fedledger.contracts.TransactionJournal;
import org.fedledger.contracts.TransactionTerms;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.crypto.SigningKey;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.FederationSetup;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.TestKeys;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.TransactionHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is asked for is done once, wherever an answer of the chain node is lost. */
@Timeout(180)
class LostAnswersIT {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir static Path folder;

  private static AnvilNetwork network;
  private static AnvilControl control;
  private static int founded;

  private final List<SignedTransaction> signed = Collections.synchronizedList(new ArrayList<>());
  private final OneFault fault = new OneFault();
  private RpcInBetween between;
  private Rpc rpc;

  @BeforeAll
  static void start() throws Exception {
    network = AnvilNetwork.start(folder.resolve("anvil"));
    control = new AnvilControl(network.rpc());
  }

  @AfterAll
  static void end() {
    control.close();
    network.close();
  }

  @BeforeEach
  void connect() throws IOException {
    between = new RpcInBetween(network.rpc(), fault);
    rpc = new Rpc(between.url());
  }

  @AfterEach
  void close() {
    control.mineEverySecond();
    control.mineAtOnce();
    rpc.close();
    between.close();
  }

  /** One bad answer, then good ones. */
  private static final class OneFault implements RpcInBetween.Manners {

    private String method = "";
    private boolean reachesTheNode;
    private Optional<RpcInBetween.Breakage> breakage = Optional.empty();
    private Optional<RpcInBetween.Fault> words = Optional.empty();
    private Optional<JsonNode> result = Optional.empty();
    private final AtomicBoolean due = new AtomicBoolean();

    private void next(String failing, boolean reaching) {
      method = failing;
      reachesTheNode = reaching;
      breakage = Optional.empty();
      words = Optional.empty();
      result = Optional.empty();
      due.set(true);
    }

    void breaks(String failing, boolean reaching, RpcInBetween.Breakage how) {
      next(failing, reaching);
      breakage = Optional.of(how);
    }

    void says(String failing, boolean reaching, String what) {
      next(failing, reaching);
      words = Optional.of(new RpcInBetween.Fault(-32_000, what));
    }

    void answers(String failing, JsonNode what) {
      next(failing, true);
      result = Optional.of(what);
    }

    boolean happened() {
      return !due.get();
    }

    private <T> Optional<T> once(Optional<T> what, String asked, boolean reached) {
      return what.isPresent()
              && asked.equals(method)
              && reached == reachesTheNode
              && due.compareAndSet(true, false)
          ? what
          : Optional.empty();
    }

    @Override
    public Optional<RpcInBetween.Breakage> breaksBefore(String asked) {
      return once(breakage, asked, false);
    }

    @Override
    public Optional<RpcInBetween.Breakage> breaksAfter(String asked) {
      return once(breakage, asked, true);
    }

    @Override
    public Optional<RpcInBetween.Fault> before(String asked, JsonNode params) {
      return once(words, asked, false);
    }

    @Override
    public Optional<RpcInBetween.Fault> after(String asked, JsonNode params, JsonNode answer) {
      return once(words, asked, true);
    }

    @Override
    public JsonNode instead(String asked, JsonNode params, JsonNode answer) {
      return once(result, asked, true).orElse(answer);
    }
  }

  private TransactionTerms terms(TransactionJournal journal, Duration patience) {
    return new TransactionTerms(journal, patience, SHORT, signed::add);
  }

  private static FederationSetup setup() {
    founded++;
    Digest name = Digest.ofContent(("federation " + founded).getBytes(StandardCharsets.US_ASCII));
    return new FederationSetup(
        new FederationId(name.bytes()),
        name,
        new BlobId(name, 1_000),
        Optional.empty(),
        1,
        0,
        1_000,
        COORDINATOR.address(),
        Optional.empty(),
        List.of(TestKeys.key(100).address()),
        List.of(),
        List.of());
  }

  private static SigningKey founder() {
    return TestKeys.key(1_000 + founded);
  }

  private static LedgerAction admitted() {
    return new LedgerAction.Admit(TestKeys.key(7).address(), 0);
  }

  private Web3jLedger ledger(Address contract, TransactionTerms terms) {
    return new Web3jLedger(rpc, contract, Optional.empty(), COORDINATOR, terms);
  }

  private Address found() {
    FederationSetup setup = setup();
    return deployed(new FederationDeployer(rpc, founder()).deploy(setup)).contract();
  }

  private static Deployment.Deployed deployed(Deployment deployment) {
    assertThat(deployment).isInstanceOf(Deployment.Deployed.class);
    return (Deployment.Deployed) deployment;
  }

  private static Outcome.Mined mined(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Mined.class);
    return (Outcome.Mined) outcome;
  }

  static Stream<Arguments> losses() {
    return Stream.of(
            "eth_estimateGas",
            "eth_gasPrice",
            "eth_getBlockByNumber",
            "eth_getTransactionCount",
            "eth_sendRawTransaction",
            "eth_getTransactionReceipt")
        .flatMap(
            method ->
                Stream.of(RpcInBetween.Breakage.values())
                    .flatMap(
                        how ->
                            Stream.of(false, true)
                                // What is only looked up is the same before and after.
                                .filter(after -> !after || method.contains("Transaction"))
                                .map(after -> Arguments.of(method, how, after))));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void shouldFoundOnceAndAdmitOnceWhicheverAnswerIsLost(
      String method, RpcInBetween.Breakage how, boolean reachesTheNode) {
    FederationSetup setup = setup();
    FederationDeployer deployer =
        new FederationDeployer(rpc, founder(), terms(TransactionJournal.inMemory(), LONG));
    fault.breaks(method, reachesTheNode, how);
    Deployment.Deployed deployed = deployed(deployer.deploy(setup));
    assertThat(fault.happened()).isTrue();
    assertThat(control.mined(founder().address())).isEqualTo(1);
    assertThat(signed).singleElement().satisfies(s -> assertThat(s.nonce()).isZero());
    assertThat(signed.getFirst().hash()).isEqualTo(deployed.transaction());
    assertThat(signed.getFirst().creates()).contains(deployed.contract());

    long before = control.mined(COORDINATOR.address());
    Web3jLedger ledger = ledger(deployed.contract(), terms(TransactionJournal.inMemory(), LONG));
    fault.breaks(method, reachesTheNode, how);
    assertThat(mined(ledger.submit(admitted())).transaction()).isEqualTo(signed.getLast().hash());
    assertThat(fault.happened()).isTrue();
    assertThat(control.mined(COORDINATOR.address())).isEqualTo(before + 1);
    assertThat(signed).hasSize(2);
  }

  static Stream<Arguments> words() {
    return Stream.of(
        // Anvil, geth, Besu, Nethermind.
        Arguments.of(true, "transaction already imported"),
        Arguments.of(true, "already known"),
        Arguments.of(true, "Known transaction"),
        Arguments.of(true, "AlreadyKnown"),
        Arguments.of(true, "nonce too low"),
        Arguments.of(true, "replacement transaction underpriced"),
        Arguments.of(true, "insufficient funds for gas * price + value"),
        Arguments.of(true, "internal error"),
        Arguments.of(false, "replacement transaction underpriced"),
        Arguments.of(false, "nonce too low"));
  }

  @ParameterizedTest
  @MethodSource("words")
  void shouldBelieveNoRefusalBeforeItHasLooked(boolean hasIt, String words) {
    Address contract = found();
    long before = control.mined(COORDINATOR.address());
    fault.says("eth_sendRawTransaction", hasIt, words);
    Web3jLedger ledger = ledger(contract, terms(TransactionJournal.inMemory(), LONG));
    assertThat(mined(ledger.submit(admitted())).transaction()).isEqualTo(signed.getFirst().hash());
    assertThat(fault.happened()).isTrue();
    assertThat(control.mined(COORDINATOR.address())).isEqualTo(before + 1);
    assertThat(signed).extracting(SignedTransaction::nonce).containsOnly(before);
  }

  @Test
  void shouldTakeTheNextNonceWhereANodeGaveOneThatIsUsed() {
    Address contract = found();
    Web3jLedger ledger = ledger(contract, terms(TransactionJournal.inMemory(), LONG));
    mined(ledger.submit(admitted()));
    long before = control.mined(COORDINATOR.address());
    fault.answers(
        "eth_getTransactionCount",
        JsonNodeFactory.instance.textNode("0x" + Long.toHexString(before - 1)));
    mined(ledger.submit(new LedgerAction.Suspend(TestKeys.key(7).address())));
    assertThat(fault.happened()).isTrue();
    assertThat(control.mined(COORDINATOR.address())).isEqualTo(before + 1);
    assertThat(signed)
        .extracting(SignedTransaction::nonce)
        .containsExactly(before - 1, before - 1, before);
  }

  @Test
  void shouldTakeTheNextNonceWhereAnotherProcessTookOne() {
    Address contract = found();
    long before = control.mined(COORDINATOR.address());
    control.halt();
    CompletableFuture<Outcome> first =
        CompletableFuture.supplyAsync(
            () ->
                ledger(contract, terms(TransactionJournal.inMemory(), LONG))
                    .submit(new LedgerAction.Admit(TestKeys.key(8).address(), 0)));
    control.awaitWaiting(1);
    fault.answers(
        "eth_getTransactionCount",
        JsonNodeFactory.instance.textNode("0x" + Long.toHexString(before)));
    CompletableFuture<Outcome> second =
        CompletableFuture.supplyAsync(
            () -> ledger(contract, terms(TransactionJournal.inMemory(), LONG)).submit(admitted()));
    while (!first.isDone() || !second.isDone()) {
      control.mine();
    }
    assertThat(mined(first.join()).transaction()).isNotEqualTo(mined(second.join()).transaction());
    assertThat(signed).extracting(SignedTransaction::nonce).containsOnly(before, before + 1);
    assertThat(control.mined(COORDINATOR.address())).isEqualTo(before + 2);
  }

  @Test
  void shouldSendAgainWhatTheNodeHasLost() {
    Address contract = found();
    control.halt();
    CompletableFuture<Outcome> admission =
        CompletableFuture.supplyAsync(
            () -> ledger(contract, terms(TransactionJournal.inMemory(), LONG)).submit(admitted()));
    control.awaitWaiting(1);
    control.forgetWaiting();
    control.awaitWaiting(1);
    control.mine();
    assertThat(mined(admission.join()).transaction()).isEqualTo(signed.getFirst().hash());
    assertThat(signed).hasSize(1);
  }

  @Test
  void shouldFoundOnceThoughTheFirstProcessEndedBeforeItsBlock(@TempDir Path kept) {
    FederationSetup setup = setup();
    SigningKey founder = founder();
    control.halt();
    assertThatThrownBy(() -> foundIn(kept, founder, SHORT).deploy(setup))
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining(signed.getFirst().hash().toString());

    assertThat(foundIn(kept, founder, SHORT).unfinishedBeside(setup)).isEmpty();
    assertThat(foundIn(kept, founder, SHORT).unfinishedBeside(setup()))
        .extracting(SignedTransaction::hash)
        .containsExactly(signed.getFirst().hash());
    assertThatThrownBy(() -> foundIn(kept, founder, SHORT).deploy(setup))
        .isInstanceOf(LedgerUnreachableException.class);
    control.forgetWaiting();
    CompletableFuture<Deployment> third =
        CompletableFuture.supplyAsync(
            () -> foundIn(kept, founder, LONG).resume(signed.getFirst().hash()));
    control.awaitWaiting(1);
    control.mine();

    Deployment.Deployed deployed = deployed(third.join());
    assertThat(signed).hasSize(1);
    assertThat(deployed.contract()).isEqualTo(signed.getFirst().creates().orElseThrow());
    assertThat(control.mined(founder.address())).isEqualTo(1);
    assertThat(foundIn(kept, founder, SHORT).unfinished()).isEmpty();
    assertThat(deployed(foundIn(kept, founder, SHORT).resume(deployed.transaction())))
        .isEqualTo(deployed);
  }

  private FederationDeployer foundIn(Path kept, SigningKey founder, Duration patience) {
    return new FederationDeployer(rpc, founder, terms(new JournalFolder(kept), patience));
  }

  @Test
  void shouldTellOfNoMemberThatItAdmittedItself(@TempDir Path kept) {
    Address contract = found();
    control.halt();
    assertThatThrownBy(
            () -> ledger(contract, terms(new JournalFolder(kept), SHORT)).submit(admitted()))
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining(signed.getFirst().hash().toString());
    control.mine();

    Web3jLedger restarted = ledger(contract, terms(new JournalFolder(kept), LONG));
    assertThat(mined(restarted.submit(admitted())).transaction())
        .isEqualTo(signed.getFirst().hash());
    assertThat(signed).hasSize(1);
    assertThat(restarted.submit(admitted()))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, r -> assertThat(r.error()).isEqualTo("AlreadyMember"));
  }

  @Test
  void shouldTakeNoOtherCallOfTheSameNonceForItsOwn(@TempDir Path kept) {
    Address contract = found();
    LedgerAction other = new LedgerAction.Admit(TestKeys.key(8).address(), 0);
    long before = control.mined(COORDINATOR.address());
    control.halt();
    assertThatThrownBy(
            () -> ledger(contract, terms(new JournalFolder(kept), SHORT)).submit(admitted()))
        .isInstanceOf(LedgerUnreachableException.class);
    control.forgetWaiting();
    assertThatThrownBy(() -> ledger(contract, terms(new JournalFolder(kept), SHORT)).submit(other))
        .isInstanceOf(LedgerUnreachableException.class);
    assertThat(signed).extracting(SignedTransaction::nonce).containsExactly(before, before);
    control.mineAtOnce();
    control.mine();

    Web3jLedger restarted = ledger(contract, terms(new JournalFolder(kept), LONG));
    assertThat(mined(restarted.submit(admitted())).transaction())
        .as("the other call's transaction is in the block of that nonce")
        .isNotEqualTo(signed.get(1).hash());
    assertThat(control.mined(COORDINATOR.address())).isEqualTo(before + 2);
    assertThat(restarted.submit(admitted()))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, r -> assertThat(r.error()).isEqualTo("AlreadyMember"));
  }

  @Test
  void shouldKnowNothingOfATransactionThatNobodySent() {
    TransactionHash nobodys = new TransactionHash(new byte[TransactionHash.LENGTH]);
    assertThat(new FederationDeployer(rpc, COORDINATOR).resume(nobodys))
        .isInstanceOfSatisfying(
            Deployment.Refused.class,
            r -> assertThat(r.why().error()).isEqualTo("UnknownTransaction"));
  }
}
