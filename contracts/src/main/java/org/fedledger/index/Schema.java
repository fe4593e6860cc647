package org.fedledger.index;

import java.util.List;

/**
 * The tables. Every row of what is recorded has as its key the {@link Position} of the event that
 * made it; columns that later events change stand in one row with it.
 */
final class Schema {

  /** Raised by every change below; a file of another version is built anew. */
  static final int VERSION = 3;

  /** "FLIX", in the file's header: this file is an index of ours. */
  static final int APPLICATION_ID = 0x464c4958;

  /** What is undone when blocks leave the chain. */
  static final List<String> UNDOABLE =
      List.of(
          "blocks",
          "transactions",
          "founding",
          "versions",
          "participants",
          "offices",
          "changes",
          "rounds",
          "commitments",
          "publications",
          "attestations");

  static final List<String> TABLES =
      List.of(
          // undo_from: the state at any block from this one on can be had back.
          """
          CREATE TABLE meta(
            id INTEGER PRIMARY KEY CHECK (id = 0), chain_id INTEGER NOT NULL,
            contract BLOB NOT NULL, undo_from INTEGER NOT NULL) STRICT\
          """,
          // Blocks at which a reading ended, the newest last.
          """
          CREATE TABLE marks(
            number INTEGER PRIMARY KEY, hash BLOB NOT NULL, timestamp INTEGER NOT NULL) STRICT\
          """,
          "CREATE TABLE undo(n INTEGER PRIMARY KEY, block INTEGER NOT NULL, sql TEXT NOT NULL)"
              + " STRICT",
          "CREATE INDEX undo_by_block ON undo(block)",
          // Blocks that have events.
          """
          CREATE TABLE blocks(
            number INTEGER PRIMARY KEY, hash BLOB NOT NULL, timestamp INTEGER NOT NULL) STRICT\
          """,
          "CREATE INDEX blocks_by_time ON blocks(timestamp)",
          // nth, total: transactions of its kind so far and their gas, itself counted.
          """
          CREATE TABLE transactions(
            position INTEGER PRIMARY KEY, hash BLOB NOT NULL, kind INTEGER NOT NULL,
            gas INTEGER NOT NULL, nth INTEGER NOT NULL, total INTEGER NOT NULL) STRICT\
          """,
          "CREATE INDEX transactions_by_kind ON transactions(kind, position)",
          """
          CREATE TABLE founding(
            position INTEGER PRIMARY KEY, federation BLOB NOT NULL, spec BLOB NOT NULL,
            model BLOB NOT NULL, model_size INTEGER NOT NULL, state BLOB NOT NULL,
            state_size INTEGER NOT NULL, quorum INTEGER NOT NULL, threshold INTEGER NOT NULL,
            recovery_seconds INTEGER NOT NULL, closed INTEGER) STRICT\
          """,
          // base: the version it was made from; 0 for version 0. updates: accepted in this version
          // and all that it was made from; accepted: in this one.
          """
          CREATE TABLE versions(
            position INTEGER PRIMARY KEY, tx INTEGER NOT NULL, version INTEGER NOT NULL,
            model BLOB NOT NULL, model_size INTEGER NOT NULL, state BLOB NOT NULL,
            state_size INTEGER NOT NULL, parent BLOB NOT NULL, base INTEGER NOT NULL,
            round INTEGER, attempt INTEGER, accepted INTEGER NOT NULL, updates INTEGER NOT NULL) STRICT\
          """,
          "CREATE UNIQUE INDEX versions_by_version ON versions(version)",
          "CREATE INDEX versions_by_model ON versions(model)",
          "CREATE INDEX versions_by_state ON versions(state)",
          // Version 0, and those that were not made from the one before them.
          "CREATE INDEX versions_that_begin_lines ON versions(version) WHERE base <> version - 1",
          """
          CREATE TABLE participants(
            idx INTEGER PRIMARY KEY, position INTEGER NOT NULL, tx INTEGER NOT NULL,
            address BLOB NOT NULL, signer BLOB NOT NULL, from_round INTEGER NOT NULL,
            until_round INTEGER NOT NULL, budget INTEGER NOT NULL, spent INTEGER NOT NULL,
            committed INTEGER NOT NULL, accepted INTEGER NOT NULL, rejected INTEGER NOT NULL,
            gas INTEGER NOT NULL, first_version INTEGER, last_version INTEGER) STRICT\
          """,
          "CREATE UNIQUE INDEX participants_by_address ON participants(address)",
          """
          CREATE TABLE offices(
            id INTEGER PRIMARY KEY, role TEXT NOT NULL, account BLOB NOT NULL,
            from_round INTEGER NOT NULL, until_round INTEGER NOT NULL) STRICT\
          """,
          "CREATE UNIQUE INDEX offices_by_account ON offices(role, account)",
          """
          CREATE TABLE changes(
            position INTEGER PRIMARY KEY, tx INTEGER NOT NULL, kind TEXT NOT NULL,
            account BLOB NOT NULL, round INTEGER, detail TEXT) STRICT\
          """,
          "CREATE INDEX changes_by_kind ON changes(kind, position)",
          "CREATE INDEX changes_by_account ON changes(account, position)",
          """
          CREATE TABLE rounds(
            position INTEGER PRIMARY KEY, tx INTEGER NOT NULL, round INTEGER NOT NULL,
            round_id BLOB NOT NULL, plan BLOB NOT NULL, plan_size INTEGER NOT NULL,
            base_version INTEGER NOT NULL, base_model BLOB NOT NULL, base_state BLOB NOT NULL,
            commit_deadline INTEGER NOT NULL, later_stages TEXT NOT NULL,
            reveal_seconds INTEGER NOT NULL, publication_seconds INTEGER NOT NULL,
            attestation_seconds INTEGER NOT NULL, attempt_limit INTEGER NOT NULL,
            draw_threshold TEXT NOT NULL, drawn INTEGER NOT NULL, weight_cap INTEGER NOT NULL,
            members INTEGER NOT NULL, verifiers INTEGER NOT NULL, threshold INTEGER NOT NULL,
            status TEXT NOT NULL, stage INTEGER NOT NULL, stage_deadline INTEGER NOT NULL,
            committed INTEGER NOT NULL, attempts INTEGER NOT NULL,
            accepted INTEGER, rejected INTEGER, reveal_deadline INTEGER, closed INTEGER,
            ended INTEGER, ended_tx INTEGER, version INTEGER, abort_reason INTEGER) STRICT\
          """,
          "CREATE UNIQUE INDEX rounds_by_round ON rounds(round)",
          "CREATE INDEX rounds_by_status ON rounds(status, position)",
          // A row for each stage. spent, nth, gas: the participant's so far, this commitment
          // counted; nth_rejected: as
          // the so-manieth of all that were rejected for that reason.
          """
          CREATE TABLE commitments(
            position INTEGER PRIMARY KEY, tx INTEGER NOT NULL, round INTEGER NOT NULL,
            stage INTEGER NOT NULL, participant INTEGER NOT NULL, digest BLOB NOT NULL,
            size INTEGER NOT NULL, weight INTEGER NOT NULL, cost INTEGER NOT NULL, signature BLOB NOT NULL,
            spent INTEGER NOT NULL, nth INTEGER NOT NULL, gas INTEGER NOT NULL,
            outcome INTEGER NOT NULL, ended INTEGER NOT NULL, version INTEGER,
            reason INTEGER, nth_rejected INTEGER) STRICT\
          """,
          // The head of a digest is enough to find it, and keeps the index small.
          "CREATE INDEX commitments_by_digest ON commitments(substr(digest, 1, 8))",
          "CREATE INDEX commitments_by_participant ON commitments(participant, position)",
          "CREATE INDEX commitments_by_outcome ON commitments(outcome, position)",
          """
          CREATE INDEX commitments_by_participant_outcome
            ON commitments(participant, outcome, position)\
          """,
          """
          CREATE INDEX commitments_by_participant_end
            ON commitments(participant, ended, position)\
          """,
          """
          CREATE INDEX commitments_by_reason ON commitments(reason, position)
            WHERE reason IS NOT NULL\
          """,
          """
          CREATE INDEX commitments_by_participant_reason
            ON commitments(participant, reason, position) WHERE reason IS NOT NULL\
          """,
          """
          CREATE TABLE publications(
            position INTEGER PRIMARY KEY, tx INTEGER NOT NULL, round INTEGER NOT NULL,
            attempt INTEGER NOT NULL, publication_id BLOB NOT NULL, aggregator BLOB NOT NULL,
            model BLOB NOT NULL, model_size INTEGER NOT NULL, state BLOB NOT NULL,
            state_size INTEGER NOT NULL, accepted BLOB NOT NULL, rejected BLOB NOT NULL,
            signature BLOB NOT NULL, status TEXT NOT NULL, failure INTEGER, decided INTEGER,
            matching INTEGER NOT NULL, differing INTEGER NOT NULL, lacking INTEGER NOT NULL)
            STRICT\
          """,
          "CREATE UNIQUE INDEX publications_by_attempt ON publications(round, attempt)",
          """
          CREATE TABLE attestations(
            position INTEGER PRIMARY KEY, tx INTEGER NOT NULL, publication INTEGER NOT NULL,
            round INTEGER NOT NULL, attempt INTEGER NOT NULL, verifier BLOB NOT NULL,
            model BLOB NOT NULL, state BLOB NOT NULL, finding INTEGER NOT NULL,
            lacking BLOB NOT NULL, signature BLOB NOT NULL) STRICT\
          """,
          "CREATE INDEX attestations_by_verifier ON attestations(verifier, position)",
          "CREATE INDEX attestations_by_finding ON attestations(finding, position)",
          """
          CREATE INDEX attestations_by_verifier_finding
            ON attestations(verifier, finding, position)\
          """);

  private Schema() {}
}
