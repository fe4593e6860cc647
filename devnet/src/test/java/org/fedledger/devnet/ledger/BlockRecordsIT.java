package org.fedledger.devnet.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fedledger.contracts.BlockRecords;
import org.fedledger.contracts.BlockRecords.Block;
import org.fedledger.contracts.EventReader;
import org.fedledger.devnet.network.AnvilNetwork;
import org.fedledger.finality.Receipt;
import org.fedledger.finality.ReceiptLog;
import org.fedledger.finality.ReceiptProof;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.types.Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BlockRecordsIT {

  @TempDir Path folder;

  private AnvilNetwork network;
  private AnvilWorld world;
  private BlockRecords records;

  @BeforeEach
  void start() throws Exception {
    network = AnvilNetwork.start(folder);
    LedgerStory.begin(
        setup -> {
          world = new AnvilWorld(network, setup);
          return world;
        },
        LedgerStory.Cast.SMALL);
    world.as(COORDINATOR).submit(new LedgerAction.Admit(participant(3).address(), Long.MAX_VALUE));
    records = new BlockRecords(world.rpc());
  }

  @AfterEach
  void end() {
    world.close();
    network.close();
  }

  @Test
  void shouldPutHeadersTogetherAsTheyWereHashed() {
    long last = world.rpc().blockNumber();
    for (long number = 0; number <= last; number++) {
      Block block = records.block(number).orElseThrow();
      assertThat(block.header().number()).isEqualTo(number);
      assertThat(block.hash()).isEqualTo(block.header().hash());
      assertThat(block.qbft()).isFalse();
    }
    assertThat(records.block(last + 1_000)).isEmpty();
  }

  @Test
  void shouldProveEveryEventOfTheLedger() {
    LedgerReader ledger = world.as(COORDINATOR);
    List<LedgerEvent> proven = new ArrayList<>();
    Address contract = world.deployed().contract();
    long last = world.rpc().blockNumber();
    for (long number = 0; number <= last; number++) {
      Block block = records.block(number).orElseThrow();
      List<Receipt> receipts = records.receipts(block);
      for (int i = 0; i < receipts.size(); i++) {
        assertThat(ReceiptProof.of(receipts, i).check(block.header()))
            .isEqualTo(new ReceiptProof.Result.Proven(receipts.get(i)));
        for (ReceiptLog log : receipts.get(i).logs()) {
          if (log.address().equals(contract)) {
            assertThat(block.header().bloom().mayContain(contract)).isTrue();
            EventReader.read(log).ifPresent(proven::add);
          }
        }
      }
    }
    assertThat(proven)
        .hasSizeGreaterThan(3)
        .isEqualTo(ledger.events(0, last).stream().map(RecordedEvent::event).toList());
  }
}
