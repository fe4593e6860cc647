package org.fedledger.role;

import static java.util.stream.Collectors.joining;

import java.util.List;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.Ledger;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.Round;
import org.fedledger.types.Address;

/**
 * Ends what waits: closes commits, expires publications that too few attested to, and aborts rounds
 * that can come to nothing any more.
 *
 * <p>Anyone may, and several may at once; a federation needs one that is honest and awake. Needs no
 * files and no office. One that is patient leaves what waits to others, and ends what it sees wait
 * for that much longer than it should; so a chain that stood still past a deadline, and goes on,
 * has not all of them act in its first block.
 */
public final class Closer implements Role {

  /** More are not named one by one. */
  private static final int FEW = 5;

  private static final long LEAST_PATIENCE = 15;
  private static final long MOST_PATIENCE = 60;

  private final Actions actions;
  private final long patience;

  /** The last deadline that was seen to have passed, and by the time of which block first. */
  private long passed = -1;

  private long passedBy;

  /**
   * One that ends what waits at once.
   *
   * @param ledger written by any account
   */
  public Closer(Ledger ledger) {
    this(ledger, 0);
  }

  private Closer(Ledger ledger, long patience) {
    this.actions = new Actions(ledger);
    this.patience = patience;
  }

  /**
   * One for the case that those are away whose part it is. How patient it is, 15 to 60 seconds,
   * depends on the account, so that not all do the same at once.
   *
   * @param ledger written by that account
   */
  public static Closer patient(Ledger ledger, Address self) {
    int last = self.bytes()[Address.LENGTH - 1] & 0xff;
    return new Closer(ledger, LEAST_PATIENCE + last * (MOST_PATIENCE - LEAST_PATIENCE) / 255);
  }

  @Override
  public Step step(FederationState state) {
    return actions
        .outrun(state)
        .or(() -> state.openRound().map(round -> end(state, round)))
        .orElse(new Step.Idle("no round is open"));
  }

  private Step end(FederationState state, Round round) {
    long now = state.at().timestamp();
    return switch (round.phase()) {
      case COMMITTING -> committing(state, round);
      case PUBLISHING -> publishing(now, round);
      case ATTESTING -> attesting(now, round);
      case FINAL, ABORTED -> throw new IllegalStateException("an ended round is not open");
    };
  }

  private Step committing(FederationState state, Round round) {
    boolean early = patience == 0 && round.complete();
    if (early || isOver(state.at().timestamp(), round.commitDeadline())) {
      return actions.submit(
          "closed the commits of round %d, stage %d".formatted(round.number(), round.stage()),
          new LedgerAction.CloseCommits(round.id()));
    }
    return new Step.Idle(
        "round %d: %d of %d have committed in stage %d%s"
            .formatted(
                round.number(),
                round.commitments().size(),
                expected(round),
                round.stage(),
                awaited(state, round)));
  }

  /** Names those who have not committed, once they are few. */
  private static String awaited(FederationState state, Round round) {
    List<Address> awaited = round.awaited();
    return awaited.isEmpty() || awaited.size() > FEW
        ? ""
        : "; not yet "
            + awaited.stream().map(address -> named(state, address)).collect(joining(", "));
  }

  private static String named(FederationState state, Address awaited) {
    long missed = state.participants().get(awaited).missed();
    return missed == 0
        ? awaited.toString()
        : "%s, which missed the last %d".formatted(awaited, missed);
  }

  private static int expected(Round round) {
    return round.stage() == 0
        ? round.opening().drawn()
        : round.commitments(round.stage() - 1).size();
  }

  private Step publishing(long now, Round round) {
    boolean early = patience == 0 && round.exhausted();
    if (early
        || round.exhausted() && isOver(now, round.candidates().getLast().attestationDeadline())) {
      return abort(round, AbortReason.ATTEMPTS_EXHAUSTED);
    }
    if (round.publicationDeadline().filter(deadline -> isOver(now, deadline)).isPresent()) {
      return abort(round, AbortReason.DEADLINE);
    }
    return new Step.Idle("round %d waits for a publication".formatted(round.number()));
  }

  private boolean isOver(long now, long deadline) {
    if (now <= deadline) {
      return false;
    }
    if (passed != deadline) {
      passed = deadline;
      passedBy = now;
    }
    return patience == 0 || now > passedBy + patience;
  }

  private Step abort(Round round, AbortReason reason) {
    return actions.submit(
        "aborted round %d: %s".formatted(round.number(), reason.meaning()),
        new LedgerAction.AbortRound(round.id(), reason));
  }

  private Step attesting(long now, Round round) {
    if (round.pending().filter(c -> isOver(now, c.attestationDeadline())).isPresent()) {
      return actions.submit(
          "expired attempt %d of round %d".formatted(round.nextAttempt() - 1, round.number()),
          new LedgerAction.ExpirePublication(round.id()));
    }
    return new Step.Idle("round %d waits for attestations".formatted(round.number()));
  }
}
