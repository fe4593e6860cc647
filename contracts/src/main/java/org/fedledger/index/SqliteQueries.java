package org.fedledger.index;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.Round.Phase;
import org.fedledger.ledger.Tenure;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.tensor.BlobId;
import org.fedledger.types.Address;
import org.fedledger.types.BlockHash;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/** The queries on an SQLite file. */
final class SqliteQueries implements Queries {

  /** What the ledger's order is, in every table. */
  private static final String KEY = "position";

  private static final String PLACE = "t.hash AS tx_hash, t.gas AS tx_gas, b.timestamp AS time";

  private static final String PLACED =
      """
      CROSS JOIN transactions t ON t.position = %1$s.tx
      CROSS JOIN blocks b ON b.number = %1$s.position >> 20\
      """;

  private static final String ROUND =
      """
      SELECT r.*, %s, e.hash AS ended_hash, e.gas AS ended_gas, eb.timestamp AS ended_time
      FROM %%s rounds r %s
      LEFT JOIN transactions e ON e.position = r.ended_tx
      LEFT JOIN blocks eb ON eb.number = r.ended >> 20\
      """
          .formatted(PLACE, PLACED.formatted("r"));

  private static final String COMMITMENT =
      """
      SELECT c.*, p.address, %s FROM commitments c
      CROSS JOIN participants p ON p.idx = c.participant %s\
      """
          .formatted(PLACE, PLACED.formatted("c"));

  private static final String VERSION =
      "SELECT v.*, %s FROM %%s versions v %s".formatted(PLACE, PLACED.formatted("v"));

  private static final String PARTICIPANT =
      "SELECT p.*, %s FROM participants p %s".formatted(PLACE, PLACED.formatted("p"));

  private static final String ATTESTATION =
      """
      SELECT a.*, u.publication_id, %s FROM attestations a
      CROSS JOIN publications u ON u.position = a.publication %s\
      """
          .formatted(PLACE, PLACED.formatted("a"));

  private static final String NOT_AMONG = "%s NOT IN (SELECT value FROM json_each(?))";

  private final Database database;

  SqliteQueries(Database database) {
    this.database = database;
  }

  @Override
  public Optional<IndexedTo> indexedTo() {
    return indexedTo(database);
  }

  static Optional<IndexedTo> indexedTo(Database database) {
    return database.first(
        "SELECT number, hash, timestamp FROM marks ORDER BY number DESC LIMIT 1",
        SqliteQueries::indexedTo);
  }

  static IndexedTo indexedTo(ResultSet row) throws SQLException {
    return new IndexedTo(
        row.getLong("number"), new BlockHash(row.getBytes("hash")), row.getLong("timestamp"));
  }

  @Override
  public Optional<QueryResults.Founded> founded() {
    List<QueryResults.Office> offices =
        database.list(
            """
            SELECT role, account, from_round, until_round FROM offices
            ORDER BY CASE role WHEN 'coordinator' THEN 0 WHEN 'aggregator' THEN 1
              WHEN 'verifier' THEN 2 ELSE 3 END, account\
            """,
            row ->
                new QueryResults.Office(
                    row.getString(1),
                    new Address(row.getBytes(2)),
                    new Tenure(row.getLong(3), row.getLong(4))));
    QueryResults.Counts counts =
        new QueryResults.Counts(
            count("SELECT max(round) FROM rounds"),
            count("SELECT max(version) FROM versions"),
            count("SELECT count(*) FROM participants"),
            count("SELECT sum(committed) FROM participants"));
    return database.first(
        """
        SELECT f.*, t.hash AS tx_hash, t.gas AS tx_gas, b.timestamp AS time FROM founding f
        JOIN transactions t ON t.position = f.position JOIN blocks b ON b.number = f.position >> 20
        """,
        row ->
            new QueryResults.Founded(
                place(row),
                new FederationId(row.getBytes("federation")),
                digest(row, "spec"),
                row.getInt("quorum"),
                row.getInt("threshold"),
                row.getLong("recovery_seconds"),
                optional(row, "closed").isPresent(),
                offices,
                counts));
  }

  private long count(String sql, Object... values) {
    return database.number(sql, values).orElse(0);
  }

  @Override
  public Page<QueryResults.Round> rounds(Filter filter, Paging paging) {
    Optional<Phase> phase = filter.status().map(s -> oneOf("a round", Phase.values(), s));
    Span span = Span.of(filter, database);
    if (filter.account().isPresent()) {
      return roundsOf(filter.account().get(), phase, span, paging);
    }
    Select select = new Select(ROUND.formatted("")).in(span, "r.position");
    phase.ifPresent(p -> select.and("r.status = ?", lower(p)));
    return select.from(paging, "r.position").page(database, paging, "r.position", this::round, KEY);
  }

  /** By way of the participant's commitments, which are as many as rounds in the answer. */
  private Page<QueryResults.Round> roundsOf(
      Address participant, Optional<Phase> phase, Span span, Paging paging) {
    Select select =
        new Select(ROUND.formatted("commitments c CROSS JOIN"))
            .and("r.round = c.round")
            .and("c.stage = 0")
            .and("c.participant = ?", index(participant));
    phase.ifPresent(
        p ->
            select
                .and("c.ended = ?", p == Phase.FINAL ? 1 : p == Phase.ABORTED ? 2 : 0)
                .and("+r.status = ?", lower(p)));
    // Commitments stand between the opening of their round and that of the next.
    select.in(new Span(span.from(), endOfRoundAt(span.to())), "c.position");
    select.and("+r.position BETWEEN ? AND ?", span.from(), span.to());
    if (paging.newestFirst()) {
      select.and("c.position < ?", paging.start());
    } else {
      select.and("c.position > ?", paging.start() < 0 ? -1 : endOfRoundAt(paging.start()));
    }
    return select.page(database, paging, "c.position", this::round, KEY);
  }

  /** The last position before a round opens that is after this one. */
  private long endOfRoundAt(long position) {
    OptionalLong next =
        database.number(
            "SELECT position FROM rounds WHERE position > ? ORDER BY position LIMIT 1", position);
    return next.isPresent() ? next.getAsLong() - 1 : Long.MAX_VALUE;
  }

  /** The opening of the round that stands at this position. */
  private long startOfRoundAt(long position) {
    return database
        .number(
            "SELECT position FROM rounds WHERE position <= ? ORDER BY position DESC LIMIT 1",
            position)
        .orElse(0);
  }

  @Override
  public Optional<QueryResults.RoundInFull> round(long number, Paging paging) {
    return one(number)
        .map(
            round ->
                new QueryResults.RoundInFull(
                    round,
                    attempts(number),
                    commitments(Filter.ALL.rounds(number, number), paging)));
  }

  private Optional<QueryResults.Round> one(long number) {
    return database.first(ROUND.formatted("") + " WHERE r.round = ?", this::round, number);
  }

  private List<QueryResults.Publication> attempts(long round) {
    Map<Integer, Address> committed = new HashMap<>();
    Span span = Span.of(Filter.ALL.rounds(round, round), database);
    database.list(
        """
        SELECT c.participant, p.address FROM commitments c
        JOIN participants p ON p.idx = c.participant WHERE c.position BETWEEN ? AND ?\
        """,
        row -> committed.put(row.getInt(1), new Address(row.getBytes(2))),
        span.from(),
        span.to());
    List<QueryResults.Publication> last =
        database.list(
            """
            SELECT u.*, %s FROM publications u %s WHERE u.round = ?
            ORDER BY u.attempt DESC LIMIT ?\
            """
                .formatted(PLACE, PLACED.formatted("u")),
            row -> publication(row, committed),
            round,
            ATTEMPTS_SHOWN);
    return last.reversed();
  }

  private Page<QueryResults.Commitment> commitments(Filter filter, Paging paging) {
    Select select = commitmentsIn(filter);
    filter
        .status()
        .map(s -> oneOf("an update", UpdateOutcome.values(), s))
        .ifPresent(outcome -> select.and("c.outcome = ?", outcome.code()));
    return page(select, paging);
  }

  private Select commitmentsIn(Filter filter) {
    Select select = new Select(COMMITMENT).in(Span.of(filter, database), "c.position");
    filter.account().ifPresent(account -> select.and("c.participant = ?", index(account)));
    return select;
  }

  private Page<QueryResults.Commitment> page(Select select, Paging paging) {
    return select
        .from(paging, "c.position")
        .page(database, paging, "c.position", SqliteQueries::commitment, KEY);
  }

  @Override
  public Page<QueryResults.Version> versions(Filter filter, Paging paging) {
    requireNoStatus("versions", filter);
    Span span = Span.of(filter, database);
    if (filter.account().isEmpty()) {
      return new Select(VERSION.formatted(""))
          .in(span, "v.position")
          .from(paging, "v.position")
          .page(database, paging, "v.position", SqliteQueries::version, KEY);
    }
    // Updates stand between the opening of their round and the event that made the version final.
    Select select =
        new Select(VERSION.formatted("commitments c CROSS JOIN"))
            .and("v.version = c.version")
            .and("c.participant = ?", index(filter.account().get()))
            .and("c.outcome = ?", UpdateOutcome.ACCEPTED.code())
            .in(new Span(startOfRoundAt(span.from()), span.to()), "c.position")
            .and("+v.position BETWEEN ? AND ?", span.from(), span.to());
    if (paging.newestFirst()) {
      select.and(
          "c.position < ?",
          paging.cursor().isEmpty() ? paging.start() : startOfRoundAt(paging.start()));
    } else {
      select.and("c.position > ?", paging.start());
    }
    return select.page(database, paging, "c.position", SqliteQueries::version, KEY);
  }

  @Override
  public Optional<QueryResults.VersionInFull> version(long number, Paging paging) {
    return oneVersion(number)
        .map(
            version -> {
              if (version.round().isEmpty()) {
                return new QueryResults.VersionInFull(
                    version, new Page<>(List.of(), Optional.empty()));
              }
              long round = version.round().getAsLong();
              return new QueryResults.VersionInFull(
                  version,
                  commitments(
                      Filter.ALL.rounds(round, round).status(UpdateOutcome.ACCEPTED.text()),
                      paging));
            });
  }

  @Override
  public OptionalLong versionFile(Digest digest) {
    OptionalLong model =
        database.number("SELECT model_size FROM versions WHERE model = ? LIMIT 1", digest);
    return model.isPresent() || digest.isZero()
        ? model
        : database.number("SELECT state_size FROM versions WHERE state = ? LIMIT 1", digest);
  }

  @Override
  public Set<Digest> lastCommittedIn(long round) {
    Span span = Span.of(Filter.ALL.rounds(round, round), database);
    return Set.copyOf(
        database.list(
            """
            SELECT DISTINCT c.digest FROM commitments c WHERE c.position BETWEEN ? AND ?
              AND NOT EXISTS (SELECT 1 FROM commitments o WHERE o.round > c.round
                AND substr(o.digest, 1, 8) = substr(c.digest, 1, 8) AND o.digest = c.digest)\
            """,
            row -> new Digest(row.getBytes("digest")),
            span.from(),
            span.to()));
  }

  private Optional<QueryResults.Version> oneVersion(long number) {
    return database.first(
        VERSION.formatted("") + " WHERE v.version = ?", SqliteQueries::version, number);
  }

  @Override
  public Page<QueryResults.Participant> participants(Filter filter, Paging paging) {
    requireOnlyStatus("participants", filter);
    Select select = new Select(PARTICIPANT);
    filter
        .status()
        .map(s -> oneOf("a participant", Standing.values(), s))
        .ifPresent(
            standing ->
                select.and(
                    standing == Standing.MEMBER
                        ? "p.from_round <= ? AND p.until_round > ?"
                        : "NOT (p.from_round <= ? AND p.until_round > ?)",
                    nextRound(),
                    nextRound()));
    return select
        .from(paging, "p.idx")
        .page(database, paging, "p.idx", row -> participant(row, nextRound()), "idx");
  }

  private enum Standing {
    MEMBER,
    SUSPENDED
  }

  private long nextRound() {
    return count("SELECT max(round) FROM rounds") + 1;
  }

  @Override
  public Optional<QueryResults.ParticipantInFull> participant(
      Address address, Filter filter, Paging paging) {
    long next = nextRound();
    return database
        .first(PARTICIPANT + " WHERE p.address = ?", row -> participant(row, next), address)
        .map(
            participant ->
                new QueryResults.ParticipantInFull(
                    participant, changes(address), commitments(filter.of(address), paging)));
  }

  private List<QueryResults.Change> changes(Address account) {
    List<QueryResults.Change> last =
        database.list(
            """
            SELECT h.*, %s FROM changes h %s WHERE h.account = ?
            ORDER BY h.position DESC LIMIT ?\
            """
                .formatted(PLACE, PLACED.formatted("h")),
            row -> change(row),
            account,
            CHANGES_SHOWN);
    return last.reversed();
  }

  @Override
  public Page<QueryResults.Change> changes(Filter filter, Paging paging) {
    Select select =
        new Select("SELECT h.*, %s FROM changes h %s".formatted(PLACE, PLACED.formatted("h")))
            .in(Span.of(filter, database), "h.position");
    filter.account().ifPresent(account -> select.and("h.account = ?", account));
    filter
        .status()
        .map(SqliteQueries::changeKind)
        .ifPresent(k -> select.and("h.kind = ?", k.text()));
    return select
        .from(paging, "h.position")
        .page(database, paging, "h.position", SqliteQueries::change, KEY);
  }

  private static ChangeKind changeKind(String text) {
    for (ChangeKind kind : ChangeKind.values()) {
      if (kind.text().equals(text)) {
        return kind;
      }
    }
    throw unknown(
        "a change", Arrays.stream(ChangeKind.values()).map(ChangeKind::text).toList(), text);
  }

  private static QueryResults.Change change(ResultSet row) throws SQLException {
    return new QueryResults.Change(
        place(row),
        changeKind(row.getString("kind")),
        new Address(row.getBytes("account")),
        optional(row, "round"),
        Optional.ofNullable(row.getString("detail")));
  }

  @Override
  public QueryResults.Rejections rejections(Filter filter, Paging paging) {
    Optional<Integer> wanted = filter.status().map(SqliteQueries::reason);
    Span span = Span.of(filter, database);
    List<QueryResults.ReasonCount> counts = new ArrayList<>();
    for (int reason : Rows.reasons(database)) {
      if (wanted.orElse(reason) == reason) {
        long count = rejected(filter.account(), reason, span);
        if (count > 0) {
          counts.add(
              new QueryResults.ReasonCount(reason, QueryResultsJson.reasonName(reason), count));
        }
      }
    }
    Select select = commitmentsIn(filter);
    if (wanted.isPresent()) {
      select.and("c.reason = ?", wanted.get());
    } else {
      select.and("c.outcome = ?", UpdateOutcome.REJECTED.code());
    }
    return new QueryResults.Rejections(counts, page(select, paging));
  }

  private long rejected(Optional<Address> participant, int reason, Span span) {
    if (participant.isPresent()) {
      return count(
          """
          SELECT count(*) FROM commitments
          WHERE participant = ? AND reason = ? AND position BETWEEN ? AND ?\
          """,
          index(participant.get()),
          reason,
          span.from(),
          span.to());
    }
    String upTo =
        """
        SELECT nth_rejected FROM commitments WHERE reason = ? AND position <= ?
        ORDER BY position DESC LIMIT 1\
        """;
    return span.to() < span.from()
        ? 0
        : count(upTo, reason, span.to()) - count(upTo, reason, span.from() - 1);
  }

  private static int reason(String text) {
    if (text.matches("[1-9][0-9]{0,2}")) {
      return Integer.parseInt(text);
    }
    Reason reason = oneOf("a rejection", Reason.values(), text.toLowerCase(Locale.ROOT));
    if (reason == Reason.UNKNOWN) {
      throw new IllegalArgumentException("give an unknown reason by its number");
    }
    return reason.code();
  }

  @Override
  public List<QueryResults.Gas> gas(Filter filter) {
    Optional<TransactionKind> wanted =
        filter
            .status()
            .map(
                s -> TransactionKind.of(s).orElseThrow(() -> unknown("a transaction", kinds(), s)));
    Span span = Span.of(filter, database);
    List<QueryResults.Gas> all = new ArrayList<>();
    for (TransactionKind kind : TransactionKind.values()) {
      boolean asked = wanted.isEmpty() || wanted.get() == kind;
      boolean possible = filter.account().isEmpty() || kind == TransactionKind.COMMIT;
      if (asked && possible && span.from() <= span.to()) {
        long[] after = gasUpTo(kind, filter.account(), span.to());
        long[] before = gasUpTo(kind, filter.account(), span.from() - 1);
        if (after[0] > before[0]) {
          all.add(new QueryResults.Gas(kind, after[0] - before[0], after[1] - before[1]));
        }
      }
    }
    return all;
  }

  private long[] gasUpTo(TransactionKind kind, Optional<Address> participant, long position) {
    Database.Row<long[]> totals = row -> new long[] {row.getLong(1), row.getLong(2)};
    Optional<long[]> found =
        participant.isPresent()
            ? database.first(
                """
                SELECT nth, gas FROM commitments WHERE participant = ? AND position <= ?
                ORDER BY position DESC LIMIT 1\
                """,
                totals,
                index(participant.get()),
                position)
            : database.first(
                """
                SELECT nth, total FROM transactions WHERE kind = ? AND position <= ?
                ORDER BY position DESC LIMIT 1\
                """,
                totals,
                kind.code(),
                position);
    return found.orElse(new long[2]);
  }

  private static List<String> kinds() {
    return Arrays.stream(TransactionKind.values()).map(TransactionKind::text).toList();
  }

  @Override
  public Page<QueryResults.Attestation> attestations(Filter filter, Paging paging) {
    Select select = new Select(ATTESTATION).in(Span.of(filter, database), "a.position");
    filter.account().ifPresent(verifier -> select.and("a.verifier = ?", verifier));
    filter
        .status()
        .map(s -> oneOf("a finding", Finding.values(), s))
        .ifPresent(finding -> select.and("a.finding = ?", finding.code()));
    return select
        .from(paging, "a.position")
        .page(database, paging, "a.position", SqliteQueries::attestation, KEY);
  }

  @Override
  public Page<QueryResults.Privacy> privacy(Filter filter, Paging paging) {
    requireNoStatus("privacy", filter);
    Span span = Span.of(filter, database);
    Select select = new Select("SELECT idx, address, budget, spent FROM participants");
    filter.account().ifPresent(account -> select.and("address = ?", account));
    return select
        .from(paging, "idx")
        .page(
            database,
            paging,
            "idx",
            row -> {
              int index = row.getInt(1);
              long budget = row.getLong(3);
              long spent = row.getLong(4);
              long within =
                  span.isAll()
                      ? spent
                      : spentUpTo(index, span.to()) - spentUpTo(index, span.from() - 1);
              return new QueryResults.Privacy(
                  new Address(row.getBytes(2)),
                  index,
                  budget,
                  span.from() > span.to() ? 0 : within,
                  spent,
                  budget - spent);
            },
            "idx");
  }

  private long spentUpTo(int participant, long position) {
    return count(
        """
        SELECT spent FROM commitments WHERE participant = ? AND position <= ?
        ORDER BY position DESC LIMIT 1\
        """,
        participant,
        position);
  }

  @Override
  public Optional<QueryResults.Lineage> lineage(long number, Filter filter, Paging paging) {
    requireNoStatus("a lineage", filter);
    return oneVersion(number)
        .map(
            version ->
                new QueryResults.Lineage(
                    version,
                    page(
                        commitmentsIn(filter)
                            .and("c.outcome = ?", UpdateOutcome.ACCEPTED.code())
                            .and("c.position < ?", finalAt(number))
                            .and(
                                NOT_AMONG.formatted("c.version"),
                                Lines.json(Lines.of(database).aside(number))),
                        paging)));
  }

  private long finalAt(long version) {
    return count("SELECT position FROM versions WHERE version = ?", version);
  }

  @Override
  public Optional<QueryResults.Reach> reach(Digest update, Paging paging) {
    List<OptionalLong> into =
        database.list(
            """
            SELECT version FROM commitments
            WHERE substr(digest, 1, 8) = ? AND digest = ? ORDER BY position LIMIT ?\
            """,
            row -> optional(row, "version"),
            Arrays.copyOf(update.bytes(), 8),
            update,
            Paging.MAX_LIMIT);
    if (into.isEmpty()) {
      return Optional.empty();
    }
    List<Long> direct = into.stream().flatMapToLong(OptionalLong::stream).boxed().toList();
    return Optional.of(
        reach(
            into.size(),
            direct.isEmpty() ? OptionalLong.empty() : OptionalLong.of(direct.getFirst()),
            (from, to) ->
                direct.stream()
                    .mapToLong(Long::longValue)
                    .filter(v -> from <= v && v <= to)
                    .findFirst(),
            paging));
  }

  @Override
  public Optional<QueryResults.Reach> reach(Address participant, Paging paging) {
    int index = index(participant);
    return database
        .first(
            "SELECT committed, first_version FROM participants WHERE idx = ?",
            row -> new Object[] {row.getLong(1), optional(row, "first_version")},
            index)
        .map(
            found ->
                reach(
                    (Long) found[0],
                    (OptionalLong) found[1],
                    (from, to) -> firstWith(index, from, to),
                    paging));
  }

  private OptionalLong firstWith(int participant, long from, long to) {
    return database.number(
        """
        SELECT version FROM commitments WHERE participant = ? AND outcome = ?
          AND position BETWEEN ? AND ? ORDER BY position LIMIT 1\
        """,
        participant,
        UpdateOutcome.ACCEPTED.code(),
        startOfRoundAt(finalAt(from)),
        finalAt(to));
  }

  private QueryResults.Reach reach(
      long updates, OptionalLong first, Lines.Direct direct, Paging paging) {
    long head = count("SELECT max(version) FROM versions");
    if (first.isEmpty()) {
      return new QueryResults.Reach(updates, first, head, new Page<>(List.of(), Optional.empty()));
    }
    List<Long> without = Lines.of(database).without(first.getAsLong(), direct);
    Page<QueryResults.Version> versions =
        new Select(VERSION.formatted(""))
            .and("v.position >= ?", finalAt(first.getAsLong()))
            .and(NOT_AMONG.formatted("v.version"), Lines.json(without))
            .from(paging, "v.position")
            .page(database, paging, "v.position", SqliteQueries::version, KEY);
    return new QueryResults.Reach(
        updates,
        first,
        without.isEmpty() ? first.getAsLong() - 1 : without.getLast(),
        new Page<>(
            versions.items().stream()
                .map(
                    v ->
                        new QueryResults.ReachedVersion(
                            v, direct.first(v.version(), v.version()).isPresent()))
                .toList(),
            versions.next()));
  }

  /** Admission index; -1, which nobody has, for who was never admitted. */
  private int index(Address participant) {
    return (int)
        database.number("SELECT idx FROM participants WHERE address = ?", participant).orElse(-1);
  }

  // Rows.

  private QueryResults.Round round(ResultSet row) throws SQLException {
    OptionalLong ended = optional(row, "ended");
    OptionalLong reason = optional(row, "abort_reason");
    return new QueryResults.Round(
        place(row),
        row.getLong("round"),
        new RoundId(row.getBytes("round_id")),
        oneOf("a round", Phase.values(), row.getString("status")),
        Rows.opening(row),
        row.getInt("members"),
        row.getInt("verifiers"),
        row.getInt("threshold"),
        row.getInt("stage"),
        row.getLong("stage_deadline"),
        row.getInt("committed"),
        optional(row, "accepted"),
        optional(row, "rejected"),
        row.getInt("attempts"),
        optional(row, "reveal_deadline"),
        ended.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new QueryResults.Place(
                    Position.block(ended.getAsLong()),
                    row.getLong("ended_time"),
                    new TransactionHash(row.getBytes("ended_hash")),
                    row.getLong("ended_gas"))),
        optional(row, "version"),
        reason.isEmpty()
            ? Optional.empty()
            : Optional.of(AbortReason.of((int) reason.getAsLong())));
  }

  private static QueryResults.Commitment commitment(ResultSet row) throws SQLException {
    OptionalLong reason = optional(row, "reason");
    int index = row.getInt("participant");
    return new QueryResults.Commitment(
        place(row),
        row.getLong("round"),
        row.getInt("stage"),
        new Address(row.getBytes("address")),
        index,
        digest(row, "digest"),
        row.getLong("size"),
        row.getLong("weight"),
        row.getLong("cost"),
        new Signature(row.getBytes("signature")),
        UpdateOutcome.ofCode(row.getInt("outcome")),
        optional(row, "version"),
        reason.isEmpty()
            ? Optional.empty()
            : Optional.of(new Rejection(index, (int) reason.getAsLong())));
  }

  private static QueryResults.Publication publication(
      ResultSet row, Map<Integer, Address> committed) throws SQLException {
    Decision decision = Rows.decision(row.getBytes("accepted"), row.getBytes("rejected"));
    OptionalLong failure = optional(row, "failure");
    return new QueryResults.Publication(
        place(row),
        row.getLong("round"),
        row.getInt("attempt"),
        new PublicationId(row.getBytes("publication_id")),
        new Address(row.getBytes("aggregator")),
        new BlobId(digest(row, "model"), row.getLong("model_size")),
        new BlobId(digest(row, "state"), row.getLong("state_size")),
        decision.acceptedIndexes().stream()
            .filter(committed::containsKey)
            .map(committed::get)
            .toList(),
        decision.rejections().stream()
            .filter(r -> committed.containsKey(r.index()))
            .map(r -> new QueryResults.Refusal(committed.get(r.index()), r))
            .toList(),
        row.getInt("matching"),
        row.getInt("differing"),
        row.getInt("lacking"),
        oneOf("a publication", Candidate.Status.values(), row.getString("status")),
        failure.isEmpty()
            ? Optional.empty()
            : Optional.of(FailureReason.of((int) failure.getAsLong())),
        new Signature(row.getBytes("signature")));
  }

  private static QueryResults.Version version(ResultSet row) throws SQLException {
    return new QueryResults.Version(
        place(row),
        row.getLong("version"),
        new BlobId(digest(row, "model"), row.getLong("model_size")),
        new BlobId(digest(row, "state"), row.getLong("state_size")),
        digest(row, "parent"),
        optional(row, "round"),
        optional(row, "attempt"),
        row.getInt("accepted"),
        row.getLong("updates"));
  }

  private static QueryResults.Participant participant(ResultSet row, long nextRound)
      throws SQLException {
    Tenure tenure = new Tenure(row.getLong("from_round"), row.getLong("until_round"));
    return new QueryResults.Participant(
        place(row),
        new Address(row.getBytes("address")),
        row.getInt("idx"),
        new Address(row.getBytes("signer")),
        tenure,
        tenure.covers(nextRound),
        row.getLong("committed"),
        row.getLong("accepted"),
        row.getLong("rejected"),
        row.getLong("gas"),
        row.getLong("budget"),
        row.getLong("spent"),
        optional(row, "first_version"),
        optional(row, "last_version"));
  }

  private static QueryResults.Attestation attestation(ResultSet row) throws SQLException {
    return new QueryResults.Attestation(
        place(row),
        row.getLong("round"),
        row.getInt("attempt"),
        new PublicationId(row.getBytes("publication_id")),
        new Address(row.getBytes("verifier")),
        digest(row, "model"),
        digest(row, "state"),
        Finding.of(row.getInt("finding")),
        digest(row, "lacking"),
        new Signature(row.getBytes("signature")));
  }

  private static QueryResults.Place place(ResultSet row) throws SQLException {
    return new QueryResults.Place(
        Position.block(row.getLong(KEY)),
        row.getLong("time"),
        new TransactionHash(row.getBytes("tx_hash")),
        row.getLong("tx_gas"));
  }

  private static Digest digest(ResultSet row, String column) throws SQLException {
    return new Digest(row.getBytes(column));
  }

  private static OptionalLong optional(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  // Filters.

  private static void requireNoStatus(String list, Filter filter) {
    if (filter.status().isPresent()) {
      throw new IllegalArgumentException(list + ": there is no status to filter by");
    }
  }

  private static void requireOnlyStatus(String list, Filter filter) {
    if (!filter.equals(
        new Filter(
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            filter.status()))) {
      throw new IllegalArgumentException(list + " can be filtered by status only");
    }
  }

  private static <E extends Enum<E>> E oneOf(String what, E[] all, String text) {
    for (E value : all) {
      if (lower(value).equals(text)) {
        return value;
      }
    }
    throw unknown(what, Arrays.stream(all).map(SqliteQueries::lower).toList(), text);
  }

  private static IllegalArgumentException unknown(String what, List<String> all, String text) {
    return new IllegalArgumentException(
        "%s is %s, not '%s'".formatted(what, String.join(", ", all), text));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
