package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fedledger.contracts.JournalFolder;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.SignedTransaction;
import org.fedledger.contracts.TransactionJournal;
import org.fedledger.contracts.TransactionTerms;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.Outcome;
import org.fedledger.ledger.TestKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chain on which gas is paid for, as it is on public ones. */
@Timeout(120)
class FeesIT {

  private static final BigInteger GWEI = BigInteger.TEN.pow(9);
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);
  private static final LedgerAction ADMIT = new LedgerAction.Admit(TestKeys.key(7).address(), 0);

  @TempDir Path folder;

  private final List<SignedTransaction> signed = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean keeping;
  private AnvilNetwork network;
  private AnvilWorld world;
  private AnvilControl control;
  private RpcInBetween between;
  private Rpc rpc;
  private Web3jLedger ledger;

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder);
    LedgerStory.begin(
        setup -> {
          world = new AnvilWorld(network, setup);
          return world;
        },
        LedgerStory.Cast.SMALL);
    control = world.control();
    between = new RpcInBetween(network.rpc(), new Keeping());
    rpc = new Rpc(between.url());
    ledger = ledger(TransactionJournal.inMemory(), Duration.ofMillis(100));
    control.halt();
    cost(GWEI);
  }

  private Web3jLedger ledger(TransactionJournal journal, Duration stuckAfter) {
    return new Web3jLedger(
        rpc,
        world.deployed().contract(),
        Optional.empty(),
        COORDINATOR,
        new TransactionTerms(journal, Duration.ofMinutes(1), stuckAfter, signed::add));
  }

  /** Anvil forgets what offers too little for the next block; others keep it in their pools. */
  private final class Keeping implements RpcInBetween.Manners {
    @Override
    public JsonNode instead(String method, JsonNode params, JsonNode result) {
      return keeping && method.equals("eth_getTransactionByHash") && result.isNull()
          ? JsonNodeFactory.instance.objectNode().set("hash", params.get(0))
          : result;
    }
  }

  private void cost(BigInteger wei) {
    control.setBaseFee(wei);
    control.mine();
  }

  @AfterEach
  void end() {
    rpc.close();
    between.close();
    world.close();
    network.close();
  }

  @Test
  void shouldOfferATipAndACapWhereBlocksHaveABaseFee() {
    control.setBalance(COORDINATOR.address(), ETHER);
    CompletableFuture<Outcome> admission =
        CompletableFuture.supplyAsync(() -> ledger.submit(ADMIT));
    control.awaitWaiting(1);
    control.mine();
    assertThat(admission.join()).isInstanceOf(Outcome.Mined.class);
    var sent = control.call("eth_getTransactionByHash", signed.getFirst().hash().toString());
    assertThat(sent.get("type").textValue()).isEqualTo("0x2");
    assertThat(Long.decode(sent.get("maxFeePerGas").textValue()))
        .isGreaterThanOrEqualTo(2 * GWEI.longValueExact());
  }

  @Test
  void shouldOfferATenthMoreForWhatBlocksPassBy() {
    control.setBalance(COORDINATOR.address(), ETHER);
    CompletableFuture<Outcome> admission =
        CompletableFuture.supplyAsync(() -> ledger.submit(ADMIT));
    control.awaitWaiting(1);
    keeping = true;
    while (!admission.isDone()) {
      cost(GWEI.multiply(BigInteger.valueOf(50)));
    }
    assertThat(admission.join())
        .isInstanceOfSatisfying(
            Outcome.Mined.class,
            mined -> assertThat(mined.transaction()).isEqualTo(signed.getLast().hash()));
    assertThat(signed).hasSizeGreaterThan(1).extracting(SignedTransaction::nonce).containsOnly(0L);
    assertThat(control.mined(COORDINATOR.address())).isEqualTo(1);
  }

  @Test
  void shouldFindItsOwnTransactionThoughAnotherProcessOfferedMoreForIt(@TempDir Path kept)
      throws Exception {
    control.setBalance(COORDINATOR.address(), ETHER);
    try (ExecutorService processes = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome> admission =
          processes.submit(
              () -> ledger(new JournalFolder(kept), Duration.ofMinutes(1)).submit(ADMIT));
      control.awaitWaiting(1);
      Future<Outcome> another =
          processes.submit(
              () ->
                  ledger(new JournalFolder(kept), Duration.ofMillis(100))
                      .submit(new LedgerAction.Admit(TestKeys.key(8).address(), 0)));
      control.awaitWaiting(2);
      while (!admission.isDone() || !another.isDone()) {
        cost(GWEI.multiply(BigInteger.valueOf(50)));
      }
      assertThat(admission.get()).isInstanceOf(Outcome.Mined.class);
      assertThat(another.get()).isInstanceOf(Outcome.Mined.class);
    }
    assertThat(signed.stream().filter(each -> each.nonce() == 0)).hasSizeGreaterThan(1);
    assertThat(control.mined(COORDINATOR.address())).isEqualTo(2);
    assertThat(kept).isEmptyDirectory();
  }

  @Test
  void shouldSayWhatAnAccountLacks() {
    assertThat(ledger.submit(ADMIT))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.error()).isEqualTo("InsufficientFunds");
              assertThat(refused.values()).startsWith(COORDINATOR.address().toString(), "0");
              assertThat(new BigInteger(refused.values().get(2))).isGreaterThan(GWEI);
            });
    assertThat(control.mined(COORDINATOR.address())).isZero();

    control.setBalance(COORDINATOR.address(), ETHER);
    CompletableFuture<Outcome> admission =
        CompletableFuture.supplyAsync(() -> ledger.submit(ADMIT));
    control.awaitWaiting(1);
    control.mine();
    assertThat(admission.join()).isInstanceOf(Outcome.Mined.class);
  }
}
