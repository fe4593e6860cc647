package org.fedledger.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.InMemoryWorld;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.RoleChange;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.TestKeys;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Rejection;
import org.fedledger.types.Address;

/**
 * A federation that does, step by step, what some numbers say; what the ledger forbids is not done.
 * Some steps undo others by a reorg.
 */
final class RandomHistory {

  static final int PARTICIPANTS = 5;

  private InMemoryWorld world;
  private final LedgerStory story;

  RandomHistory() {
    story =
        LedgerStory.begin(
            setup -> {
              world = new InMemoryWorld(setup);
              return world;
            },
            LedgerStory.Cast.VERIFIED);
    story.admit(PARTICIPANTS - 1);
  }

  LedgerStory story() {
    return story;
  }

  InMemoryWorld world() {
    return world;
  }

  /** Undoes that many of the last blocks, or as many as there are. */
  void reorganise(int depth) {
    long undoable = story.reader().head().number() - 1;
    if (undoable > 0) {
      world.chain().reorganise((int) Math.min(depth, undoable));
    }
  }

  /** One step; the number chooses it and all that is in it. */
  void step(int number) {
    Choice choice = new Choice(number);
    FederationState state = story.state();
    Optional<Round> open = state.openRound();
    switch (choice.of(24)) {
      case 0 -> reorganise(1 + choice.of(12));
      case 1 -> world.moveTo(world.now() + 1 + choice.of(60));
      case 2 -> world.chain().mine();
      case 3 -> office(choice, state);
      case 4 ->
          story.tryAs(
              LedgerStory.COORDINATOR,
              new LedgerAction.Admit(
                  LedgerStory.participant(choice.of(PARTICIPANTS)).address(), 1_000_000));
      default -> {
        if (open.isEmpty()) {
          story.tryAs(LedgerStory.COORDINATOR, new LedgerAction.OpenRound(story.opening()));
        } else {
          inRound(choice, open.get());
        }
      }
    }
  }

  private void office(Choice choice, FederationState state) {
    SigningKey one = TestKeys.key(900 + choice.of(3));
    Address participant = LedgerStory.participant(choice.of(PARTICIPANTS)).address();
    switch (choice.of(8)) {
      case 0 -> story.tryAs(LedgerStory.COORDINATOR, new LedgerAction.GrantAuditor(one.address()));
      case 1 -> story.tryAs(LedgerStory.COORDINATOR, new LedgerAction.RevokeAuditor(one.address()));
      case 2 -> story.tryAs(LedgerStory.COORDINATOR, new LedgerAction.Suspend(participant));
      case 3 ->
          story.tryAs(
              LedgerStory.COORDINATOR,
              new LedgerAction.RaisePrivacyBudget(participant, -2 - choice.of(9)));
      case 4 ->
          story.tryAs(
              LedgerStory.COORDINATOR,
              new LedgerAction.RotateSigningKey(participant, one.address()));
      case 5 -> govern(RoleChange.ADD_AGGREGATOR, one.address());
      case 6 -> govern(RoleChange.REMOVE_AGGREGATOR, one.address());
      default -> govern(RoleChange.CHANGE_COORDINATOR, state.coordinator());
    }
  }

  private void govern(RoleChange change, Address account) {
    story.tryAs(
        LedgerStory.COORDINATOR,
        story.change(change, account, story.verifier(0), story.verifier(1)));
  }

  private void inRound(Choice choice, Round round) {
    switch (round.phase()) {
      case COMMITTING -> {
        if (round.complete() || choice.of(9) == 0) {
          if (choice.of(3) > 0 && !round.complete()) {
            world.moveTo(Math.max(world.now(), round.opening().commitDeadline() + 1));
          }
          story.tryAs(LedgerStory.ANYBODY, new LedgerAction.CloseCommits(round.id()));
          if (choice.of(5) == 0) {
            story.tryAs(
                LedgerStory.COORDINATOR,
                new LedgerAction.AbortRound(round.id(), AbortReason.COORDINATOR));
          }
        } else {
          int who = choice.of(PARTICIPANTS);
          story.tryAs(
              LedgerStory.participant(who),
              story.commitment(story.update(who, choice.of(40)), LedgerStory.participant(who)));
        }
      }
      case PUBLISHING -> publish(choice, round);
      case ATTESTING -> attest(choice, round);
      default -> {}
    }
  }

  private void publish(Choice choice, Round round) {
    if (choice.of(6) == 0) {
      world.moveTo(Math.max(world.now(), round.publicationDeadline().orElseThrow() + 1));
      story.tryAs(
          LedgerStory.ANYBODY, new LedgerAction.AbortRound(round.id(), AbortReason.DEADLINE));
      return;
    }
    List<Rejection> rejections = new ArrayList<>();
    for (LedgerEvent.UpdateCommitted c : round.commitments().values()) {
      if (choice.of(4) == 0) {
        // 200 is a code that has no name.
        rejections.add(new Rejection(c.index(), choice.of(2) == 0 ? 11 : 2 + choice.of(2) * 198));
      }
    }
    Decision decision = story.decision(rejections.toArray(Rejection[]::new));
    SigningKey aggregator = story.aggregator(choice.of(3));
    Publication publication =
        decision.acceptedIndexes().size() < story.setup().quorum()
            ? story.proposal(decision)
            : story.model("model of " + round.id() + choice.of(3), decision);
    story.tryAs(aggregator, story.publication(publication, decision, aggregator));
  }

  private void attest(Choice choice, Round round) {
    Candidate pending = round.pending().orElseThrow();
    if (choice.of(8) == 0) {
      world.moveTo(Math.max(world.now(), pending.attestationDeadline() + 1));
      story.tryAs(LedgerStory.ANYBODY, new LedgerAction.ExpirePublication(round.id()));
      return;
    }
    SigningKey verifier = story.verifier(choice.of(3));
    story.tryAs(
        verifier, story.attestation(pending.record().publication(), verifier, choice.of(4) > 0));
  }

  /** Digits of one number, drawn one after the other. */
  private static final class Choice {
    private long left;

    Choice(int number) {
      // Spread, so that neighbouring numbers choose differently.
      left = (number * 0x9E3779B97F4A7C15L) >>> 1;
    }

    int of(int many) {
      left = left * 6364136223846793005L + 1442695040888963407L;
      return (int) ((left >>> 33) % many);
    }
  }
}
