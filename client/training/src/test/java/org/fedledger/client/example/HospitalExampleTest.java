package org.fedledger.client.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.fedledger.client.participant.TabularFederation;
import org.fedledger.ledger.LedgerReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HospitalExampleTest {

  @TempDir Path folder;

  @Test
  void shouldTakePartInAFederationToItsEnd() throws Exception {
    try (TabularFederation federation = new TabularFederation(folder)) {
      federation.openRound();
      LedgerReader.Subscription aggregator =
          federation.chain.as(federation.participant.address()).subscribe(() -> act(federation));
      federation.node.onUpload(() -> act(federation));
      HospitalExample.takePart(
          federation.ledger(),
          federation.participant,
          federation.node.address(),
          federation.spec,
          federation.table(),
          folder.resolve("work"));
      aggregator.close();
      assertThat(federation.state().head().version()).isEqualTo(1);
      assertThat(federation.node.evaluations(1)).containsKey(federation.participant.address());
    }
  }

  private static void act(TabularFederation federation) {
    try {
      federation.aggregate();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
