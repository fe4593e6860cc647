package org.fedledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fedledger.json.MalformedJsonException;
import org.fedledger.ledger.ForwardingReader;
import org.fedledger.ledger.LedgerAction;
import org.fedledger.ledger.LedgerReader;
import org.fedledger.ledger.RecordedEvent;
import org.fedledger.signing.SigningDomain;
import org.fedledger.spec.SpecJson;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

  @TempDir Path folder;
  private SmallFederation federation;

  @BeforeEach
  void found() throws IOException {
    federation = new SmallFederation(folder);
  }

  @Test
  void comesBackFromItsFileAsItWas() throws IOException {
    federation.playRound();
    Checkpoint checkpoint = audit(AuditOptions.PLAIN).checkpoint().orElseThrow();
    byte[] file = CheckpointJson.write(checkpoint);
    Checkpoint read = CheckpointJson.parse(file);
    assertThat(CheckpointJson.write(read)).isEqualTo(file);
    assertThat(read.state().participants()).isEqualTo(checkpoint.state().participants());
    assertThat(read.state().head()).isEqualTo(checkpoint.state().head());
    assertThat(read.block()).isEqualTo(checkpoint.block());
    assertThat(read.round()).isEqualTo(1);
  }

  @Test
  void comesBackAlsoWhereAnAbortedRoundClaimedAPlanOfAnySize() throws IOException {
    federation.playRound();
    byte[] plan = SpecJson.write(federation.plan());
    federation.openRound(Digest.ofContent(plan), -1L, 1_000);
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(
            federation.round().id(), org.fedledger.ledger.AbortReason.COORDINATOR));
    Checkpoint checkpoint = audit(AuditOptions.PLAIN).checkpoint().orElseThrow();
    assertThat(reread(checkpoint).state().round().orElseThrow().opening())
        .isEqualTo(checkpoint.state().round().orElseThrow().opening());
  }

  @Test
  void letsAnAuditGoOnReadingAndRecomputingOnlyWhatCameAfter() throws IOException {
    federation.playRound();
    federation.playRound();
    Checkpoint checkpoint = reread(audit(AuditOptions.PLAIN).checkpoint().orElseThrow());
    federation.submit(
        federation.coordinator, new LedgerAction.Admit(SmallFederation.key(9).address(), 5));
    federation.submit(
        federation.coordinator, new LedgerAction.Suspend(SmallFederation.key(9).address()));
    federation.openRound();
    federation.submit(
        federation.coordinator,
        new LedgerAction.AbortRound(
            federation.round().id(), org.fedledger.ledger.AbortReason.COORDINATOR));
    federation.playRound();
    List<Long> read = new ArrayList<>();
    LedgerReader ledger =
        new ForwardingReader(federation.ledger()) {
          @Override
          public List<RecordedEvent> events(long from, long to) {
            read.add(from);
            return super.events(from, to);
          }
        };
    List<AuditPart> parts = new ArrayList<>();
    AuditSummary summary = audit(ledger, AuditOptions.PLAIN.since(checkpoint), parts);
    assertThat(summary.verified()).isTrue();
    assertThat(summary.since()).hasValue(2);
    assertThat(parts).extracting(p -> p.finding().orElseThrow().round()).containsExactly(3L, 4L);
    assertThat(read).allMatch(from -> from >= checkpoint.block().number());
    assertThat(summary.checkpoint().orElseThrow().state())
        .isEqualTo(audit(AuditOptions.PLAIN).checkpoint().orElseThrow().state());
  }

  @Test
  void staysWhereItWasWhenNoRoundHasEndedSince() throws IOException {
    federation.playRound();
    Checkpoint checkpoint = audit(AuditOptions.PLAIN).checkpoint().orElseThrow();
    federation.passSeconds(10);
    AuditSummary summary = audit(AuditOptions.PLAIN.since(reread(checkpoint)));
    assertThat(summary.verified()).isTrue();
    assertThat(summary.rounds()).isZero();
    assertThat(CheckpointJson.write(summary.checkpoint().orElseThrow()))
        .isEqualTo(CheckpointJson.write(checkpoint));
  }

  @Test
  void isNotGivenForWhatIsNotVerified() throws IOException {
    var updates = federation.playRound();
    Files.delete(
        federation.stored(
            Digest.ofContent(Files.readAllBytes(updates.get(federation.participants.get(0))))));
    assertThat(audit(AuditOptions.PLAIN).checkpoint()).isEmpty();
  }

  @Test
  void isNotGivenWhenARoundWasLeftOut() throws IOException {
    federation.playRound();
    federation.playRound();
    Path work = Files.createTempDirectory(folder, "work");
    AuditSummary summary =
        new Audit(federation.ledger(), federation.store, work, _ -> {})
            .run(0, n -> n == 2, _ -> {});
    assertThat(summary.verified()).isTrue();
    assertThat(summary.checkpoint()).isEmpty();
  }

  @Test
  void doesNotFitAfterItsBlockWasReorganisedAway() throws IOException {
    federation.playRound();
    Checkpoint checkpoint = audit(AuditOptions.PLAIN).checkpoint().orElseThrow();
    federation.chain.reorganise(1);
    assertThat(checkpoint.fit(federation.ledger()))
        .isInstanceOfSatisfying(
            Checkpoint.Fit.Rewritten.class, r -> assertThat(r.why()).contains("reorganised"));
    assertThatThrownBy(() -> audit(AuditOptions.PLAIN.since(checkpoint)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void doesNotFitAnotherContract() throws IOException {
    federation.playRound();
    Checkpoint checkpoint = audit(AuditOptions.PLAIN).checkpoint().orElseThrow();
    LedgerReader other =
        new ForwardingReader(federation.ledger()) {
          @Override
          public SigningDomain domain() {
            return new SigningDomain(1337, Address.of("0x" + "aa".repeat(20)));
          }
        };
    assertThat(checkpoint.fit(other))
        .isInstanceOfSatisfying(
            Checkpoint.Fit.OtherFederation.class, o -> assertThat(o.why()).contains("0xaaaa"));
  }

  @Test
  void refusesAFileOfWhichAnyByteWasChanged() throws IOException {
    federation.playRound();
    byte[] file = CheckpointJson.write(audit(AuditOptions.PLAIN).checkpoint().orElseThrow());
    for (int i = 0; i < file.length; i++) {
      byte[] damaged = file.clone();
      damaged[i] ^= 1;
      assertThatThrownBy(() -> CheckpointJson.parse(damaged))
          .as(new String(damaged, StandardCharsets.ISO_8859_1))
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void fitsACanonicalDocumentWithTheMostParticipants() throws IOException {
    federation.playRound();
    Checkpoint c = audit(AuditOptions.PLAIN).checkpoint().orElseThrow();
    var many = new java.util.TreeMap<Address, org.fedledger.ledger.ParticipantRecord>();
    for (int i = 0; i < 4_096; i++) {
      Address address = Address.of("0x%040x".formatted(i));
      many.put(
          address,
          new org.fedledger.ledger.ParticipantRecord(
              address,
              i,
              Address.of("0x" + "f".repeat(40)),
              1,
              Optional.of(1L),
              Optional.empty(),
              new org.fedledger.ledger.Tenure(1_000_000, 2_000_000),
              -2L,
              -3L,
              0L));
    }
    var s = c.state();
    Checkpoint large =
        new Checkpoint(
            c.domain(),
            c.founding(),
            new org.fedledger.ledger.FederationState(
                s.created(),
                s.coordinator(),
                s.successor(),
                s.claimReadyAt(),
                s.governanceNonce(),
                s.attestationThreshold(),
                many,
                s.verifiers(),
                s.aggregators(),
                s.auditors(),
                s.head(),
                s.approvedBase(),
                s.round(),
                s.closed(),
                s.at()),
            c.logIndex());
    assertThat(CheckpointJson.parse(CheckpointJson.write(large)).state().participants())
        .isEqualTo(many);
  }

  private static Checkpoint reread(Checkpoint checkpoint) {
    return CheckpointJson.parse(CheckpointJson.write(checkpoint));
  }

  private AuditSummary audit(AuditOptions options) throws IOException {
    return audit(federation.ledger(), options, new ArrayList<>());
  }

  private AuditSummary audit(LedgerReader ledger, AuditOptions options, List<AuditPart> parts)
      throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    return new Audit(ledger, federation.store, work, _ -> {}, options)
        .run(0, _ -> true, parts::add);
  }
}
