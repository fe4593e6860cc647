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
import org.fedledger.ledger.LedgerEvent;
import org.fedledger.ledger.RoleChange;
import org.fedledger.ledger.RoundOpening;
import org.fedledger.signing.Attestation;
import org.fedledger.signing.Decision;
import org.fedledger.signing.Publication;
import org.fedledger.signing.UpdateCommitment;
import org.fedledger.types.Digest;
import org.fedledger.types.FederationId;
import org.fedledger.types.PublicationId;
import org.fedledger.types.RoundId;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.protocol.core.methods.response.Log;

/** Reads the contract's logs as the protocol's events. */
final class Events {

  private static final Map<String, Function<Log, LedgerEvent>> BY_TOPIC = new HashMap<>();

  static {
    on(FederatedLedger.FEDERATIONCREATED_EVENT, Events::created);
    on(
        FederatedLedger.COORDINATORCHANGED_EVENT,
        log -> {
          var e = FederatedLedger.getCoordinatorChangedEventFromLog(log);
          return new LedgerEvent.CoordinatorChanged(
              address(e.coordinator), e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.GOVERNANCEAPPROVED_EVENT,
        log -> {
          var e = FederatedLedger.getGovernanceApprovedEventFromLog(log);
          return new LedgerEvent.GovernanceApproved(
              e.nonce.longValueExact(),
              RoleChange.of(e.kind.intValueExact()),
              address(e.account),
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
              address(e.participant), address(e.signer), e.fromRound.longValueExact());
        });
    on(
        FederatedLedger.PRIVACYBUDGETRAISED_EVENT,
        log -> {
          var e = FederatedLedger.getPrivacyBudgetRaisedEventFromLog(log);
          return new LedgerEvent.PrivacyBudgetRaised(
              address(e.participant), e.budget.longValue(), e.fromRound.longValueExact());
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
              e.committed.intValueExact(),
              e.revealDeadline.longValueExact());
        });
    on(FederatedLedger.MODELPUBLISHED_EVENT, Events::published);
    on(
        FederatedLedger.ATTESTED_EVENT,
        log -> {
          var e = FederatedLedger.getAttestedEventFromLog(log);
          return new LedgerEvent.Attested(
              new Attestation(
                  new PublicationId(e.publicationId), digest(e.model), digest(e.state), e.matches),
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

  private static void on(Event event, Function<Log, LedgerEvent> reader) {
    BY_TOPIC.put(EventEncoder.encode(event), reader);
  }

  /** Empty for logs that repeat what another event says, such as one for each rejection. */
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
        e.attestationThreshold.intValueExact());
  }

  private static LedgerEvent opened(Log log) {
    var e = FederatedLedger.getRoundOpenedEventFromLog(log);
    return new LedgerEvent.RoundOpened(
        e.round.longValueExact(),
        new RoundId(e.roundId),
        new RoundOpening(
            digest(e.planDigest),
            e.planSize.longValue(),
            e.commitDeadline.longValueExact(),
            e.revealSeconds.intValueExact(),
            e.publicationSeconds.intValueExact(),
            e.attestationSeconds.intValueExact(),
            e.weightCap.longValueExact()),
        e.baseVersion.longValueExact(),
        digest(e.baseModel),
        digest(e.baseState),
        e.members.intValueExact(),
        e.verifiers.intValueExact());
  }

  private static LedgerEvent committed(Log log) {
    var e = FederatedLedger.getUpdateCommittedEventFromLog(log);
    return new LedgerEvent.UpdateCommitted(
        new UpdateCommitment(
            new RoundId(e.roundId),
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
