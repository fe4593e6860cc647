package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.index.LedgerIndex;
import org.fedledger.index.Queries;
import org.fedledger.index.SqliteIndex;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.LedgerUnreachableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A chain node of which some answers come from one that is behind: it knows the newest block and
 * has no logs of it, which it does not say.
 */
@Timeout(120)
class LaggingNodeIT {

  private static final int ALWAYS = Integer.MAX_VALUE;

  @TempDir Path folder;

  private AnvilNetwork network;
  private AnvilWorld world;
  private LedgerStory story;
  private RpcInBetween between;
  private Rpc rpc;
  private Web3jLedgerReader reader;
  private final AtomicInteger emptyAnswers = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder.resolve("anvil"));
    story =
        LedgerStory.begin(
            setup -> {
              world = new AnvilWorld(network, setup);
              return world;
            },
            LedgerStory.Cast.SMALL);
    between = new RpcInBetween(network.rpc(), new Lagging());
    rpc = new Rpc(between.url());
    reader = new Web3jLedgerReader(rpc, world.deployed().contract(), Optional.empty());
  }

  @AfterEach
  void end() {
    rpc.close();
    between.close();
    world.close();
    network.close();
  }

  /** Logs of spans are lacking; those of a block by its hash are there, as from another node. */
  private final class Lagging implements RpcInBetween.Manners {
    @Override
    public JsonNode instead(String method, JsonNode params, JsonNode result) {
      return method.equals("eth_getLogs")
              && params.get(0).has("fromBlock")
              && emptyAnswers.getAndUpdate(left -> left == ALWAYS ? left : Math.max(0, left - 1))
                  > 0
          ? JsonNodeFactory.instance.arrayNode()
          : result;
    }
  }

  @Test
  void shouldAskAgainForLogsThatABlocksBloomTellsOf() {
    story.admit(3);
    emptyAnswers.set(1);
    assertThat(reader.events(0, reader.head().number())).isEqualTo(story.recorded());
  }

  @Test
  void shouldFollowANodeThatIsBehindForAWhileWithoutAWrongState() {
    story.admit(2);
    try (LedgerFollower follower = new LedgerFollower(reader, 0)) {
      follower.refresh();
      story.open();
      emptyAnswers.set(ALWAYS);
      assertThatThrownBy(follower::refresh)
          .isInstanceOf(LedgerUnreachableException.class)
          .hasMessageContaining("leaves out what block");
      story.commit(0, 1);
      emptyAnswers.set(0);
      assertThat(follower.refresh()).isEqualTo(story.state());
    }
  }

  @Test
  void shouldIndexNothingOfAnIncompleteAnswer() throws IOException {
    story.admit(2);
    LedgerFeed feed = new LedgerFeed(reader, 0, 0);
    try (LedgerIndex index =
        SqliteIndex.open(folder.resolve("index.db"), reader.domain(), _ -> {})) {
      index.advance(feed, rpc::gasUsed, (_, _) -> {});
      long before = index.ask(Queries::indexedTo).orElseThrow().block();
      story.open();
      emptyAnswers.set(ALWAYS);
      assertThatThrownBy(() -> index.advance(feed, rpc::gasUsed, (_, _) -> {}))
          .isInstanceOf(LedgerUnreachableException.class);
      assertThat(index.ask(Queries::indexedTo).orElseThrow().block()).isEqualTo(before);

      emptyAnswers.set(0);
      index.advance(feed, rpc::gasUsed, (_, _) -> {});
      assertThat(index.ask(Queries::indexedTo).orElseThrow().block())
          .isEqualTo(reader.head().number());
    }
  }

  @Test
  void shouldReadBlocksOfOtherContractsWithoutTakingThemForLogsLeftOut() {
    story.admit(1);
    for (int i = 0; i < 300; i++) {
      world.control().mine();
    }
    assertThat(reader.events(0, reader.head().number())).isEqualTo(story.recorded());
  }
}
