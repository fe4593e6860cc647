package org.fedledger.client.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fedledger.client.model.FinalVersions.Lookup;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.ForwardingReader;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.ModelVersion;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.tensor.BlobId;
import org.fedledger.verify.SmallFederation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinalVersionsTest {

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
  }

  @Test
  void shouldFindVersion0InTheFounding() {
    assertThat(find(OptionalLong.of(0)))
        .isEqualTo(new Lookup.Found(0, head(), OptionalLong.empty()));
    assertThat(find(OptionalLong.empty())).isEqualTo(find(OptionalLong.of(0)));
  }

  @Test
  void shouldFindEveryVersionWithTheRoundThatMadeIt() throws IOException {
    federation.playRound();
    BlobId first = head();
    abortRound();
    federation.playRound();
    BlobId second = head();
    assertThat(find(OptionalLong.of(1))).isEqualTo(new Lookup.Found(1, first, OptionalLong.of(1)));
    assertThat(find(OptionalLong.of(2))).isEqualTo(new Lookup.Found(2, second, OptionalLong.of(3)));
    assertThat(find(OptionalLong.empty())).isEqualTo(find(OptionalLong.of(2)));
  }

  @Test
  void shouldReadMoreBlocksThanOneAnswerHolds() throws IOException {
    for (int i = 0; i < LedgerReader.MAX_SPAN; i++) {
      federation.chain.mine();
    }
    federation.playRound();
    assertThat(find(OptionalLong.empty()))
        .isEqualTo(new Lookup.Found(1, head(), OptionalLong.of(1)));
  }

  @Test
  void shouldTellTheLatestOfAVersionThatIsNotThereYet() throws IOException {
    federation.playRound();
    assertThat(find(OptionalLong.of(2))).isEqualTo(new Lookup.NotYet(1));
  }

  @Test
  void shouldFindNoFederationInAnEmptyRecord() {
    assertThat(find(new Changing(federation.ledger(), 0), OptionalLong.empty()))
        .isEqualTo(new Lookup.NoFederation());
  }

  @Test
  void shouldLookAgainWhenTheChainWasReorganisedMeanwhile() throws IOException {
    federation.playRound();
    Changing ledger = new Changing(federation.ledger(), 2);
    assertThat(find(ledger, OptionalLong.of(2))).isEqualTo(new Lookup.NoFederation());
    assertThat(ledger.changes).isZero();
    assertThatThrownBy(() -> find(new Changing(federation.ledger(), 99), OptionalLong.of(2)))
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining("reorganised");
  }

  private BlobId head() {
    ModelVersion head = federation.state().head();
    return new BlobId(head.model(), head.modelSize());
  }

  private void abortRound() {
    federation.openRound();
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(federation.round().id(), AbortReason.COORDINATOR));
  }

  private Lookup find(OptionalLong version) {
    return find(federation.ledger(), version);
  }

  private static Lookup find(LedgerReader ledger, OptionalLong version) {
    return FinalVersions.find(new LedgerFeed(ledger, 0, 0), version);
  }

  /** A chain without events whose head is another each time it is asked for, so many times. */
  private static final class Changing extends ForwardingReader {
    private int changes;

    Changing(LedgerReader ledger, int changes) {
      super(ledger);
      this.changes = changes;
    }

    @Override
    public Optional<BlockRef> block(long number) {
      return changes-- > 0 ? super.block(0) : super.block(number).filter(_ -> ++changes >= 0);
    }

    @Override
    public List<RecordedEvent> events(long from, long to) {
      return List.of();
    }
  }
}
