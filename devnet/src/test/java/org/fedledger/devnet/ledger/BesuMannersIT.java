package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.fedledger.contracts.ContractCode;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerStory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Besu node does not do that Anvil does, held against the adapter. */
@Timeout(120)
class BesuMannersIT {

  /** Blocks that {@code eth_getLogs} spans at most, as Besu counts: last minus first. */
  private static final long LOG_RANGE = 5_000;

  /** Blocks of which the state is kept. */
  private static final long STATES = 512;

  /** Enough for three pages of logs, the last of one block. */
  private static final long BLOCKS = 2L * LedgerReader.MAX_SPAN;

  @TempDir Path folder;

  private AnvilNetwork network;
  private AnvilWorld world;
  private LedgerStory story;

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder);
    story =
        LedgerStory.begin(
            setup -> {
              world = new AnvilWorld(network, setup);
              return world;
            },
            LedgerStory.Cast.SMALL);
  }

  @AfterEach
  void end() {
    world.close();
    network.close();
  }

  @Test
  void shouldReadALongChainByPagesThatBesuAllowsAndNoOldState() throws Exception {
    story.admit(2);
    story.open();
    long before = world.as(COORDINATOR).head().number();
    world.control().call("anvil_mine", BLOCKS - before);
    story.commit(0, 1).closeCommits();

    Limits limits = new Limits();
    try (RpcInBetween between = new RpcInBetween(network.rpc(), limits);
        Rpc rpc = new Rpc(between.url())) {
      Web3jLedgerReader reader =
          new Web3jLedgerReader(rpc, world.deployed().contract(), Optional.empty());
      FederationState seen = new LedgerFollower(reader, 0).refresh();

      assertThat(seen.round().orElseThrow().commitments()).hasSize(2);
      assertThat(seen.participants()).hasSize(2);
      assertThat(limits.spans)
          .startsWith(LedgerReader.MAX_SPAN - 1L, LedgerReader.MAX_SPAN - 1L)
          .hasSize(3);
      assertThat(
              ContractCode.check(rpc, world.deployed().contract(), world.deployed().transaction()))
          .isInstanceOf(ContractCode.Finding.Same.class);
      assertThat(limits.refused).isEmpty();
    }
  }

  /** What providers say whose nodes give fewer blocks at once, or fewer logs. */
  enum Provider implements RpcInBetween.Manners {
    BLOCKS(1_000, 1_000, 200, -32_602, "eth_getLogs is limited to a 1,000 range"),
    BLOCKS_BY_STATUS(1_000, 1_000, 400, -32_600, "block range is too wide"),
    RESULTS(5_000, 8, 200, -32_005, "query returned more than 10000 results");

    private final long blocks;
    private final int logs;
    private final RpcInBetween.Fault fault;

    Provider(long blocks, int logs, int status, int code, String words) {
      this.blocks = blocks;
      this.logs = logs;
      this.fault = new RpcInBetween.Fault(code, words, status);
    }

    @Override
    public Optional<RpcInBetween.Fault> before(String method, JsonNode params) {
      return Optional.of(fault)
          .filter(_ -> method.equals("eth_getLogs") && params.get(0).has("fromBlock"))
          .filter(_ -> block(params, "toBlock") - block(params, "fromBlock") >= blocks);
    }

    @Override
    public Optional<RpcInBetween.Fault> after(String method, JsonNode params, JsonNode result) {
      return Optional.of(fault).filter(_ -> method.equals("eth_getLogs") && result.size() > logs);
    }

    private static long block(JsonNode params, String name) {
      return Long.decode(params.get(0).get(name).textValue());
    }
  }

  @ParameterizedTest
  @EnumSource(Provider.class)
  void shouldReadInShorterSpansWhereANodeGivesNoLongerOnes(Provider provider) throws Exception {
    story.admit(12);
    world.control().call("anvil_mine", 3_000);
    story.open();
    story.commit(0, 1);

    try (RpcInBetween between = new RpcInBetween(network.rpc(), provider);
        Rpc rpc = new Rpc(between.url())) {
      Web3jLedgerReader reader =
          new Web3jLedgerReader(rpc, world.deployed().contract(), Optional.empty());
      assertThat(reader.events(0, reader.head().number())).isEqualTo(story.recorded());
    }
  }

  /** Besu's limits with its own settings, and a record of who ran into them. */
  private final class Limits implements RpcInBetween.Manners {

    private final List<Long> spans = Collections.synchronizedList(new ArrayList<>());
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());

    @Override
    public Optional<RpcInBetween.Fault> before(String method, JsonNode params) {
      return switch (method) {
        case "eth_getLogs" -> logs(params.get(0));
        case "eth_call", "eth_getCode", "eth_getStorageAt", "eth_getBalance" ->
            state(method, params.get(params.size() - 1).asText());
        default -> Optional.empty();
      };
    }

    private Optional<RpcInBetween.Fault> logs(JsonNode filter) {
      long from = Long.decode(filter.get("fromBlock").textValue());
      long to = Long.decode(filter.get("toBlock").textValue());
      spans.add(to - from);
      boolean beyond = from > to || to > world.as(COORDINATOR).head().number();
      return to - from > LOG_RANGE || beyond
          ? refuse("Requested range exceeds maximum range limit")
          : Optional.empty();
    }

    private Optional<RpcInBetween.Fault> state(String method, String block) {
      boolean old =
          block.startsWith("0x")
              && Long.decode(block) < world.as(COORDINATOR).head().number() - STATES;
      return old ? refuse("World state unavailable: " + method) : Optional.empty();
    }

    private Optional<RpcInBetween.Fault> refuse(String why) {
      refused.add(why);
      return Optional.of(new RpcInBetween.Fault(-32_000, why));
    }
  }
}
