package org.fedledger.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.ForwardingReader;
import org.fedledger.ledger.LedgerFeed;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.LedgerUnreachableException;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.TransactionHash;

/** What every index answers, against all events read at once, on random histories with reorgs. */
abstract class QueriesSuite {

  /** An index in an empty folder, or the one that is there. */
  protected abstract LedgerIndex open(Path folder, SigningDomain domain) throws IOException;

  static final GasSource GAS =
      all -> all.stream().collect(Collectors.toMap(t -> t, QueriesSuite::gas));

  static long gas(TransactionHash transaction) {
    return 21_000 + (transaction.bytes()[0] & 0xff) * 100;
  }

  @Property(tries = 60)
  void queriesAgreeWithAllEventsReadAtOnce(
      @ForAll @Size(min = 30, max = 160) List<@IntRange(max = 999_999) Integer> steps)
      throws IOException {
    try (Indexed indexed = new Indexed()) {
      for (int step : steps) {
        indexed.history.step(step);
        if (step % 5 == 0) {
          indexed.advance();
        }
      }
      indexed.advance();
      new Comparison(indexed, steps.getFirst()).all();
    }
  }

  @Property(tries = 25)
  void anIndexThatIsDeletedAndRebuiltAnswersTheSame(
      @ForAll @Size(min = 30, max = 120) List<@IntRange(max = 999_999) Integer> steps)
      throws IOException {
    try (Indexed indexed = new Indexed()) {
      for (int step : steps) {
        indexed.history.step(step);
        if (step % 3 == 0) {
          indexed.advance();
        }
      }
      indexed.advance();
      List<Object> before = indexed.everything();
      indexed.index.rebuild();
      indexed.advance();
      assertThat(indexed.everything()).isEqualTo(before);
    }
  }

  @Property(tries = 25)
  void aReadingThatBreaksOffAnywhereIsContinued(
      @ForAll @Size(min = 30, max = 120) List<@IntRange(max = 999_999) Integer> steps)
      throws IOException {
    try (Indexed indexed = new Indexed()) {
      for (int step : steps) {
        indexed.history.step(step);
        if (step % 3 == 0) {
          indexed.advanceBreakingAfter(step % 7);
        }
        if (step % 11 == 0) {
          indexed.reopen();
        }
      }
      indexed.advance();
      new Comparison(indexed, steps.getFirst()).all();
    }
  }

  /** A history, and an index of it in a file. */
  final class Indexed implements AutoCloseable {
    final RandomHistory history = new RandomHistory();
    private final Path folder = Files.createTempDirectory("index");
    LedgerIndex index;

    Indexed() throws IOException {
      reopen();
    }

    void reopen() throws IOException {
      if (index != null) {
        index.close();
      }
      LedgerReader ledger = history.story().reader();
      index = open(folder, ledger.domain());
    }

    void advance() {
      index.advance(new LedgerFeed(history.story().reader(), 0, 0), GAS, (_, _) -> {});
    }

    /** The ledger goes away after so many questions. */
    void advanceBreakingAfter(int questions) {
      LedgerReader failing =
          new ForwardingReader(history.story().reader()) {
            private int left = questions;

            private void ask() {
              if (left-- == 0) {
                throw new LedgerUnreachableException("away", null);
              }
            }

            @Override
            public Optional<org.fedledger.ledger.BlockRef> block(long number) {
              ask();
              return super.block(number);
            }

            @Override
            public List<RecordedEvent> events(long from, long to) {
              ask();
              return super.events(from, to);
            }
          };
      try {
        index.advance(new LedgerFeed(failing, 0, 0), GAS, (_, _) -> {});
      } catch (LedgerUnreachableException e) {
        // As was meant.
      }
    }

    BruteForce bruteForce() {
      return new BruteForce(history.story().recorded(), QueriesSuite::gas);
    }

    List<Object> everything() {
      return index.ask(
          q -> {
            List<Object> all = new ArrayList<>();
            all.add(q.indexedTo());
            all.add(q.founded());
            all.add(q.gas(Filter.ALL));
            all.add(q.rounds(Filter.ALL, Paging.FIRST));
            all.add(q.versions(Filter.ALL, Paging.FIRST));
            all.add(q.participants(Filter.ALL, Paging.FIRST));
            all.add(q.attestations(Filter.ALL, Paging.FIRST));
            all.add(q.rejections(Filter.ALL, Paging.FIRST));
            all.add(q.privacy(Filter.ALL, Paging.FIRST));
            for (long round = 1; q.round(round, Paging.FIRST).isPresent(); round++) {
              all.add(q.round(round, Paging.FIRST));
            }
            for (int i = 0; i < RandomHistory.PARTICIPANTS; i++) {
              all.add(
                  q.participant(LedgerStory.participant(i).address(), Filter.ALL, Paging.FIRST));
            }
            return all;
          });
    }

    @Override
    public void close() {
      index.close();
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
        Files.delete(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Every query with every kind of filter. */
  private static final class Comparison {
    private final Indexed indexed;
    private final BruteForce expected;
    private final int seed;
    private final List<Filter> filters = new ArrayList<>();

    Comparison(Indexed indexed, int seed) {
      this.indexed = indexed;
      this.seed = seed;
      this.expected = indexed.bruteForce();
      List<QueryResults.Round> rounds = expected.rounds();
      long last = rounds.size();
      long start = indexed.history.story().reader().block(0).orElseThrow().timestamp();
      long end = indexed.history.world().now();
      filters.add(Filter.ALL);
      filters.add(Filter.ALL.rounds(1 + seed % 3, Math.max(1, last - seed % 2)));
      filters.add(Filter.ALL.rounds(last, last + 5));
      filters.add(Filter.ALL.rounds(last + 1, last + 5));
      filters.add(Filter.ALL.times(start + (end - start) / 4, start + (end - start) * 3 / 4));
      filters.add(Filter.ALL.times(end + 1, end + 2));
      filters.add(
          Filter.ALL.rounds(1, Math.max(1, last - 1)).times(start + (end - start) / 3, end));
    }

    void all() {
      rounds();
      versions();
      participants();
      commitments();
      attestations();
      sums();
      lineages();
      state();
    }

    private List<Filter> with(Address account) {
      List<Filter> all = new ArrayList<>(filters);
      filters.forEach(f -> all.add(f.of(account)));
      return all;
    }

    private static List<Filter> with(List<Filter> filters, String... statuses) {
      List<Filter> all = new ArrayList<>(filters);
      for (String status : statuses) {
        filters.forEach(f -> all.add(f.status(status)));
      }
      return all;
    }

    /** All pages, forwards and backwards, whatever their size. */
    private <T> void pages(
        List<T> wanted, BiFunction<Queries, Paging, Page<T>> query, Object about) {
      for (boolean backwards : new boolean[] {false, true}) {
        for (int limit : new int[] {1 + seed % 3, Paging.MAX_LIMIT}) {
          List<T> got = new ArrayList<>();
          Paging paging = new Paging(limit, Optional.empty(), backwards);
          boolean more = true;
          while (more) {
            Paging asked = paging;
            Page<T> page = indexed.index.ask(q -> query.apply(q, asked));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            got.addAll(page.items());
            more = page.next().isPresent();
            paging = paging.from(page.next());
          }
          assertThat(backwards ? got.reversed() : got).as("%s", about).isEqualTo(wanted);
        }
      }
    }

    private Address anybody() {
      return LedgerStory.participant(seed % RandomHistory.PARTICIPANTS).address();
    }

    private void rounds() {
      for (Filter f :
          with(with(anybody()), "committing", "publishing", "attesting", "final", "aborted")) {
        pages(expected.rounds(f), (q, p) -> q.rounds(f, p), f);
      }
      for (QueryResults.Round round : expected.rounds()) {
        QueryResults.RoundInFull full =
            indexed.index.ask(q -> q.round(round.round(), Paging.FIRST)).orElseThrow();
        assertThat(full.round()).isEqualTo(round);
        assertThat(full.attempts()).isEqualTo(expected.attempts(round.round()));
        pages(
            expected.commitments(Filter.ALL.rounds(round.round(), round.round())),
            (q, p) -> q.round(round.round(), p).orElseThrow().commitments(),
            round);
        Set<Digest> last = digests(round.round(), round.round());
        last.removeAll(digests(round.round() + 1, Long.MAX_VALUE));
        assertThat(indexed.index.<Set<Digest>>ask(q -> q.lastCommittedIn(round.round())))
            .isEqualTo(last);
      }
      Optional<QueryResults.RoundInFull> none =
          indexed.index.ask(q -> q.round(expected.rounds().size() + 1L, Paging.FIRST));
      assertThat(none).isEmpty();
    }

    private Set<Digest> digests(long fromRound, long toRound) {
      Set<Digest> digests = new HashSet<>();
      expected
          .commitments(Filter.ALL.rounds(fromRound, toRound))
          .forEach(c -> digests.add(c.digest()));
      return digests;
    }

    private void versions() {
      for (Filter f : with(anybody())) {
        pages(expected.versions(f), (q, p) -> q.versions(f, p), f);
      }
      for (QueryResults.Version version : expected.versions()) {
        QueryResults.VersionInFull full =
            indexed.index.ask(q -> q.version(version.version(), Paging.FIRST)).orElseThrow();
        assertThat(full.version()).isEqualTo(version);
        for (BlobId file : List.of(version.model(), version.state())) {
          OptionalLong size = indexed.index.ask(q -> q.versionFile(file.digest()));
          assertThat(size)
              .isEqualTo(
                  file.digest().isZero() ? OptionalLong.empty() : OptionalLong.of(file.size()));
        }
        pages(
            expected.commitments().stream()
                .filter(c -> c.version().orElse(-1) == version.version())
                .toList(),
            (q, p) -> q.version(version.version(), p).orElseThrow().updates(),
            version);
      }
    }

    private void participants() {
      pages(expected.participants(), (q, p) -> q.participants(Filter.ALL, p), "all");
      for (boolean member : new boolean[] {true, false}) {
        Filter f = Filter.ALL.status(member ? "member" : "suspended");
        pages(
            expected.participants().stream().filter(p -> p.member() == member).toList(),
            (q, p) -> q.participants(f, p),
            f);
      }
      for (QueryResults.Participant one : expected.participants()) {
        assertThat(
                indexed
                    .index
                    .ask(q -> q.participant(one.address(), Filter.ALL, Paging.FIRST))
                    .orElseThrow()
                    .participant())
            .isEqualTo(one);
      }
    }

    private void commitments() {
      Address who = anybody();
      boolean known = expected.participants().stream().anyMatch(p -> p.address().equals(who));
      for (Filter f : with(filters, "pending", "accepted", "rejected", "unused", "staged")) {
        if (known) {
          pages(
              expected.commitments(f.of(who)),
              (q, p) -> q.participant(who, f, p).orElseThrow().commitments(),
              f);
        }
      }
      for (Filter f : with(who)) {
        List<QueryResults.Commitment> rejected = expected.commitments(f.status("rejected"));
        pages(rejected, (q, p) -> q.rejections(f, p).updates(), f);
        for (String reason : List.of("size", "nonfinite", "200")) {
          List<QueryResults.Commitment> some =
              rejected.stream()
                  .filter(
                      c ->
                          QueryResultsJson.reasonName(c.rejection().orElseThrow().code())
                              .equalsIgnoreCase(reason))
                  .toList();
          pages(some, (q, p) -> q.rejections(f.status(reason), p).updates(), f);
          List<QueryResults.ReasonCount> counts =
              indexed.index.ask(q -> q.rejections(f.status(reason), Paging.FIRST)).reasons();
          assertThat(counts.stream().mapToLong(QueryResults.ReasonCount::count).sum())
              .isEqualTo(some.size());
        }
        assertThat(
                indexed.index.ask(q -> q.rejections(f, Paging.FIRST)).reasons().stream()
                    .mapToLong(QueryResults.ReasonCount::count)
                    .sum())
            .isEqualTo(rejected.size());
      }
    }

    private void attestations() {
      Address verifier = indexed.history.story().verifier(seed % 3).address();
      for (Filter f : with(with(verifier), "match", "differ", "lack")) {
        pages(expected.attestations(f), (q, p) -> q.attestations(f, p), f);
      }
    }

    private void sums() {
      for (Filter f : with(with(anybody()), "commit", "attest", "found", "govern")) {
        List<QueryResults.Gas> sums = indexed.index.ask(q -> q.gas(f));
        assertThat(sums).as("%s", f).isEqualTo(expected.gas(f));
      }
      for (Filter f : with(anybody())) {
        pages(expected.privacy(f), (q, p) -> q.privacy(f, p), f);
      }
    }

    private void lineages() {
      long head = expected.versions().getLast().version();
      for (long v = 0; v <= head; v++) {
        long version = v;
        Set<Long> ancestry = expected.ancestry(version);
        for (Filter f : with(anybody())) {
          pages(
              expected.commitments(f.status("accepted")).stream()
                  .filter(c -> ancestry.contains(c.version().orElseThrow()))
                  .toList(),
              (q, p) -> q.lineage(version, f, p).orElseThrow().updates(),
              f);
        }
      }
      for (QueryResults.Participant one : expected.participants()) {
        reaches(
            expected.commitments(Filter.ALL.of(one.address())),
            (q, p) -> q.reach(one.address(), p).orElseThrow());
      }
      for (QueryResults.Commitment one : expected.commitments()) {
        reaches(
            expected.commitments().stream().filter(c -> c.digest().equals(one.digest())).toList(),
            (q, p) -> q.reach(one.digest(), p).orElseThrow());
      }
      Optional<QueryResults.Reach> none =
          indexed.index.ask(q -> q.reach(Digest.NONE, Paging.FIRST));
      assertThat(none).isEmpty();
    }

    private void reaches(
        List<QueryResults.Commitment> updates,
        BiFunction<Queries, Paging, QueryResults.Reach> query) {
      List<Long> into = updates.stream().flatMapToLong(c -> c.version().stream()).boxed().toList();
      List<QueryResults.ReachedVersion> wanted =
          expected.versions().stream()
              .filter(v -> !Collections.disjoint(expected.ancestry(v.version()), into))
              .map(v -> new QueryResults.ReachedVersion(v, into.contains(v.version())))
              .toList();
      pages(wanted, (q, p) -> query.apply(q, p).versions(), updates);
      QueryResults.Reach reach = indexed.index.ask(q -> query.apply(q, Paging.FIRST));
      OptionalLong without =
          expected.versions().stream()
              .mapToLong(QueryResults.Version::version)
              .filter(v -> wanted.stream().noneMatch(w -> w.version().version() == v))
              .max();
      assertThat(reach.updates()).isEqualTo(updates.size());
      assertThat(reach.first())
          .isEqualTo(into.isEmpty() ? OptionalLong.empty() : OptionalLong.of(into.getFirst()));
      assertThat(reach.lastWithout()).isEqualTo(without.orElseThrow());
    }

    /** Who is in office, by the protocol's own fold. */
    private void state() {
      FederationState state = expected.state();
      QueryResults.Founded founded = indexed.index.ask(Queries::founded).orElseThrow();
      assertThat(founded.federation()).isEqualTo(state.federation());
      assertThat(founded.attestationThreshold()).isEqualTo(state.attestationThreshold());
      assertThat(founded.closed()).isEqualTo(state.closed());
      assertThat(founded.counts())
          .isEqualTo(
              new QueryResults.Counts(
                  expected.rounds().size(),
                  state.head().version(),
                  state.participants().size(),
                  expected.commitments().size()));
      assertThat(offices(founded, "aggregator")).containsExactlyEntriesOf(state.aggregators());
      assertThat(offices(founded, "verifier")).containsExactlyEntriesOf(state.verifiers());
      assertThat(offices(founded, "auditor").keySet()).containsExactlyElementsOf(state.auditors());
    }

    private static java.util.SortedMap<Address, org.fedledger.ledger.Tenure> offices(
        QueryResults.Founded founded, String role) {
      java.util.SortedMap<Address, org.fedledger.ledger.Tenure> all = new java.util.TreeMap<>();
      founded.offices().stream()
          .filter(o -> o.role().equals(role))
          .forEach(o -> all.put(o.account(), o.tenure()));
      return all;
    }
  }
}
