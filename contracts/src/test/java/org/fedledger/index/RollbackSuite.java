package org.fedledger.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.InMemoryWorld;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.signing.SigningDomain;
import org.fedledger.types.Address;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What descends from what, where governance had a round build on an earlier version. */
abstract class RollbackSuite {

  private static final Paging ALL = new Paging(100, Optional.empty(), false);

  @TempDir Path folder;

  /** An index in an empty folder, or the one that is there. */
  protected abstract LedgerIndex open(Path folder, SigningDomain domain) throws IOException;

  private final LedgerStory story =
      LedgerStory.begin(InMemoryWorld::new, LedgerStory.Cast.SMALL).admit(5);

  /** Versions 1 and 2 follow each other; 3 is made from 1, and 4 from 3. */
  @BeforeEach
  void goBackOnce() {
    make(0, 1);
    make(1, 2);
    story.doAs(LedgerStory.COORDINATOR, story.change(GovernanceKind.BUILD_ON, 1));
    make(0, 3);
    make(3, 4);
  }

  private void make(int... participants) {
    story.open();
    story.commit(participants);
    story.world().moveTo(story.round().commitDeadline() + 1);
    story.closeCommits();
    story.publish(0, "model of " + story.round().number());
  }

  private <T> T ask(java.util.function.Function<Queries, T> question) throws IOException {
    try (LedgerIndex index = open(folder, story.reader().domain())) {
      index.advance(new LedgerFeed(story.reader(), 0, 0), QueriesSuite.GAS, (_, _) -> {});
      return index.ask(question::apply);
    }
  }

  private List<Long> roundsIn(long version) throws IOException {
    return ask(q -> q.lineage(version, Filter.ALL, ALL).orElseThrow()).updates().items().stream()
        .map(QueryResults.Commitment::round)
        .distinct()
        .toList();
  }

  private QueryResults.Reach reachOf(int participant) throws IOException {
    Address address = LedgerStory.participant(participant).address();
    return ask(q -> q.reach(address, ALL).orElseThrow());
  }

  private static List<Long> versions(QueryResults.Reach reach) {
    return reach.versions().items().stream().map(v -> v.version().version()).toList();
  }

  @Test
  void aLineageLeavesOutTheVersionThatWasGoneBackBehind() throws IOException {
    assertThat(roundsIn(2)).containsExactly(1L, 2L);
    assertThat(roundsIn(3)).containsExactly(1L, 3L);
    assertThat(roundsIn(4)).containsExactly(1L, 3L, 4L);
  }

  @Test
  void aVersionCountsTheUpdatesOfItsLineageAlone() throws IOException {
    List<Long> counts =
        ask(q -> q.versions(Filter.ALL, ALL)).items().stream()
            .map(QueryResults.Version::updates)
            .toList();
    assertThat(counts).containsExactly(0L, 2L, 4L, 4L, 6L);
  }

  @Test
  void anUpdateReachesOnlyWhatDescendsFromItsVersion() throws IOException {
    QueryResults.Reach second = reachOf(2);
    assertThat(versions(second)).containsExactly(2L);
    assertThat(second.lastWithout()).isEqualTo(4);
  }

  @Test
  void anUpdateBeforeTheBranchReachesBothOfItsSides() throws IOException {
    QueryResults.Reach first = reachOf(1);
    assertThat(versions(first)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(first.lastWithout()).isZero();
  }

  @Test
  void anUpdateAfterTheBranchReachesNothingBeforeIt() throws IOException {
    QueryResults.Reach third = reachOf(3);
    assertThat(versions(third)).containsExactly(3L, 4L);
    assertThat(third.versions().items()).allMatch(QueryResults.ReachedVersion::directly);
    assertThat(third.lastWithout()).isEqualTo(2);
  }
}
