package org.fedledger.index;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.ContradictionException;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.Tenure;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.RoundId;
import org.fedledger.types.TransactionHash;

/**
 * Turns events into rows, within a transaction that the caller holds.
 *
 * <p>Keeps in memory what the next event needs: participants, the open round's commitments, and
 * running totals. All of it can be had from the rows again, so that a writer may be thrown away at
 * any time.
 */
final class EventWriter {

  private static final Address NOBODY = new Address(new byte[Address.LENGTH]);

  private final Database database;
  private final boolean eachBlock;
  private final Map<Address, Member> members = new HashMap<>();
  private final List<Member> changed = new ArrayList<>();
  private final Map<TransactionKind, long[]> kinds = new EnumMap<>(TransactionKind.class);
  private final Map<Integer, Long> rejections = new TreeMap<>();
  private long block = -1;
  private TransactionHash transaction;
  private long tx;
  private boolean founded;
  private long version;
  private Open round;
  private int rejectedInRound;

  private static final class Member {
    final int index;
    Tenure tenure;
    Address signer;
    long budget;
    long spent;
    long committed;
    long accepted;
    long rejected;
    long gas;
    Long firstVersion;
    Long lastVersion;
    long countedTx = -1;
    private boolean dirty;

    Member(int index) {
      this.index = index;
    }
  }

  private record Committed(long position, int stage, int index, Member member) {}

  private static final class Open {
    final long position;
    final long number;
    final RoundId id;
    final RoundOpening opening;
    int stage;
    final List<Committed> commitments = new ArrayList<>();
    boolean ended;
    boolean dirty;
    long attempts;
    Long pending;
    boolean proposesAbort;
    Decision decision;

    Open(long position, long number, RoundId id, RoundOpening opening) {
      this.position = position;
      this.number = number;
      this.id = id;
      this.opening = opening;
    }

    long committedInStage() {
      return commitments.stream().filter(c -> c.stage() == stage).count();
    }
  }

  /**
   * Goes on from what the rows say.
   *
   * @param eachBlock whether the rows are to be right after each block, as undoing needs, and not
   *     only after {@link #flush}
   */
  EventWriter(Database database, boolean eachBlock) {
    this.database = database;
    this.eachBlock = eachBlock;
    database.number("SELECT max(number) FROM blocks").ifPresent(n -> block = n);
    founded = database.number("SELECT count(*) FROM founding").orElseThrow() > 0;
    loadMembers();
    loadTotals();
    loadHead();
    loadRound();
  }

  private void loadMembers() {
    database
        .list(
            """
            SELECT idx, address, signer, from_round, until_round, budget, spent, committed,
              accepted, rejected, gas, first_version, last_version FROM participants\
            """,
            row -> {
              Member m = new Member(row.getInt(1));
              m.signer = new Address(row.getBytes(3));
              m.tenure = new Tenure(row.getLong(4), row.getLong(5));
              m.budget = row.getLong(6);
              m.spent = row.getLong(7);
              m.committed = row.getLong(8);
              m.accepted = row.getLong(9);
              m.rejected = row.getLong(10);
              m.gas = row.getLong(11);
              m.firstVersion = Rows.optional(row, 12);
              m.lastVersion = Rows.optional(row, 13);
              return Map.entry(new Address(row.getBytes(2)), m);
            })
        .forEach(e -> members.put(e.getKey(), e.getValue()));
  }

  private void loadTotals() {
    for (TransactionKind kind : TransactionKind.values()) {
      database
          .first(
              """
              SELECT nth, total FROM transactions WHERE kind = ?
              ORDER BY position DESC LIMIT 1\
              """,
              row -> new long[] {row.getLong(1), row.getLong(2)},
              kind.code())
          .ifPresent(totals -> kinds.put(kind, totals));
    }
    for (int reason : Rows.reasons(database)) {
      rejections.put(
          reason,
          database
              .number(
                  """
                  SELECT nth_rejected FROM commitments WHERE reason = ?
                  ORDER BY position DESC LIMIT 1\
                  """,
                  reason)
              .orElseThrow());
    }
  }

  private void loadHead() {
    database.first(
        "SELECT version FROM versions ORDER BY position DESC LIMIT 1",
        row -> {
          version = row.getLong(1);
          return true;
        });
  }

  private void loadRound() {
    round =
        database
            .first(
                """
                SELECT * FROM rounds ORDER BY position DESC LIMIT 1\
                """,
                row -> {
                  Open open =
                      new Open(
                          row.getLong("position"),
                          row.getLong("round"),
                          new RoundId(row.getBytes("round_id")),
                          Rows.opening(row));
                  row.getLong("ended");
                  open.ended = !row.wasNull();
                  open.stage = row.getInt("stage");
                  open.attempts = row.getLong("attempts");
                  return open;
                })
            .orElse(null);
    if (round == null || round.ended) {
      return;
    }
    Map<Integer, Member> byIndex = new HashMap<>();
    members.values().forEach(m -> byIndex.put(m.index, m));
    round.commitments.addAll(
        database.list(
            """
            SELECT position, stage, participant FROM commitments WHERE position > ?
            ORDER BY position\
            """,
            row ->
                new Committed(
                    row.getLong(1), row.getInt(2), row.getInt(3), byIndex.get(row.getInt(3))),
            round.position));
    database.first(
        """
        SELECT position, model, accepted, rejected FROM publications
        WHERE round = ? AND attempt = ? AND status = 'pending'\
        """,
        row -> {
          round.pending = row.getLong(1);
          round.proposesAbort = new Digest(row.getBytes(2)).isZero();
          round.decision = Rows.decision(row.getBytes(3), row.getBytes(4));
          return true;
        },
        round.number,
        round.attempts);
  }

  /**
   * Takes the next event.
   *
   * @param gas of its transaction
   * @throws ContradictionException if it does not go on from the events before, as only a foreign
   *     or damaged record would
   */
  void apply(RecordedEvent recorded, long gas) {
    long position = Position.of(recorded);
    enter(recorded.block());
    if (!founded && !(recorded.event() instanceof LedgerEvent.FederationCreated)) {
      throw contradiction("the record does not start with FederationCreated");
    }
    begin(recorded, position, gas);
    switch (recorded.event()) {
      case LedgerEvent.FederationCreated e -> create(position, e);
      case LedgerEvent.CoordinatorChanged e -> succeed(position, e);
      case LedgerEvent.GovernanceApproved e ->
          change(position, ChangeKind.GOVERNANCE_APPROVED, e.account(), null, Details.of(e));
      case LedgerEvent.SuccessorChanged e ->
          change(position, ChangeKind.SUCCESSOR_CHANGED, e.successor().orElse(NOBODY), null, null);
      case LedgerEvent.CoordinationClaimed e ->
          change(
              position,
              ChangeKind.COORDINATION_CLAIMED,
              e.successor(),
              null,
              Details.readyAt(e.readyAt()));
      case LedgerEvent.CoordinationClaimVetoed e ->
          change(position, ChangeKind.COORDINATION_CLAIM_VETOED, e.successor(), null, null);
      case LedgerEvent.ThresholdChanged e -> {
        database.run("UPDATE founding SET threshold = ?", e.threshold());
        change(
            position, ChangeKind.THRESHOLD_CHANGED, NOBODY, e.fromRound(), "to " + e.threshold());
      }
      case LedgerEvent.BaseApproved e ->
          change(position, ChangeKind.BASE_APPROVED, NOBODY, null, "version " + e.version());
      case LedgerEvent.ParticipantAdmitted e -> admit(position, e);
      case LedgerEvent.ParticipantSuspended e -> {
        Member member = member(e.participant());
        member.tenure = member.tenure.endingAt(e.untilRound());
        changed(member);
        change(position, ChangeKind.SUSPENDED, e.participant(), e.untilRound(), null);
      }
      case LedgerEvent.SigningKeyRotated e -> {
        Member member = member(e.participant());
        member.signer = e.signer();
        changed(member);
        change(
            position,
            ChangeKind.KEY_ROTATED,
            e.participant(),
            e.fromRound(),
            "to " + e.signer().toString());
      }
      case LedgerEvent.RecoveryRequested e -> {
        member(e.participant());
        change(
            position,
            ChangeKind.RECOVERY_REQUESTED,
            e.participant(),
            null,
            "to %s, %s".formatted(e.signer(), Details.readyAt(e.readyAt())));
      }
      case LedgerEvent.RecoveryVetoed e -> {
        member(e.participant());
        change(position, ChangeKind.RECOVERY_VETOED, e.participant(), null, "of " + e.signer());
      }
      case LedgerEvent.SigningKeyRecovered e -> {
        Member member = member(e.participant());
        member.signer = e.signer();
        changed(member);
        change(
            position, ChangeKind.KEY_RECOVERED, e.participant(), e.fromRound(), "to " + e.signer());
      }
      case LedgerEvent.PrivacyBudgetRaised e -> {
        Member member = member(e.participant());
        member.budget = e.budget();
        changed(member);
        change(
            position,
            ChangeKind.BUDGET_RAISED,
            e.participant(),
            e.fromRound(),
            "to " + Long.toUnsignedString(e.budget()));
      }
      case LedgerEvent.VerifierAdded e -> {
        enterOffice("verifier", e.verifier(), e.fromRound());
        change(position, ChangeKind.VERIFIER_ADDED, e.verifier(), e.fromRound(), null);
      }
      case LedgerEvent.VerifierRemoved e -> {
        leaveOffice("verifier", e.verifier(), e.untilRound());
        change(position, ChangeKind.VERIFIER_REMOVED, e.verifier(), e.untilRound(), null);
      }
      case LedgerEvent.AggregatorAdded e -> {
        enterOffice("aggregator", e.aggregator(), e.fromRound());
        change(position, ChangeKind.AGGREGATOR_ADDED, e.aggregator(), e.fromRound(), null);
      }
      case LedgerEvent.AggregatorRemoved e -> {
        leaveOffice("aggregator", e.aggregator(), e.untilRound());
        change(position, ChangeKind.AGGREGATOR_REMOVED, e.aggregator(), e.untilRound(), null);
      }
      case LedgerEvent.AuditorGranted e -> {
        enterOffice("auditor", e.auditor(), 0);
        change(position, ChangeKind.AUDITOR_GRANTED, e.auditor(), null, null);
      }
      case LedgerEvent.AuditorRevoked e -> {
        database.run("DELETE FROM offices WHERE role = 'auditor' AND account = ?", e.auditor());
        change(position, ChangeKind.AUDITOR_REVOKED, e.auditor(), null, null);
      }
      case LedgerEvent.RoundOpened e -> open(position, e);
      case LedgerEvent.UpdateCommitted e -> commit(position, e, gas);
      case LedgerEvent.CommitsClosed e -> close(position, e);
      case LedgerEvent.ModelPublished e -> publish(position, e);
      case LedgerEvent.Attested e -> attest(position, e);
      case LedgerEvent.PublicationFailed e -> fail(position, e);
      case LedgerEvent.VersionFinal e -> finish(position, e);
      case LedgerEvent.RoundAborted e -> abort(position, e);
      case LedgerEvent.FederationClosed _ -> {
        database.run("UPDATE founding SET closed = ?", position);
        change(position, ChangeKind.FEDERATION_CLOSED, NOBODY, null, null);
      }
    }
  }

  /** Writes what is kept back until a block or a reading ends. */
  void flush() {
    for (Member m : changed) {
      database.run(
          """
          UPDATE participants SET signer = ?, from_round = ?, until_round = ?, budget = ?,
            spent = ?, committed = ?, accepted = ?, rejected = ?, gas = ?, first_version = ?,
            last_version = ? WHERE idx = ?\
          """,
          m.signer,
          m.tenure.from(),
          m.tenure.until(),
          m.budget,
          m.spent,
          m.committed,
          m.accepted,
          m.rejected,
          m.gas,
          m.firstVersion,
          m.lastVersion,
          m.index);
      m.dirty = false;
    }
    changed.clear();
    if (round != null && round.dirty) {
      database.run(
          "UPDATE rounds SET committed = ? WHERE position = ?",
          round.committedInStage(),
          round.position);
      round.dirty = false;
    }
  }

  private void changed(Member member) {
    if (!member.dirty) {
      member.dirty = true;
      changed.add(member);
    }
  }

  private void enter(BlockRef entered) {
    if (entered.number() == block) {
      return;
    }
    if (entered.number() < block) {
      throw new ContradictionException(
          "the ledger gave block %d after block %d".formatted(entered.number(), block));
    }
    if (eachBlock) {
      flush();
    }
    block = entered.number();
    transaction = null;
    database.run("INSERT INTO blocks VALUES (?, ?, ?)", block, entered.hash(), entered.timestamp());
  }

  private void begin(RecordedEvent recorded, long position, long gas) {
    if (recorded.transaction().equals(transaction)) {
      return;
    }
    transaction = recorded.transaction();
    tx = position;
    TransactionKind kind = TransactionKind.of(recorded.event());
    long[] totals = kinds.computeIfAbsent(kind, _ -> new long[2]);
    totals[0]++;
    totals[1] += gas;
    database.run(
        "INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?)",
        position,
        transaction,
        kind.code(),
        gas,
        totals[0],
        totals[1]);
  }

  private void change(
      long position, ChangeKind kind, Address account, Long inRound, String detail) {
    database.run(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
        position,
        tx,
        kind.text(),
        account,
        inRound,
        detail);
  }

  private void create(long position, LedgerEvent.FederationCreated e) {
    check(!founded, "a second FederationCreated");
    founded = true;
    version = 0;
    database.run(
        "INSERT INTO founding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        position,
        e.federation().bytes(),
        e.spec(),
        e.model(),
        e.modelSize(),
        e.state(),
        e.stateSize(),
        e.quorum(),
        e.attestationThreshold(),
        e.recoverySeconds());
    insertVersion(
        position, e.model(), e.modelSize(), e.state(), e.stateSize(), Digest.NONE, 0, null, 0);
  }

  private void insertVersion(
      long position,
      Digest of,
      long size,
      Digest state,
      long stateSize,
      Digest parent,
      long base,
      Integer accepted,
      long updates) {
    database.run(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        position,
        tx,
        version,
        of,
        size,
        state,
        stateSize,
        parent,
        base,
        accepted == null ? null : (Long) round.number,
        accepted == null ? null : (Long) round.attempts,
        accepted == null ? 0 : accepted,
        updates);
  }

  private void succeed(long position, LedgerEvent.CoordinatorChanged e) {
    database.run(
        """
        UPDATE offices SET until_round = ?
        WHERE role = 'coordinator' AND until_round = ? AND account <> ?\
        """,
        e.fromRound(),
        Tenure.OPEN,
        e.coordinator());
    enterOffice("coordinator", e.coordinator(), e.fromRound());
    change(position, ChangeKind.COORDINATOR_CHANGED, e.coordinator(), e.fromRound(), null);
  }

  private Optional<Tenure> office(String role, Address account) {
    return database.first(
        "SELECT from_round, until_round FROM offices WHERE role = ? AND account = ?",
        row -> new Tenure(row.getLong(1), row.getLong(2)),
        role,
        account);
  }

  private void enterOffice(String role, Address account, long from) {
    Optional<Tenure> before = office(role, account);
    if (before.isPresent()) {
      setOffice(role, account, before.get().resumedAt(from));
    } else {
      database.run(
          "INSERT INTO offices(role, account, from_round, until_round) VALUES (?, ?, ?, ?)",
          role,
          account,
          from,
          Tenure.OPEN);
    }
  }

  private void leaveOffice(String role, Address account, long until) {
    office(role, account).ifPresent(t -> setOffice(role, account, t.endingAt(until)));
  }

  private void setOffice(String role, Address account, Tenure tenure) {
    database.run(
        "UPDATE offices SET from_round = ?, until_round = ? WHERE role = ? AND account = ?",
        tenure.from(),
        tenure.until(),
        role,
        account);
  }

  private void admit(long position, LedgerEvent.ParticipantAdmitted e) {
    Member before = members.get(e.participant());
    check(
        e.index() == (before == null ? members.size() : before.index),
        "%s was admitted under index %d",
        e.participant(),
        e.index());
    change(
        position,
        before == null ? ChangeKind.ADMITTED : ChangeKind.READMITTED,
        e.participant(),
        e.fromRound(),
        Details.of(e));
    if (before != null) {
      before.tenure = before.tenure.resumedAt(e.fromRound());
      before.budget = e.privacyBudget();
      changed(before);
      return;
    }
    Member member = new Member(e.index());
    member.tenure = Tenure.since(e.fromRound());
    member.signer = e.participant();
    member.budget = e.privacyBudget();
    members.put(e.participant(), member);
    database.run(
        "INSERT INTO participants VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, NULL, NULL)",
        member.index,
        position,
        tx,
        e.participant(),
        member.signer,
        member.tenure.from(),
        member.tenure.until(),
        member.budget);
  }

  private void open(long position, LedgerEvent.RoundOpened e) {
    check(round == null || round.ended, "round %d opened in an open one", e.round());
    check(
        e.round() == (round == null ? 1 : round.number + 1), "round %d is out of order", e.round());
    RoundOpening o = e.opening();
    check(
        database
                .number(
                    "SELECT count(*) FROM versions WHERE version = ? AND model = ? AND state = ?",
                    o.baseVersion(),
                    o.baseModel(),
                    o.baseState())
                .orElseThrow()
            > 0,
        "round %d builds on version %d, which is not a final one",
        e.round(),
        o.baseVersion());
    flush();
    round = new Open(position, e.round(), e.roundId(), o);
    database.run(
        """
        INSERT INTO rounds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
          ?, 0, ?, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)\
        """,
        position,
        tx,
        e.round(),
        e.roundId(),
        o.plan(),
        o.planSize(),
        o.baseVersion(),
        o.baseModel(),
        o.baseState(),
        o.commitDeadline(),
        o.laterStages().toString(),
        o.revealSeconds(),
        o.publicationSeconds(),
        o.attestationSeconds(),
        o.attempts(),
        o.drawThreshold().toString(),
        o.drawn(),
        o.weightCap(),
        e.members(),
        e.verifiers(),
        e.attestationThreshold(),
        lower(Round.Phase.COMMITTING),
        o.commitDeadline());
  }

  private void commit(long position, LedgerEvent.UpdateCommitted e, long gas) {
    UpdateCommitment c = e.commitment();
    Open open = current(c.roundId());
    Member member = member(c.participant());
    check(member.index == e.index(), "%s committed under index %d", c.participant(), e.index());
    member.committed++;
    member.spent += c.privacyCost();
    if (member.countedTx != tx) {
      member.countedTx = tx;
      member.gas += gas;
    }
    changed(member);
    check(c.stage() == open.stage, "a commitment of stage %d in stage %d", c.stage(), open.stage);
    open.commitments.add(new Committed(position, c.stage(), e.index(), member));
    open.dirty = true;
    database.run(
        "INSERT INTO commitments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, NULL, NULL,"
            + " NULL)",
        position,
        tx,
        open.number,
        c.stage(),
        member.index,
        c.digest(),
        c.size(),
        c.weight(),
        c.privacyCost(),
        e.signature().bytes(),
        member.spent,
        member.committed,
        member.gas);
  }

  private void close(long position, LedgerEvent.CommitsClosed e) {
    Open open = current(e.roundId());
    check(e.stage() == open.stage, "stage %d closed in stage %d", e.stage(), open.stage);
    flush();
    if (open.stage + 1 < open.opening.stages()) {
      database.run(
          "UPDATE rounds SET stage_deadline = ?, closed = ? WHERE position = ?",
          e.deadline(),
          position,
          open.position);
      open.stage++;
      open.dirty = true;
      database.run("UPDATE rounds SET stage = ? WHERE position = ?", open.stage, open.position);
    } else {
      database.run(
          "UPDATE rounds SET status = ?, reveal_deadline = ?, closed = ? WHERE position = ?",
          lower(Round.Phase.PUBLISHING),
          e.deadline(),
          position,
          open.position);
    }
  }

  private void publish(long position, LedgerEvent.ModelPublished e) {
    Publication p = e.publication();
    Open open = current(p.roundId());
    check(
        open.pending == null && p.attempt() == open.attempts + 1,
        "attempt %d is out of order",
        p.attempt());
    open.attempts++;
    open.pending = position;
    open.proposesAbort = p.model().isZero();
    open.decision = e.decision();
    database.run(
        """
        INSERT INTO publications VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL,
          0, 0, 0)\
        """,
        position,
        tx,
        open.number,
        p.attempt(),
        e.publicationId(),
        e.aggregator(),
        p.model(),
        p.modelSize(),
        p.state(),
        p.stateSize(),
        Rows.words(e.decision()),
        e.decision().packedRejections(),
        e.signature().bytes(),
        lower(Candidate.Status.PENDING));
    database.run(
        "UPDATE rounds SET status = ?, attempts = ? WHERE position = ?",
        lower(Round.Phase.ATTESTING),
        open.attempts,
        open.position);
  }

  private void attest(long position, LedgerEvent.Attested e) {
    check(round != null && round.pending != null, "an attestation to no publication");
    database.run(
        "INSERT INTO attestations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        position,
        tx,
        round.pending,
        round.number,
        round.attempts,
        e.verifier(),
        e.attestation().model(),
        e.attestation().state(),
        e.attestation().finding().code(),
        e.attestation().lacking(),
        e.signature().bytes());
    countFindings();
  }

  /** Each verifier's last one counts: whoever lacked a file may find more once it has it. */
  private void countFindings() {
    String count =
        """
        (SELECT count(*) FROM attestations a WHERE a.publication = ?1 AND a.finding = %d
         AND NOT EXISTS (SELECT 1 FROM attestations b WHERE b.publication = ?1
           AND b.verifier = a.verifier AND b.position > a.position))\
        """;
    database.run(
        "UPDATE publications SET matching = %s, differing = %s, lacking = %s WHERE position = ?1"
            .formatted(
                count.formatted(Finding.MATCH.code()),
                count.formatted(Finding.DIFFER.code()),
                count.formatted(Finding.LACK.code())),
        round.pending);
  }

  private void fail(long position, LedgerEvent.PublicationFailed e) {
    Open open = current(e.roundId());
    check(open.pending != null, "no publication was pending that could fail");
    decide(position, Candidate.Status.FAILED, e.reason().code());
    database.run(
        "UPDATE rounds SET status = ? WHERE position = ?",
        lower(Round.Phase.PUBLISHING),
        open.position);
  }

  private void decide(long position, Candidate.Status status, Integer failure) {
    database.run(
        "UPDATE publications SET status = ?, failure = ?, decided = ? WHERE position = ?",
        lower(status),
        failure,
        position,
        round.pending);
    round.pending = null;
  }

  private void finish(long position, LedgerEvent.VersionFinal e) {
    Open open = current(e.roundId());
    check(open.pending != null && !open.proposesAbort, "a version that nobody published");
    check(
        e.version() == version + 1 && e.parent().equals(open.opening.baseModel()),
        "version %d does not follow version %d, or has another parent than its round's base",
        e.version(),
        version);
    version = e.version();
    decide(position, Candidate.Status.FINAL, null);
    int accepted = settle(Optional.of(open.decision), Optional.of(version));
    long updates =
        database
                .number(
                    "SELECT updates FROM versions WHERE version = ?", open.opening.baseVersion())
                .orElseThrow()
            + accepted;
    long[] sizes =
        database
            .first(
                "SELECT model_size, state_size FROM publications WHERE round = ? AND attempt = ?",
                row -> new long[] {row.getLong(1), row.getLong(2)},
                open.number,
                open.attempts)
            .orElseThrow();
    insertVersion(
        position,
        e.model(),
        sizes[0],
        e.state(),
        sizes[1],
        e.parent(),
        open.opening.baseVersion(),
        accepted,
        updates);
    end(position, Round.Phase.FINAL, accepted, version, null);
  }

  private void abort(long position, LedgerEvent.RoundAborted e) {
    Open open = current(e.roundId());
    Optional<Decision> decision = Optional.empty();
    if (open.pending != null) {
      check(open.proposesAbort, "an abort while a model waits for its attestations");
      decision = Optional.of(open.decision);
      decide(position, Candidate.Status.FINAL, null);
    }
    settle(decision, Optional.empty());
    end(position, Round.Phase.ABORTED, 0, null, e.reason().code());
  }

  private void end(long position, Round.Phase phase, int accepted, Long made, Integer abortReason) {
    flush();
    database.run(
        """
        UPDATE rounds SET status = ?, accepted = ?, rejected = ?, ended = ?, ended_tx = ?,
          version = ?, abort_reason = ? WHERE position = ?\
        """,
        lower(phase),
        accepted,
        rejectedInRound,
        position,
        tx,
        made,
        abortReason,
        round.position);
    round.ended = true;
  }

  /**
   * Writes what became of the round's updates.
   *
   * @param decision of the publication that ended the round, if one did
   * @param made the version they went into
   * @return how many did
   */
  private int settle(Optional<Decision> decision, Optional<Long> made) {
    Map<Integer, Integer> reasons = new HashMap<>();
    decision.ifPresent(
        d -> d.rejections().forEach((Rejection r) -> reasons.put(r.index(), r.code())));
    int accepted = 0;
    rejectedInRound = 0;
    for (Committed c : round.commitments) {
      boolean last = c.stage() == round.opening.stages() - 1;
      Integer reason = last ? reasons.get(c.index()) : null;
      UpdateOutcome outcome;
      if (!last) {
        outcome = UpdateOutcome.STAGED;
      } else if (reason != null) {
        outcome = UpdateOutcome.REJECTED;
        c.member().rejected++;
        rejectedInRound++;
      } else if (made.isPresent() && decision.orElseThrow().accepts(c.index())) {
        outcome = UpdateOutcome.ACCEPTED;
        c.member().accepted++;
        c.member().firstVersion =
            c.member().firstVersion == null ? made.get() : c.member().firstVersion;
        c.member().lastVersion = made.get();
        accepted++;
      } else {
        outcome = UpdateOutcome.UNUSED;
      }
      changed(c.member());
      database.run(
          """
          UPDATE commitments SET outcome = ?, ended = ?, version = ?, reason = ?,
            nth_rejected = ? WHERE position = ?\
          """,
          outcome.code(),
          made.isPresent() ? 1 : 2,
          outcome == UpdateOutcome.ACCEPTED ? made.get() : null,
          reason,
          reason == null ? null : rejections.merge(reason, 1L, Long::sum),
          c.position());
    }
    return accepted;
  }

  private Open current(RoundId id) {
    check(
        round != null && !round.ended && round.id.equals(id),
        "an event of the round %s, which is not open",
        id);
    return round;
  }

  private Member member(Address participant) {
    Member member = members.get(participant);
    check(member != null, "%s was never admitted", participant);
    return member;
  }

  private void check(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw contradiction(otherwise.formatted(values));
    }
  }

  private ContradictionException contradiction(String what) {
    return new ContradictionException(
        "the record contradicts itself in block %d: %s".formatted(block, what));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
