package org.fedledger.contracts;

import static org.fedledger.contracts.Words.address;
import static org.fedledger.contracts.Words.digest;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fedledger.contracts.generated.FederatedLedger;
import org.fedledger.crypto.Signature;
import org.fedledger.ledger.AbortReason;
import org.fedledger.ledger.FailureReason;
import org.fedledger.ledger.GovernanceKind;
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Finding;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Address;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.protocol.core.methods.response.Log;

/** Reads the contract's logs as the protocol's events. */
final class Events {

  private static final Address NOBODY = new Address(new byte[Address.LENGTH]);
  private static final Map<String, Function<Log, LedgerEvent>> BY_TOPIC = new HashMap<>();

  static {
    on(FederatedLedger.FEDERATIONCREATED_EVENT, Events::created);
    on(
        FederatedLedger.COORDINATORCHANGED_EVENT,
        log -> {
          var e = FederatedLedger.getCoordinatorChangedEventFromLog(log);
          return new LedgerEvent.CoordinatorChanged(
              orNobody(e.previous), address(e.coordinator), e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.SUCCESSORCHANGED_EVENT,
        log ->
            new LedgerEvent.SuccessorChanged(
                orNobody(FederatedLedger.getSuccessorChangedEventFromLog(log).successor)));
    on(
        FederatedLedger.COORDINATIONCLAIMED_EVENT,
        log -> {
          var e = FederatedLedger.getCoordinationClaimedEventFromLog(log);
          return new LedgerEvent.CoordinationClaimed(
              address(e.successor), e.readyAt.longValueExact());
        });
    on(
        FederatedLedger.COORDINATIONCLAIMVETOED_EVENT,
        log ->
            new LedgerEvent.CoordinationClaimVetoed(
                address(FederatedLedger.getCoordinationClaimVetoedEventFromLog(log).successor)));
    on(
        FederatedLedger.THRESHOLDCHANGED_EVENT,
        log -> {
          var e = FederatedLedger.getThresholdChangedEventFromLog(log);
          return new LedgerEvent.ThresholdChanged(
              e.threshold.intValueExact(), e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.BASEAPPROVED_EVENT,
        log ->
            new LedgerEvent.BaseApproved(
                FederatedLedger.getBaseApprovedEventFromLog(log).version.longValueExact()));
    on(
        FederatedLedger.RECOVERYREQUESTED_EVENT,
        log -> {
          var e = FederatedLedger.getRecoveryRequestedEventFromLog(log);
          return new LedgerEvent.RecoveryRequested(
              address(e.participant),
              address(e.signer),
              e.nonce.longValueExact(),
              e.readyAt.longValueExact());
        });
    on(
        FederatedLedger.RECOVERYVETOED_EVENT,
        log -> {
          var e = FederatedLedger.getRecoveryVetoedEventFromLog(log);
          return new LedgerEvent.RecoveryVetoed(
              address(e.participant), address(e.signer), e.nonce.longValueExact());
        });
    on(
        FederatedLedger.SIGNINGKEYRECOVERED_EVENT,
        log -> {
          var e = FederatedLedger.getSigningKeyRecoveredEventFromLog(log);
          return new LedgerEvent.SigningKeyRecovered(
              address(e.participant),
              address(e.signer),
              address(e.previousSigner),
              e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.GOVERNANCEAPPROVED_EVENT,
        log -> {
          var e = FederatedLedger.getGovernanceApprovedEventFromLog(log);
          return new LedgerEvent.GovernanceApproved(
              e.nonce.longValueExact(),
              GovernanceKind.of(e.kind.intValueExact()),
              address(e.account),
              e.value,
              e.signatures.stream().map(Signature::new).toList());
        });
    on(
        FederatedLedger.PARTICIPANTADMITTED_EVENT,
        log -> {
          var e = FederatedLedger.getParticipantAdmittedEventFromLog(log);
          return new LedgerEvent.ParticipantAdmitted(
              address(e.participant),
              e.index.intValueExact(),
              e.privacyBudget.longValue(),
              e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.PARTICIPANTSUSPENDED_EVENT,
        log -> {
          var e = FederatedLedger.getParticipantSuspendedEventFromLog(log);
          return new LedgerEvent.ParticipantSuspended(
              address(e.participant), e.untilRound.longValueExact());
        });
    on(
        FederatedLedger.SIGNINGKEYROTATED_EVENT,
        log -> {
          var e = FederatedLedger.getSigningKeyRotatedEventFromLog(log);
          return new LedgerEvent.SigningKeyRotated(
              address(e.participant),
              address(e.signer),
              address(e.previousSigner),
              e.fromRound.longValueExact(),
              e.nonce.longValueExact(),
              new Signature(e.signature));
        });
    on(
        FederatedLedger.PRIVACYBUDGETRAISED_EVENT,
        log -> {
          var e = FederatedLedger.getPrivacyBudgetRaisedEventFromLog(log);
          return new LedgerEvent.PrivacyBudgetRaised(
              address(e.participant),
              e.previousBudget.longValue(),
              e.budget.longValue(),
              e.fromRound.longValueExact(),
              new Signature(e.signature));
        });
    on(
        FederatedLedger.VERIFIERADDED_EVENT,
        log -> {
          var e = FederatedLedger.getVerifierAddedEventFromLog(log);
          return new LedgerEvent.VerifierAdded(address(e.verifier), e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.VERIFIERREMOVED_EVENT,
        log -> {
          var e = FederatedLedger.getVerifierRemovedEventFromLog(log);
          return new LedgerEvent.VerifierRemoved(
              address(e.verifier), e.untilRound.longValueExact());
        });
    on(
        FederatedLedger.AGGREGATORADDED_EVENT,
        log -> {
          var e = FederatedLedger.getAggregatorAddedEventFromLog(log);
          return new LedgerEvent.AggregatorAdded(
              address(e.aggregator), e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.AGGREGATORREMOVED_EVENT,
        log -> {
          var e = FederatedLedger.getAggregatorRemovedEventFromLog(log);
          return new LedgerEvent.AggregatorRemoved(
              address(e.aggregator), e.untilRound.longValueExact());
        });
    on(
        FederatedLedger.AUDITORGRANTED_EVENT,
        log ->
            new LedgerEvent.AuditorGranted(
                address(FederatedLedger.getAuditorGrantedEventFromLog(log).auditor)));
    on(
        FederatedLedger.AUDITORREVOKED_EVENT,
        log ->
            new LedgerEvent.AuditorRevoked(
                address(FederatedLedger.getAuditorRevokedEventFromLog(log).auditor)));
    on(FederatedLedger.ROUNDOPENED_EVENT, Events::opened);
    on(FederatedLedger.UPDATECOMMITTED_EVENT, Events::committed);
    on(
        FederatedLedger.COMMITSCLOSED_EVENT,
        log -> {
          var e = FederatedLedger.getCommitsClosedEventFromLog(log);
          return new LedgerEvent.CommitsClosed(
              new RoundId(e.roundId),
              e.stage.intValueExact(),
              e.committed.intValueExact(),
              e.deadline.longValueExact());
        });
    on(FederatedLedger.MODELPUBLISHED_EVENT, Events::published);
    on(
        FederatedLedger.ATTESTED_EVENT,
        log -> {
          var e = FederatedLedger.getAttestedEventFromLog(log);
          return new LedgerEvent.Attested(
              new Attestation(
                  new PublicationId(e.publicationId),
                  digest(e.model),
                  digest(e.state),
                  Finding.of(e.finding.intValueExact()),
                  digest(e.lacking)),
              address(e.verifier),
              new Signature(e.signature));
        });
    on(
        FederatedLedger.PUBLICATIONFAILED_EVENT,
        log -> {
          var e = FederatedLedger.getPublicationFailedEventFromLog(log);
          return new LedgerEvent.PublicationFailed(
              new RoundId(e.roundId),
              e.attempt.longValueExact(),
              new PublicationId(e.publicationId),
              FailureReason.of(e.reason.intValueExact()));
        });
    on(
        FederatedLedger.VERSIONFINAL_EVENT,
        log -> {
          var e = FederatedLedger.getVersionFinalEventFromLog(log);
          return new LedgerEvent.VersionFinal(
              e.version.longValueExact(),
              digest(e.model),
              digest(e.state),
              digest(e.parent),
              new RoundId(e.roundId),
              e.attempt.longValueExact());
        });
    on(
        FederatedLedger.ROUNDABORTED_EVENT,
        log -> {
          var e = FederatedLedger.getRoundAbortedEventFromLog(log);
          return new LedgerEvent.RoundAborted(
              e.round.longValueExact(),
              new RoundId(e.roundId),
              AbortReason.of(e.reason.intValueExact()));
        });
    on(FederatedLedger.FEDERATIONCLOSED_EVENT, _ -> new LedgerEvent.FederationClosed());
  }

  private Events() {}

  /** The contract writes the zero address where there is nobody. */
  private static Optional<Address> orNobody(String account) {
    Address read = address(account);
    return read.equals(NOBODY) ? Optional.empty() : Optional.of(read);
  }

  private static void on(Event event, Function<Log, LedgerEvent> reader) {
    BY_TOPIC.put(EventEncoder.encode(event), reader);
  }

  /** Empty for logs of another contract's events. */
  static Optional<LedgerEvent> read(Log log) {
    if (log.getTopics().isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(BY_TOPIC.get(log.getTopics().getFirst())).map(r -> r.apply(log));
  }

  private static LedgerEvent created(Log log) {
    var e = FederatedLedger.getFederationCreatedEventFromLog(log);
    return new LedgerEvent.FederationCreated(
        new FederationId(e.federationId),
        digest(e.specDigest),
        digest(e.model),
        e.modelSize.longValue(),
        digest(e.state),
        e.stateSize.longValue(),
        e.quorum.intValueExact(),
        e.attestationThreshold.intValueExact(),
        e.recoverySeconds.longValueExact(),
        orNobody(e.successor));
  }

  private static LedgerEvent opened(Log log) {
    var e = FederatedLedger.getRoundOpenedEventFromLog(log);
    var o = e.opening;
    return new LedgerEvent.RoundOpened(
        e.round.longValueExact(),
        new RoundId(e.roundId),
        new RoundOpening(
            digest(o.planDigest),
            o.planSize.longValue(),
            o.baseVersion.longValueExact(),
            digest(o.baseModel),
            digest(o.baseState),
            o.commitDeadline.longValueExact(),
            o.laterStages,
            o.revealSeconds.intValueExact(),
            o.publicationSeconds.intValueExact(),
            o.attestationSeconds.intValueExact(),
            o.attempts.intValueExact(),
            o.drawThreshold,
            o.drawn.intValueExact(),
            o.weightCap.longValueExact()),
        e.members.intValueExact(),
        e.verifiers.intValueExact(),
        e.attestationThreshold.intValueExact());
  }

  private static LedgerEvent committed(Log log) {
    var e = FederatedLedger.getUpdateCommittedEventFromLog(log);
    return new LedgerEvent.UpdateCommitted(
        new UpdateCommitment(
            new RoundId(e.roundId),
            e.stage.intValueExact(),
            address(e.participant),
            digest(e.digest),
            e.size.longValue(),
            e.weight.longValueExact(),
            e.privacyCost.longValue()),
        e.index.intValueExact(),
        new Signature(e.signature));
  }

  private static LedgerEvent published(Log log) {
    var e = FederatedLedger.getModelPublishedEventFromLog(log);
    Decision decision = Decision.decode(e.accepted, e.rejected);
    return new LedgerEvent.ModelPublished(
        new Publication(
            new RoundId(e.roundId),
            e.attempt.longValueExact(),
            new Digest(e.model),
            e.modelSize.longValue(),
            new Digest(e.state),
            e.stateSize.longValue(),
            decision.digest()),
        new PublicationId(e.publicationId),
        address(e.aggregator),
        decision,
        new Signature(e.signature));
  }
}
