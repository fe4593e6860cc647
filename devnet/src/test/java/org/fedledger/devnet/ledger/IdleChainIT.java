package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.fedledger.contracts.Rpc;
import org.fedledger.contracts.Web3jLedger;
import org.fedledger.contracts.Web3jLedgerReader;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.ledger.LedgerFollower;
import org.fedledger.ledger.LedgerStory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a chain node is asked for while nobody does anything. */
@Timeout(120)
class IdleChainIT {

  @TempDir Path folder;

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private AnvilNetwork network;
  private AnvilWorld world;
  private LedgerStory story;
  private RpcInBetween between;
  private Rpc rpc;

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
    world.control().halt();
    world.control().mineAtOnce();
    between =
        new RpcInBetween(
            network.rpc(),
            new RpcInBetween.Manners() {
              @Override
              public Optional<RpcInBetween.Fault> before(String method, JsonNode params) {
                asked.add(method);
                return Optional.empty();
              }
            });
    rpc = new Rpc(between.url());
  }

  @AfterEach
  void end() {
    rpc.close();
    between.close();
    world.close();
    network.close();
  }

  @Test
  void shouldAskOnceForABlockInWhichNothingHappened() {
    Web3jLedgerReader reader =
        new Web3jLedgerReader(rpc, world.deployed().contract(), Optional.empty());
    try (LedgerFollower follower = new LedgerFollower(reader, 0)) {
      follower.refresh();
      asked.clear();
      for (int i = 0; i < 10; i++) {
        world.control().mine();
        follower.refresh();
        follower.refresh();
      }
      assertThat(asked).hasSize(20).containsOnly("eth_getBlockByNumber");

      story.admit(2);
      assertThat(follower.refresh()).isEqualTo(story.state());
    }
  }

  @Test
  void shouldAskForTheChainsIdOnce() {
    new Web3jLedgerReader(rpc, world.deployed().contract(), Optional.empty());
    new Web3jLedger(rpc, world.deployed().contract(), Optional.empty(), COORDINATOR);
    assertThat(asked).containsExactly("eth_chainId");
  }
}
