package org.fedledger.index;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.Candidate;
import org.fedledger.ledger.FederationState;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.InMemoryWorld;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerStory;
import org.fedledger.ledger.ParticipantRecord;
import org.fedledger.ledger.Round;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.ledger.StageTerms;
import org.fedledger.ledger.TestKeys;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Rejection;
import org.fedledger.types.Address;

/**
 * A federation that does, step by step, what some numbers say; what the ledger forbids is not done.
 * Some steps undo others by a reorg.
 */
final class RandomHistory {

  static final int PARTICIPANTS = 5;

  private static final long BUDGET = 1_000_000;

  /** The founding verifiers, and who may join them. */
  private static final List<SigningKey> VERIFIERS = TestKeys.keys(200, 5);

  private static final List<SigningKey> OTHERS = TestKeys.keys(900, 3);

  private InMemoryWorld world;
  private final LedgerStory story;

  /** With verifiers. */
  RandomHistory() {
    this(true);
  }

  RandomHistory(boolean verified) {
    LedgerStory.Cast cast = verified ? LedgerStory.Cast.VERIFIED : new LedgerStory.Cast(3, 0, 0, 2);
    story =
        LedgerStory.begin(
            setup -> {
              world = new InMemoryWorld(setup);
              return world;
            },
            cast);
    for (int i = 0; i < PARTICIPANTS - 1; i++) {
      story.doAs(
          LedgerStory.COORDINATOR,
          new LedgerAction.Admit(LedgerStory.participant(i).address(), BUDGET));
    }
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
      case 4 -> govern(choice, state);
      case 5 -> withoutVerifiers(choice, state);
      default -> {
        if (open.isEmpty()) {
          story.tryAs(coordinator(state), new LedgerAction.OpenRound(opening(choice)));
        } else {
          inRound(choice, state, open.get());
        }
      }
    }
  }

  private static SigningKey coordinator(FederationState state) {
    return keyOf(state.coordinator());
  }

  /** Of anybody in these histories. */
  private static SigningKey keyOf(Address address) {
    return Stream.of(
            Stream.of(LedgerStory.COORDINATOR, LedgerStory.SUCCESSOR),
            IntStream.range(0, PARTICIPANTS).mapToObj(LedgerStory::participant),
            VERIFIERS.stream(),
            OTHERS.stream())
        .flatMap(keys -> keys)
        .filter(key -> key.address().equals(address))
        .findFirst()
        .orElseThrow();
  }

  /** A quarter of the rounds have a second stage, some of them a third. */
  private RoundOpening opening(Choice choice) {
    RoundOpening one = story.opening();
    int later = choice.of(4) == 0 ? 1 + choice.of(2) : 0;
    return new RoundOpening(
        one.plan(),
        one.planSize(),
        one.baseVersion(),
        one.baseModel(),
        one.baseState(),
        one.commitDeadline(),
        StageTerms.pack(List.of(new StageTerms(50, 1), new StageTerms(30, 2)).subList(0, later)),
        one.revealSeconds(),
        one.publicationSeconds(),
        one.attestationSeconds(),
        one.attempts(),
        one.drawThreshold(),
        one.drawn(),
        one.weightCap());
  }

  private void office(Choice choice, FederationState state) {
    SigningKey one = OTHERS.get(choice.of(OTHERS.size()));
    int who = choice.of(PARTICIPANTS);
    Address participant = LedgerStory.participant(who).address();
    Optional<ParticipantRecord> known = Optional.ofNullable(state.participants().get(participant));
    switch (choice.of(6)) {
      case 0 -> story.tryAs(coordinator(state), new LedgerAction.GrantAuditor(one.address()));
      case 1 -> story.tryAs(coordinator(state), new LedgerAction.RevokeAuditor(one.address()));
      case 2 -> story.tryAs(coordinator(state), new LedgerAction.Suspend(participant));
      case 3 ->
          known.ifPresent(
              p ->
                  story.tryAs(
                      LedgerStory.ANYBODY,
                      story.raise(who, p.privacyBudget() + 1 + choice.of(9), keyOf(p.signer()))));
      case 4 ->
          known.ifPresent(
              p -> story.tryAs(LedgerStory.ANYBODY, story.rotation(who, keyOf(p.signer()), one)));
      default ->
          story.tryAs(
              coordinator(state),
              new LedgerAction.Admit(
                  participant, known.map(ParticipantRecord::privacyBudget).orElse(BUDGET)));
    }
  }

  private void govern(Choice choice, FederationState state) {
    Address one = OTHERS.get(choice.of(OTHERS.size())).address();
    Address verifier = VERIFIERS.get(choice.of(VERIFIERS.size())).address();
    Address participant = LedgerStory.participant(choice.of(PARTICIPANTS)).address();
    int threshold = choice.of(4);
    switch (choice.of(13)) {
      case 0 -> govern(state, GovernanceKind.ADD_AGGREGATOR, one, BigInteger.ZERO);
      case 1 -> govern(state, GovernanceKind.REMOVE_AGGREGATOR, one, BigInteger.ZERO);
      case 2 -> {
        boolean back = state.coordinator().equals(LedgerStory.SUCCESSOR.address());
        SigningKey next = back ? LedgerStory.COORDINATOR : LedgerStory.SUCCESSOR;
        govern(state, GovernanceKind.CHANGE_COORDINATOR, next.address(), BigInteger.ZERO);
      }
      case 3 ->
          govern(
              state,
              GovernanceKind.CHANGE_SUCCESSOR,
              threshold == 0 ? LedgerStory.NOBODY : LedgerStory.SUCCESSOR.address(),
              BigInteger.ZERO);
      case 4 ->
          govern(
              state,
              GovernanceKind.CHANGE_THRESHOLD,
              LedgerStory.NOBODY,
              BigInteger.valueOf(threshold));
      case 5 ->
          // Nobody is to attest in the histories that are without verifiers.
          govern(
              state,
              state.verifiers().isEmpty()
                  ? GovernanceKind.REMOVE_VERIFIER
                  : GovernanceKind.ADD_VERIFIER,
              verifier,
              BigInteger.valueOf(threshold));
      case 6 ->
          govern(state, GovernanceKind.REMOVE_VERIFIER, verifier, BigInteger.valueOf(threshold));
      case 7 ->
          govern(
              state,
              GovernanceKind.REPLACE_VERIFIER,
              verifier,
              LedgerStory.valueOf(VERIFIERS.get(choice.of(VERIFIERS.size())).address()));
      case 8 -> govern(state, GovernanceKind.RECOVER_KEY, participant, LedgerStory.valueOf(one));
      case 9 -> {
        if (choice.of(12) == 0) {
          govern(state, GovernanceKind.CLOSE_FEDERATION, LedgerStory.NOBODY, BigInteger.ZERO);
        }
      }
      default ->
          govern(
              state,
              GovernanceKind.BUILD_ON,
              LedgerStory.NOBODY,
              BigInteger.valueOf(choice.of((int) state.head().version() + 1)));
    }
  }

  private void govern(
      FederationState state, GovernanceKind kind, Address account, BigInteger value) {
    SigningKey[] signers =
        state.verifiers().entrySet().stream()
            .filter(v -> v.getValue().covers(state.nextRound()))
            .limit(state.attestationThreshold())
            .map(v -> keyOf(v.getKey()))
            .toArray(SigningKey[]::new);
    story.tryAs(coordinator(state), story.change(kind, account, value, signers));
  }

  /** What verifiers would do where there are some. */
  private void withoutVerifiers(Choice choice, FederationState state) {
    int who = choice.of(PARTICIPANTS);
    Address participant = LedgerStory.participant(who).address();
    ParticipantRecord known = state.participants().get(participant);
    SigningKey one = OTHERS.get(choice.of(OTHERS.size()));
    switch (choice.of(7)) {
      case 0, 1 ->
          story.tryAs(
              coordinator(state), new LedgerAction.RequestRecovery(participant, one.address()));
      case 2 -> {
        if (known != null) {
          SigningKey refused = known.recovery().map(r -> keyOf(r.signer())).orElse(one);
          story.tryAs(LedgerStory.ANYBODY, story.veto(who, refused, keyOf(known.signer())));
        }
      }
      case 3 -> {
        state.participants().values().stream()
            .filter(p -> p.recovery().isPresent())
            .findFirst()
            .ifPresent(
                p -> {
                  moveAfter(p.recovery().orElseThrow().readyAt());
                  story.tryAs(LedgerStory.ANYBODY, new LedgerAction.CompleteRecovery(p.address()));
                });
      }
      case 4 -> story.tryAs(LedgerStory.SUCCESSOR, new LedgerAction.ClaimCoordination());
      case 5 -> story.tryAs(coordinator(state), new LedgerAction.VetoClaim());
      default ->
          state
              .claimReadyAt()
              .ifPresent(
                  last -> {
                    moveAfter(last);
                    story.tryAs(LedgerStory.ANYBODY, new LedgerAction.CompleteClaim());
                  });
    }
  }

  private void moveAfter(long last) {
    world.moveTo(Math.max(world.now(), last + 1));
  }

  private void inRound(Choice choice, FederationState state, Round round) {
    switch (round.phase()) {
      case COMMITTING -> {
        if (round.complete() || choice.of(9) == 0) {
          if (choice.of(3) > 0 && !round.complete()) {
            moveAfter(round.commitDeadline());
          }
          story.tryAs(LedgerStory.ANYBODY, new LedgerAction.CloseCommits(round.id()));
          if (choice.of(5) == 0) {
            story.tryAs(
                coordinator(state),
                new LedgerAction.AbortRound(round.id(), AbortReason.COORDINATOR));
          }
        } else {
          int who = choice.of(PARTICIPANTS);
          ParticipantRecord member = round.members().get(LedgerStory.participant(who).address());
          if (member != null) {
            story.tryAs(
                LedgerStory.ANYBODY,
                story.commitment(story.update(who, choice.of(40)), keyOf(member.signer())));
          }
        }
      }
      case PUBLISHING -> publish(choice, round);
      case ATTESTING -> attest(choice, round);
      default -> {}
    }
  }

  private void publish(Choice choice, Round round) {
    if (round.exhausted()) {
      story.tryAs(
          LedgerStory.ANYBODY,
          new LedgerAction.AbortRound(round.id(), AbortReason.ATTEMPTS_EXHAUSTED));
      return;
    }
    if (choice.of(6) == 0) {
      moveAfter(round.publicationDeadline().orElseThrow());
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
      moveAfter(pending.attestationDeadline());
      story.tryAs(LedgerStory.ANYBODY, new LedgerAction.ExpirePublication(round.id()));
      return;
    }
    SigningKey verifier = keyOf(round.verifiers().get(choice.of(round.verifiers().size())));
    Finding finding =
        switch (choice.of(6)) {
          case 0 -> Finding.DIFFER;
          case 1 -> Finding.LACK;
          default -> Finding.MATCH;
        };
    story.tryAs(
        LedgerStory.ANYBODY, story.attestation(pending.record().publication(), verifier, finding));
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
