package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.fedledger.crypto.SigningKey;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.BlockRef;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.ForwardingReader;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.OpeningBuilder;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.Reason;
import org.fedledger.signing.Rejection;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.spec.SpecJson;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.PublicationId;
import org.fedledger.verify.AuditReport.Problem;
import org.fedledger.verify.AuditReport.UpdateStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Honest records in which one rule is broken, as no contract of ours would record it. */
class BrokenRecordTest {

  private static final List<SigningKey> VERIFIERS =
      List.of(SmallFederation.key(11), SmallFederation.key(12), SmallFederation.key(13));
  private static final SigningKey STRANGER = SmallFederation.key(20);

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
  }

  @Test
  void accusesNoParticipantOfACommitmentThatSomebodyElseSigned() throws IOException {
    federation.playRound();
    AuditReport report =
        audit(
            first(
                LedgerEvent.UpdateCommitted.class,
                e ->
                    new LedgerEvent.UpdateCommitted(
                        e.commitment(),
                        e.index(),
                        SmallFederation.DOMAIN.sign(e.commitment(), STRANGER))));
    Problem problem = onlyProblem(report);
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.evidence()).containsEntry("participant", participant(0));
    assertThat(problem.evidence()).containsEntry("signedBy", STRANGER.address().toString());
    assertThat(report.rounds().getFirst().updates())
        .extracting(AuditReport.UpdateFinding::status)
        .containsOnlyOnce(UpdateStatus.UNSIGNED);
  }

  @Test
  void refusesACommitmentOfSomebodyWhoWasNoMemberThen() throws IOException {
    federation.playRound();
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.UpdateCommitted.class,
                    e -> signed(by(e.commitment(), STRANGER), STRANGER, e.index()))));
    assertThat(problem.what())
        .contains(STRANGER.address() + " committed in stage 0 but takes no part in it");
  }

  @Test
  void refusesACommitmentOfAMemberWhoWasAdmittedOnlyForTheNextRound() throws IOException {
    federation.openRound();
    federation.submit(federation.coordinator, new LedgerAction.Admit(STRANGER.address(), -1L));
    commitAndStoreAll();
    publishHonestly();
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.UpdateCommitted.class,
                    e -> signed(by(e.commitment(), STRANGER), STRANGER, 3))));
    assertThat(problem.what()).contains("takes no part in it");
  }

  @Test
  void namesAParticipantWhoseWeightLiesAboveTheCap() throws IOException {
    federation.playRound();
    LedgerReader ledger =
        first(LedgerEvent.RoundOpened.class, e -> opened(e, capped(e.opening(), 25)));
    assertThat(audit(ledger).problems())
        .anySatisfy(
            p -> {
              assertThat(p.who()).isEqualTo(participant(2));
              assertThat(p.evidence()).containsEntry("weight", "30").containsEntry("cap", "25");
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1L << 32, -1})
  void namesAParticipantWhoseWeightIsNone(long weight) throws IOException {
    federation.playRound();
    LedgerReader ledger =
        first(
            LedgerEvent.UpdateCommitted.class,
            e -> {
              UpdateCommitment c = e.commitment();
              return signed(
                  new UpdateCommitment(
                      c.roundId(), 0, c.participant(), c.digest(), c.size(), weight, 0),
                  federation.participants.get(0),
                  e.index());
            });
    assertThat(onlyProblem(audit(ledger)).who()).isEqualTo(participant(0));
  }

  @Test
  void namesAParticipantWhoSpentMoreThanItsBudget() throws IOException {
    federation.playRound();
    LedgerReader poor =
        first(
            LedgerEvent.ParticipantAdmitted.class,
            e -> new LedgerEvent.ParticipantAdmitted(e.participant(), e.index(), 5, e.fromRound()));
    LedgerReader spending =
        first(
            poor,
            LedgerEvent.UpdateCommitted.class,
            e -> {
              UpdateCommitment c = e.commitment();
              return signed(
                  new UpdateCommitment(
                      c.roundId(), 0, c.participant(), c.digest(), c.size(), c.weight(), 6),
                  federation.participants.get(0),
                  e.index());
            });
    Problem problem = onlyProblem(audit(spending));
    assertThat(problem.who()).isEqualTo(participant(0));
    assertThat(problem.evidence()).containsEntry("cost", "6").containsEntry("budget", "5");
  }

  @Test
  void findsACommitmentUnderAnotherIndex() throws IOException {
    federation.playRound();
    assertThat(
            audit(
                    first(
                        LedgerEvent.UpdateCommitted.class,
                        e -> new LedgerEvent.UpdateCommitted(e.commitment(), 7, e.signature())))
                .problems())
        .anySatisfy(p -> assertThat(p.what()).contains("another admission index"));
  }

  @Test
  void findsACommitmentThatWasTakenAfterTheDeadline() throws IOException {
    federation.playRound();
    Problem problem = onlyProblem(audit(at(1_101, LedgerEvent.UpdateCommitted.class)));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.round()).hasValue(1);
    assertThat(problem.evidence())
        .containsEntry("blockTime", "1101")
        .containsEntry("deadline", "1100");
  }

  @Test
  void acceptsACommitmentInTheLastSecond() throws IOException {
    federation.playRound();
    assertThat(audit(at(1_100, LedgerEvent.UpdateCommitted.class)).verified()).isTrue();
  }

  @Test
  void findsCommitsThatWereClosedEarly() throws IOException {
    federation.openRound();
    List<Path> updates =
        List.of(
            federation.commit(federation.participants.get(0), 10, 0.1f),
            federation.commit(federation.participants.get(1), 20, 0.2f));
    federation.passSeconds(101);
    federation.closeCommits();
    for (Path update : updates) {
      federation.store(update);
    }
    publishHonestly();
    assertThat(audit(federation.ledger()).verified()).isTrue();
    LedgerReader early =
        changed(
            e ->
                e.event() instanceof LedgerEvent.CommitsClosed c
                    ? new RecordedEvent(
                        new LedgerEvent.CommitsClosed(c.roundId(), 0, c.committed(), 1_100 + 50),
                        timed(e.block(), 1_100),
                        e.transaction(),
                        e.logIndex())
                    : e);
    assertThat(onlyProblem(audit(early)).what()).contains("closed before the deadline");
  }

  @Test
  void findsARevealDeadlineThatIsNotTheRounds() throws IOException {
    federation.playRound();
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.CommitsClosed.class,
                    e ->
                        new LedgerEvent.CommitsClosed(
                            e.roundId(), 0, e.committed(), e.deadline() + 1))));
    assertThat(problem.what()).contains("another deadline or count");
  }

  @Test
  void findsAPublicationThatWasTakenTooLate() throws IOException {
    federation.playRound();
    Problem problem = onlyProblem(audit(at(1_101, LedgerEvent.ModelPublished.class)));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.what()).contains("after its deadline");
  }

  @Test
  void blamesTheContractThatTookAnUpdateForMissingWhileItCouldStillCome() throws IOException {
    playRoundWithOneMissing(false);
    Problem problem = onlyProblem(audit(at(1_050, LedgerEvent.ModelPublished.class)));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.what()).contains("MISSING while it could still come");
  }

  @Test
  void findsARoundIdThatDoesNotBindWhatTheRoundWasOpenedWith() throws IOException {
    federation.playRound();
    Problem problem =
        onlyProblem(
            audit(first(LedgerEvent.RoundOpened.class, e -> opened(e, later(e.opening())))));
    assertThat(problem.what()).contains("round id is not the hash");
  }

  @Test
  void accusesNoAggregatorOfAPublicationThatSomebodyElseSigned() throws IOException {
    federation.playRound();
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.ModelPublished.class,
                    e ->
                        new LedgerEvent.ModelPublished(
                            e.publication(),
                            e.publicationId(),
                            e.aggregator(),
                            e.decision(),
                            SmallFederation.DOMAIN.sign(e.publication(), STRANGER)))));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.evidence()).containsEntry("signedBy", STRANGER.address().toString());
  }

  @Test
  void refusesAPublicationOfSomebodyWhoIsNoAggregator() throws IOException {
    federation.playRound();
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.ModelPublished.class,
                    e ->
                        new LedgerEvent.ModelPublished(
                            e.publication(),
                            e.publicationId(),
                            STRANGER.address(),
                            e.decision(),
                            SmallFederation.DOMAIN.sign(e.publication(), STRANGER)))));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.evidence()).containsEntry("aggregator", STRANGER.address().toString());
    assertThat(problem.what()).contains("not signed by an aggregator of the round");
  }

  @Test
  void findsAPublicationIdThatIsNotTheHash() throws IOException {
    federation.playRound();
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.ModelPublished.class,
                    e ->
                        new LedgerEvent.ModelPublished(
                            e.publication(),
                            new PublicationId(new byte[32]),
                            e.aggregator(),
                            e.decision(),
                            e.signature()))));
    assertThat(problem.what()).contains("publication id is not the publication's hash");
  }

  @Test
  void findsDecisionsOtherThanTheSignedOnesThatLeaveAnUpdateOut() throws IOException {
    federation.playRound();
    List<Problem> problems =
        audit(
                first(
                    LedgerEvent.ModelPublished.class,
                    e ->
                        new LedgerEvent.ModelPublished(
                            e.publication(),
                            e.publicationId(),
                            e.aggregator(),
                            Decision.of(3, List.of(0, 1), List.of()),
                            e.signature())))
            .problems();
    assertThat(problems)
        .anySatisfy(p -> assertThat(p.what()).contains("not those that the publication was signed"))
        .anySatisfy(
            p -> {
              assertThat(p.what()).contains("do not name each committed update once");
              assertThat(p.evidence())
                  .containsEntry("index", "2")
                  .containsEntry("committed", "true");
            })
        .allSatisfy(p -> assertThat(p.who()).isEqualTo("contract"));
  }

  @Test
  void namesAnAggregatorWhoPublishedARuleStateWhereTheRuleHasNone() throws IOException {
    federation.openRound();
    commitAndStoreAll();
    Path out = folder.resolve("model");
    var honest = (RoundComputation.Result.Aggregated) federation.compute(out);
    federation.store(out);
    Publication publication =
        new Publication(
            federation.round().id(),
            1,
            honest.model(),
            honest.modelSize(),
            Digest.ofContent(new byte[] {7}),
            1,
            honest.decision().digest());
    federation.submit(
        federation.aggregator,
        new LedgerAction.Publish(
            publication,
            honest.decision(),
            SmallFederation.DOMAIN.sign(publication, federation.aggregator)));
    assertThat(onlyProblem(audit(federation.ledger())).what()).contains("rule state");
  }

  @Test
  void verifiesAVersionThatEnoughVerifiersAttestedTo() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
  }

  @Test
  void findsAVersionThatTooFewVerifiersAttestedTo() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem = onlyProblem(audit(without(LedgerEvent.Attested.class)));
    assertThat(problem.what()).contains("too few attestations");
    assertThat(problem.evidence()).containsEntry("attested", "1").containsEntry("needed", "2");
  }

  @Test
  void accusesNoVerifierOfAnAttestationThatSomebodyElseSigned() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.Attested.class,
                    e ->
                        new LedgerEvent.Attested(
                            e.attestation(),
                            e.verifier(),
                            SmallFederation.DOMAIN.sign(e.attestation(), STRANGER)))));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.evidence()).containsEntry("verifier", VERIFIERS.get(0).address().toString());
    assertThat(problem.what()).contains("not signed by a verifier of the round");
  }

  @Test
  void refusesAnAttestationOfSomebodyWhoIsNoVerifier() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.Attested.class,
                    e ->
                        new LedgerEvent.Attested(
                            e.attestation(),
                            STRANGER.address(),
                            SmallFederation.DOMAIN.sign(e.attestation(), STRANGER)))));
    assertThat(problem.who()).isEqualTo("contract");
  }

  @Test
  void findsAnAttestationThatWasTakenTooLate() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem = onlyProblem(audit(at(1_051, LedgerEvent.Attested.class)));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.what()).contains("attestation came after its deadline");
  }

  @Test
  void namesAVerifierWhoDisputesWhatIsRight() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(1), Digest.NONE, false);
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem = onlyProblem(audit(federation.ledger()));
    assertThat(problem.who()).isEqualTo(VERIFIERS.get(1).address().toString());
    assertThat(problem.what()).contains("disputes a publication that is exactly");
    assertThat(problem.evidence())
        .containsEntry("recomputedDigest", model.toString())
        .containsEntry("attestedDigest", Digest.NONE.toString());
  }

  @Test
  void convictsNobodyForLackingAFile() throws IOException {
    Digest model = playRoundUpToAttestations();
    Digest lacking =
        federation.round().commitments().values().iterator().next().commitment().digest();
    PublicationId id = federation.round().pending().orElseThrow().record().publicationId();
    federation.attest(VERIFIERS.get(1), Attestation.lack(id, lacking));
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.verified()).isTrue();
    assertThat(report.notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .contains(VERIFIERS.get(1).address().toString())
                    .contains("for want of the file " + lacking));
  }

  @Test
  void namesAVerifierWhoLacksAFileThatTheRoundIsNotComputedFrom() throws IOException {
    Digest model = playRoundUpToAttestations();
    Digest noInput = Digest.ofContent(new byte[] {4});
    PublicationId id = federation.round().pending().orElseThrow().record().publicationId();
    federation.attest(VERIFIERS.get(1), Attestation.lack(id, noInput));
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem = onlyProblem(audit(federation.ledger()));
    assertThat(problem.who()).isEqualTo(VERIFIERS.get(1).address().toString());
    assertThat(problem.what())
        .contains("lacks a file from which nothing in this round is computed");
    assertThat(problem.evidence()).containsEntry("lacking", noInput.toString());
  }

  @Test
  void findsARoundThatWentOnThoughTooFewHadCommitted() throws IOException {
    federation.playRound();
    LedgerReader record =
        new ForwardingReader(federation.ledger()) {
          private boolean done;

          @Override
          public List<RecordedEvent> events(long from, long to) {
            List<RecordedEvent> events = new ArrayList<>();
            for (RecordedEvent e : super.events(from, to)) {
              events.add(e);
              if (!done && e.event() instanceof LedgerEvent.UpdateCommitted first) {
                done = true;
                events.add(
                    new RecordedEvent(
                        new LedgerEvent.CommitsClosed(
                            first.commitment().roundId(), 0, 1, e.block().timestamp() + 50),
                        e.block(),
                        e.transaction(),
                        e.logIndex() + 1));
              }
            }
            return events;
          }
        };
    assertThat(audit(record).problems())
        .filteredOn(p -> p.what().contains("went on in which too few had committed"))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.who()).isEqualTo("contract");
              assertThat(p.evidence()).containsEntry("committed", "1").containsEntry("needed", "2");
            });
  }

  @Test
  void findsARoundOnAnotherModelThanThatOfTheEarlierVersionThatItNames() throws IOException {
    federation.playRound();
    Digest first = federation.state().head().model();
    federation.playRound();
    federation.govern(
        GovernanceKind.BUILD_ON, Address.of("0x" + "00".repeat(20)), BigInteger.ONE, List.of());
    byte[] plan = SpecJson.write(federation.plan());
    RoundOpening onFirst =
        OpeningBuilder.of(federation.opening(Digest.ofContent(plan), plan.length, 1_000))
            .base(1, first, Digest.NONE)
            .build();
    federation.open(onFirst);
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(federation.round().id(), AbortReason.COORDINATOR));
    assertThat(audit(federation.ledger()).problems()).isEmpty();

    Digest other = federation.state().head().model();
    LedgerReader record =
        changed(
            e ->
                e.event() instanceof LedgerEvent.RoundOpened o && o.round() == 3
                    ? with(
                        e,
                        opened(o, OpeningBuilder.of(onFirst).base(1, other, Digest.NONE).build()))
                    : e);
    assertThat(audit(record).problems())
        .filteredOn(p -> p.what().contains("other files than those of the version that it names"))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.who()).isEqualTo("contract");
              assertThat(p.evidence())
                  .containsEntry("version", "1")
                  .containsEntry("model", first.toString())
                  .containsEntry("opened", other.toString());
            });
  }

  @Test
  void findsAVersion0OfAnotherSizeAndWritesNothing() throws IOException {
    federation.playRound();
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.FederationCreated.class,
                    e ->
                        new LedgerEvent.FederationCreated(
                            e.federation(),
                            e.spec(),
                            e.model(),
                            e.modelSize() + 1,
                            e.state(),
                            e.stateSize(),
                            e.quorum(),
                            e.attestationThreshold(),
                            e.recoverySeconds(),
                            e.successor()))));
    assertThat(problem.who()).isEqualTo("coordinator");
    assertThat(problem.evidence())
        .containsKeys("recordedSize", "madeSize")
        .doesNotContainKey("made");
  }

  @Test
  void countsNoLackForAMatch() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.Attested.class,
                    e -> {
                      Attestation lack =
                          Attestation.lack(
                              e.attestation().publicationId(),
                              federation.round().opening().baseModel());
                      return new LedgerEvent.Attested(
                          lack, e.verifier(), SmallFederation.DOMAIN.sign(lack, VERIFIERS.get(0)));
                    })));
    assertThat(problem.what()).contains("too few attestations");
  }

  @Test
  void namesAVerifierWhoseMatchIsWithOtherDigestsThanThePublications() throws IOException {
    Digest model = playRoundUpToAttestations();
    federation.attest(VERIFIERS.get(0), model, true);
    federation.attest(VERIFIERS.get(2), model, true);
    Problem problem =
        onlyProblem(
            audit(
                first(
                    LedgerEvent.Attested.class,
                    e -> {
                      Attestation other =
                          Attestation.match(
                              e.attestation().publicationId(),
                              Digest.ofContent(new byte[] {4}),
                              Digest.NONE);
                      return new LedgerEvent.Attested(
                          other,
                          e.verifier(),
                          SmallFederation.DOMAIN.sign(other, VERIFIERS.get(0)));
                    })));
    assertThat(problem.who()).isEqualTo(VERIFIERS.get(0).address().toString());
    assertThat(problem.what()).contains("does not say what its finding must");
  }

  @Test
  void namesAnAggregatorWhoRejectsForAReasonThatNobodyCanProve() throws IOException {
    federation.playRound();
    Decision reserved = Decision.of(3, List.of(0, 1), List.of(new Rejection(2, Reason.DIGEST)));
    assertThat(
            audit(
                    first(
                        LedgerEvent.ModelPublished.class,
                        e -> {
                          Publication p = e.publication();
                          Publication signed =
                              new Publication(
                                  p.roundId(),
                                  p.attempt(),
                                  p.model(),
                                  p.modelSize(),
                                  p.state(),
                                  p.stateSize(),
                                  reserved.digest());
                          return new LedgerEvent.ModelPublished(
                              signed,
                              signed.id(),
                              e.aggregator(),
                              reserved,
                              SmallFederation.DOMAIN.sign(signed, federation.aggregator));
                        }))
                .problems())
        .allSatisfy(p -> assertThat(p.who()).isEqualTo(federation.aggregator.address().toString()))
        .anySatisfy(p -> assertThat(p.what()).contains("for a reason that nobody can prove"));
  }

  @Test
  void findsAnAggregatorThatPublishedTwiceInOneRound() throws IOException {
    SigningKey second = SmallFederation.key(9);
    federation = new SmallFederation(folder.resolve("v"), OptionalDouble.empty(), VERIFIERS);
    federation.govern(
        GovernanceKind.ADD_AGGREGATOR, second.address(), BigInteger.ZERO, VERIFIERS.subList(0, 2));
    federation.openRound();
    commitAndStoreAll();
    federation.publish(wrongModel(), Decision.of(3, List.of(0, 1, 2), List.of()));
    federation.attest(VERIFIERS.get(0), Digest.NONE, false);
    federation.attest(VERIFIERS.get(1), Digest.NONE, false);
    Path out = folder.resolve("honest");
    var honest = (RoundComputation.Result.Aggregated) federation.compute(out);
    federation.store(out);
    Publication publication =
        new Publication(
            federation.round().id(),
            2,
            honest.model(),
            honest.modelSize(),
            Digest.NONE,
            0,
            honest.decision().digest());
    federation.submit(
        second,
        new LedgerAction.Publish(
            publication, honest.decision(), SmallFederation.DOMAIN.sign(publication, second)));
    federation.attest(VERIFIERS.get(0), honest.model(), true);
    federation.attest(VERIFIERS.get(1), honest.model(), true);
    assertThat(audit(federation.ledger()).verified()).isTrue();
    LedgerReader twice =
        changed(
            e ->
                e.event() instanceof LedgerEvent.ModelPublished p && p.publication().attempt() == 2
                    ? with(
                        e,
                        new LedgerEvent.ModelPublished(
                            p.publication(),
                            p.publicationId(),
                            federation.aggregator.address(),
                            p.decision(),
                            SmallFederation.DOMAIN.sign(p.publication(), federation.aggregator)))
                    : e);
    Problem problem = onlyProblem(audit(twice));
    assertThat(problem.who()).isEqualTo("contract");
    assertThat(problem.what()).contains("published twice");
  }

  @Test
  void findsThresholdsThatAreNoMajority() throws IOException {
    federation = new SmallFederation(folder.resolve("v"), OptionalDouble.empty(), VERIFIERS);
    federation.openRound();
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(
            federation.round().id(), org.fedledger.ledger.AbortReason.COORDINATOR));
    LedgerReader founded =
        first(
            LedgerEvent.FederationCreated.class,
            e ->
                new LedgerEvent.FederationCreated(
                    e.federation(),
                    e.spec(),
                    e.model(),
                    e.modelSize(),
                    e.state(),
                    e.stateSize(),
                    e.quorum(),
                    1,
                    e.recoverySeconds(),
                    e.successor()));
    LedgerReader weak =
        first(
            founded,
            LedgerEvent.RoundOpened.class,
            e ->
                new LedgerEvent.RoundOpened(
                    e.round(), e.roundId(), e.opening(), e.members(), e.verifiers(), 1));
    assertThat(audit(weak).problems())
        .extracting(Problem::what)
        .anySatisfy(what -> assertThat(what).contains("founded with offices"))
        .anySatisfy(what -> assertThat(what).contains("no majority of the verifiers"));
  }

  @Test
  void namesTheVerifiersWhoAttestToAWrongVersionBesideItsAggregator() throws IOException {
    openVerified();
    Path wrong = wrongModel();
    federation.publish(wrong, Decision.of(3, List.of(0, 1, 2), List.of()));
    Digest digest = Digest.ofContent(Files.readAllBytes(wrong));
    federation.attest(VERIFIERS.get(0), digest, true);
    federation.attest(VERIFIERS.get(1), digest, true);
    assertThat(audit(federation.ledger()).problems())
        .extracting(Problem::who)
        .containsExactlyInAnyOrder(
            federation.aggregator.address().toString(),
            VERIFIERS.get(0).address().toString(),
            VERIFIERS.get(1).address().toString());
  }

  @Test
  void namesAVerifierWhoAttestsToAPublicationThatFailed() throws IOException {
    openVerified();
    Path wrong = wrongModel();
    federation.publish(wrong, Decision.of(3, List.of(0, 1, 2), List.of()));
    Digest digest = Digest.ofContent(Files.readAllBytes(wrong));
    federation.attest(VERIFIERS.get(0), digest, true);
    federation.attest(VERIFIERS.get(1), Digest.NONE, false);
    federation.attest(VERIFIERS.get(2), Digest.NONE, false);
    federation.passSeconds(200);
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(
            federation.round().id(), org.fedledger.ledger.AbortReason.DEADLINE));
    AuditReport report = audit(federation.ledger());
    assertThat(onlyProblem(report).who()).isEqualTo(VERIFIERS.get(0).address().toString());
    assertThat(report.notes()).anySatisfy(n -> assertThat(n).contains("recomputed, it was wrong"));
  }

  @Test
  void findsAnAbortBeforeItsDeadline() throws IOException {
    openVerified();
    federation.passSeconds(101);
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(
            federation.round().id(), org.fedledger.ledger.AbortReason.DEADLINE));
    assertThat(audit(federation.ledger()).problems()).isEmpty();
    assertThat(onlyProblem(audit(at(1_100, LedgerEvent.RoundAborted.class))).what())
        .contains("aborted at a deadline that had not passed");
  }

  @Test
  void findsAPublicationThatFailedBeforeItsDeadline() throws IOException {
    playRoundUpToAttestations();
    federation.passSeconds(51);
    federation.submit(
        federation.coordinator, new LedgerAction.ExpirePublication(federation.round().id()));
    assertThat(audit(federation.ledger()).problems()).isEmpty();
    assertThat(onlyProblem(audit(at(1_050, LedgerEvent.PublicationFailed.class))).what())
        .contains("failed at a deadline that had not passed");
    LedgerReader disputed =
        first(
            LedgerEvent.PublicationFailed.class,
            e ->
                new LedgerEvent.PublicationFailed(
                    e.roundId(), e.attempt(), e.publicationId(), FailureReason.DISPUTED));
    assertThat(onlyProblem(audit(disputed)).what()).contains("too few verifiers who differ");
  }

  @Test
  void noticesThatTheLastVersionsFileWasReplacedInTheStore() throws IOException {
    federation.playRound();
    Path file = federation.stored(federation.state().head().model());
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    AuditReport report = audit(federation.ledger());
    assertThat(report.problems()).isEmpty();
    assertThat(report.gaps())
        .singleElement()
        .satisfies(
            gap ->
                assertThat(gap.what())
                    .contains("the file of version 1")
                    .contains("damaged in the store"));
  }

  @Test
  void goesNoFurtherWhereTheRecordContradictsItself() throws IOException {
    federation.playRound();
    federation.playRound();
    AuditReport report =
        audit(
            changed(
                e ->
                    e.event() instanceof LedgerEvent.RoundOpened o && o.round() == 2
                        ? with(
                            e,
                            opened(
                                o,
                                OpeningBuilder.of(o.opening())
                                    .base(1, Digest.ofContent(new byte[] {3}), Digest.NONE)
                                    .build()))
                        : e));
    assertThat(onlyProblem(report).what()).contains("round 2 builds on version 1 with model");
    assertThat(report.rounds()).hasSize(1);
  }

  // What records are made of.

  private void openVerified() throws IOException {
    federation = new SmallFederation(folder.resolve("verified"), OptionalDouble.empty(), VERIFIERS);
    federation.openRound();
    commitAndStoreAll();
  }

  private Digest playRoundUpToAttestations() throws IOException {
    openVerified();
    return publishHonestly();
  }

  private Digest publishHonestly() throws IOException {
    Path out = folder.resolve("model");
    var honest = (RoundComputation.Result.Aggregated) federation.compute(out);
    federation.publish(out, honest.decision());
    return honest.model();
  }

  private Path wrongModel() throws IOException {
    Path out = folder.resolve("model");
    federation.compute(out);
    byte[] content = Files.readAllBytes(out);
    content[content.length - 1] ^= 1;
    return Files.write(folder.resolve("wrong"), content);
  }

  private void playRoundWithOneMissing(boolean store) throws IOException {
    federation.openRound();
    List<Path> updates = commitAll();
    federation.closeCommits();
    federation.store(updates.get(0));
    federation.store(updates.get(1));
    federation.passSeconds(51);
    publishHonestly();
    if (store) {
      federation.store(updates.get(2));
    }
  }

  private List<Path> commitAll() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      files.add(federation.commit(federation.participants.get(i), 10 * (i + 1), 0.1f * (i + 1)));
    }
    return files;
  }

  private void commitAndStoreAll() throws IOException {
    List<Path> updates = commitAll();
    federation.closeCommits();
    for (Path update : updates) {
      federation.store(update);
    }
  }

  private String participant(int index) {
    return federation.participants.get(index).address().toString();
  }

  private static UpdateCommitment by(UpdateCommitment c, SigningKey key) {
    return new UpdateCommitment(
        c.roundId(), c.stage(), key.address(), c.digest(), c.size(), c.weight(), c.privacyCost());
  }

  private static LedgerEvent.UpdateCommitted signed(UpdateCommitment c, SigningKey key, int index) {
    return new LedgerEvent.UpdateCommitted(c, index, SmallFederation.DOMAIN.sign(c, key));
  }

  private static LedgerEvent.RoundOpened opened(LedgerEvent.RoundOpened e, RoundOpening opening) {
    return new LedgerEvent.RoundOpened(
        e.round(), e.roundId(), opening, e.members(), e.verifiers(), e.attestationThreshold());
  }

  private static RoundOpening capped(RoundOpening o, long cap) {
    return OpeningBuilder.of(o).weightCap(cap).build();
  }

  private static RoundOpening later(RoundOpening o) {
    return OpeningBuilder.of(o).commitDeadline(o.commitDeadline() + 1).build();
  }

  // How they are broken.

  private LedgerReader changed(Function<RecordedEvent, RecordedEvent> change) {
    return changed(federation.ledger(), e -> Optional.of(change.apply(e)));
  }

  private static LedgerReader changed(
      LedgerReader ledger, Function<RecordedEvent, Optional<RecordedEvent>> change) {
    return new ForwardingReader(ledger) {
      @Override
      public List<RecordedEvent> events(long from, long to) {
        return super.events(from, to).stream().map(change).flatMap(Optional::stream).toList();
      }
    };
  }

  private <E extends LedgerEvent> LedgerReader first(
      Class<E> type, Function<E, ? extends LedgerEvent> change) {
    return first(federation.ledger(), type, change);
  }

  private static <E extends LedgerEvent> LedgerReader first(
      LedgerReader ledger, Class<E> type, Function<E, ? extends LedgerEvent> change) {
    boolean[] done = {false};
    return changed(
        ledger,
        e -> {
          if (done[0] || !type.isInstance(e.event())) {
            return Optional.of(e);
          }
          done[0] = true;
          return Optional.of(with(e, change.apply(type.cast(e.event()))));
        });
  }

  /** The first event of that type stands in a block of that time. */
  private LedgerReader at(long time, Class<? extends LedgerEvent> type) {
    boolean[] done = {false};
    return changed(
        e -> {
          if (done[0] || !type.isInstance(e.event())) {
            return e;
          }
          done[0] = true;
          return new RecordedEvent(
              e.event(), timed(e.block(), time), e.transaction(), e.logIndex());
        });
  }

  private LedgerReader without(Class<? extends LedgerEvent> type) {
    boolean[] done = {false};
    return changed(
        federation.ledger(),
        e -> {
          boolean left = !done[0] && type.isInstance(e.event());
          done[0] |= left;
          return left ? Optional.empty() : Optional.of(e);
        });
  }

  private static RecordedEvent with(RecordedEvent e, LedgerEvent event) {
    return new RecordedEvent(event, e.block(), e.transaction(), e.logIndex());
  }

  private static BlockRef timed(BlockRef block, long time) {
    return new BlockRef(block.number(), block.hash(), block.parent(), time);
  }

  private static Problem onlyProblem(AuditReport report) {
    assertThat(report.problems()).hasSize(1);
    assertThat(report.verified()).isFalse();
    return report.problems().getFirst();
  }

  private AuditReport audit(LedgerReader ledger) throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    AuditReport report = new Audit(ledger, federation.store, work, _ -> {}).run(0, _ -> true);
    assertThat(work).isEmptyDirectory();
    return report;
  }
}
