package org.fedledger.index;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Decision;
import org.fedledger.types.Digest;

/** Columns that are more than a number or a text. */
final class Rows {

  private static final int WORD = 32;

  private Rows() {}

  /** What a round was opened with. */
  static RoundOpening opening(ResultSet row) throws SQLException {
    return new RoundOpening(
        new Digest(row.getBytes("plan")),
        row.getLong("plan_size"),
        row.getLong("base_version"),
        new Digest(row.getBytes("base_model")),
        new Digest(row.getBytes("base_state")),
        row.getLong("commit_deadline"),
        new BigInteger(row.getString("later_stages")),
        row.getInt("reveal_seconds"),
        row.getInt("publication_seconds"),
        row.getInt("attestation_seconds"),
        row.getInt("attempt_limit"),
        new BigInteger(row.getString("draw_threshold")),
        row.getInt("drawn"),
        row.getLong("weight_cap"));
  }

  /** NULL as null. */
  static Long optional(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  /** A decision's bitmap, 32 bytes a word, big-endian. */
  static byte[] words(Decision decision) {
    byte[] all = new byte[WORD * decision.accepted().size()];
    for (int i = 0; i < decision.accepted().size(); i++) {
      byte[] word = decision.accepted().get(i).toByteArray();
      int length = Math.min(word.length, WORD);
      System.arraycopy(word, word.length - length, all, (i + 1) * WORD - length, length);
    }
    return all;
  }

  /** The decision again. */
  static Decision decision(byte[] words, byte[] packedRejections) {
    byte[] bits = words == null ? new byte[0] : words;
    List<BigInteger> accepted = new ArrayList<>();
    for (int i = 0; i < bits.length; i += WORD) {
      accepted.add(new BigInteger(1, Arrays.copyOfRange(bits, i, i + WORD)));
    }
    return Decision.decode(accepted, packedRejections == null ? new byte[0] : packedRejections);
  }

  /** All reasons for which updates were rejected, ascending; a look-up for each. */
  static List<Integer> reasons(Database database) {
    List<Integer> reasons = new ArrayList<>();
    OptionalLong next = OptionalLong.of(-1);
    while (next.isPresent()) {
      next =
          database.number("SELECT min(reason) FROM commitments WHERE reason > ?", next.getAsLong());
      next.ifPresent(reason -> reasons.add((int) reason));
    }
    return reasons;
  }
}
