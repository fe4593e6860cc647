// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {Bitmaps} from "./Bitmaps.sol";
import {Decisions} from "./Decisions.sol";
import {IFederatedLedger} from "./IFederatedLedger.sol";
import {Messages} from "./Messages.sol";
import {Stages} from "./Stages.sol";

/// @title The ledger of one federation
/// @dev Numbers of rounds, versions and accounts and times in seconds stay far below what their words hold, and what
/// could leave its bounds is compared first: so arithmetic is unchecked.
contract FederatedLedger is IFederatedLedger {

    uint256 private constant MAX_PARTICIPANTS = 4096;
    uint256 private constant MAX_OFFICERS = 64;
    uint256 private constant MAX_ATTEMPTS = 64;
    uint256 private constant MAX_DURATION = 30 days;
    uint256 private constant MAX_WEIGHT = type(uint32).max;

    /// @dev The draw threshold of a round for which all members are drawn.
    uint256 private constant EVERYBODY = type(uint256).max;

    /// @dev The reason that an update's file never came.
    uint8 private constant MISSING = 1;

    /// @dev Keeps a word from being zero before its first use, so that no publication pays for a fresh one.
    bytes32 private constant UNUSED = bytes32(uint256(1));

    /// @dev The kinds of change, as bits, that name an account and that carry a value.
    uint256 private constant NAMING = 1 << uint8(GovernanceKind.AddVerifier)
        | 1 << uint8(GovernanceKind.RemoveVerifier) | 1 << uint8(GovernanceKind.ReplaceVerifier)
        | 1 << uint8(GovernanceKind.AddAggregator) | 1 << uint8(GovernanceKind.RemoveAggregator)
        | 1 << uint8(GovernanceKind.ChangeCoordinator) | 1 << uint8(GovernanceKind.RecoverKey)
        | 1 << uint8(GovernanceKind.ChangeSuccessor);
    uint256 private constant VALUED = 1 << uint8(GovernanceKind.AddVerifier)
        | 1 << uint8(GovernanceKind.RemoveVerifier) | 1 << uint8(GovernanceKind.ReplaceVerifier)
        | 1 << uint8(GovernanceKind.ChangeThreshold) | 1 << uint8(GovernanceKind.RecoverKey)
        | 1 << uint8(GovernanceKind.BuildOn);

    /// @dev The first two words are read by every commitment, the third only in the round of a change of keys.
    struct Participant {
        address signer;
        uint48 signerFrom;
        uint16 index;
        uint32 keyChanges;
        uint64 budget;
        uint64 previousBudget;
        uint64 spent;
        uint48 budgetFrom;
        address previousSigner;
        uint48 from;
        uint48 until;
    }

    /// @dev A key that a participant gets if nobody vetoes it.
    struct Recovery {
        address signer;
        uint48 readyAt;
    }

    /// @dev An aggregator or verifier, and the last publication that it made or attested to; of an aggregator the round
    /// is enough.
    struct Officer {
        uint48 from;
        uint48 until;
        uint48 lastRound;
        uint8 lastAttempt;
        bool lacked;
    }

    /// @dev Commitments read the first word alone. `rebased` tells that another base was approved since it opened,
    /// which then is left to the next round; `latest` is when the present window ends if every one before it was used
    /// to its last second.
    struct Round {
        uint48 number;
        uint48 commitDeadline;
        uint32 weightCap;
        bool rebased;
        uint16 mayCommit;
        uint8 words;
        uint8 verifiers;
        uint8 threshold;
        uint8 matching;
        uint8 differing;
        uint8 stage;
        bool drawn;
        Phase phase;
        uint40 latest;
        uint48 revealDeadline;
        uint48 publicationDeadline;
        uint48 attestationDeadline;
        uint24 revealSeconds;
        uint24 publicationSeconds;
        uint24 attestationSeconds;
        uint16 committed;
        uint8 attemptLimit;
        uint8 attempts;
        AbortReason abortReason;
    }

    /// @dev Members, officers and threshold are as they are for the next round; `versionRound` made the last version, and
    /// is the greatest number before one was made; `approvedBase` is one more than the
    /// version, or 0 if rounds build on the last version.
    struct Counters {
        uint40 round;
        uint40 version;
        uint40 versionRound;
        uint40 approvedBase;
        uint32 governanceNonce;
        uint16 admitted;
        uint16 members;
        uint8 verifiers;
        uint8 aggregators;
        uint8 threshold;
        bool closed;
    }

    bytes32 public immutable federationId;
    bytes32 public immutable specDigest;
    uint256 private immutable _quorum;
    uint256 private immutable _recoverySeconds;

    /// @dev Whether verifiers replace lost keys. It is fixed when a federation is founded: else a coordinator without
    /// verifiers could name one of its own and take any key without a veto.
    bool private immutable _verifiersRecover;

    Counters private _counters;
    address private _coordinator;
    uint48 private _claimReadyAt;
    address private _successor;

    /// @dev Of the latest round.
    bytes32 private _roundId;
    bytes32 private _baseModel;
    uint256 private _laterStages;
    uint256 private _drawThreshold;

    /// @dev The latest candidate's id, and the hash of its model and state.
    bytes32 private _publicationId = UNUSED;
    bytes32 private _result = UNUSED;

    /// @dev Who counts for the next round; who may commit in the latest round's present stage, drawn or not; and those
    /// of them who have not committed. A commitment clears a bit, so that it never pays for a fresh word.
    uint256[16] private _nextMembers;
    uint256[16] private _members;
    uint256[16] private _pending;

    mapping(uint256 version => bytes32) private _versions;
    mapping(bytes32 roundId => Round) private _rounds;
    mapping(address participant => Participant) private _participants;
    mapping(address participant => Recovery) private _recoveries;
    mapping(address account => Officer) private _aggregators;
    mapping(address account => Officer) private _verifiers;
    mapping(address account => bool) public isAuditor;

    modifier onlyCoordinator() {
        _requireCoordinator();
        _requireNotClosed();
        _;
    }

    modifier whileNotClosed() {
        _requireNotClosed();
        _;
    }

    constructor(Setup memory setup) {
        if (setup.federationId == 0) revert ZeroFederationId();
        if (setup.specDigest == 0 || setup.model == 0) revert ZeroDigest();
        if (setup.modelSize == 0) revert ZeroSize();
        if ((setup.state == 0) != (setup.stateSize == 0)) revert StateSizeMismatch(setup.state, setup.stateSize);
        if (setup.quorum == 0 || setup.quorum > MAX_PARTICIPANTS) revert InvalidQuorum(setup.quorum);
        if (setup.recoverySeconds == 0) revert InvalidWindow(0);
        federationId = setup.federationId;
        specDigest = setup.specDigest;
        _quorum = setup.quorum;
        _recoverySeconds = setup.recoverySeconds;
        _verifiersRecover = setup.verifiers.length != 0;
        _versions[0] = _resultOf(setup.model, setup.state);
        _counters.versionRound = type(uint40).max;
        emit FederationCreated(
            setup.federationId,
            setup.specDigest,
            setup.model,
            setup.modelSize,
            setup.state,
            setup.stateSize,
            setup.quorum,
            setup.attestationThreshold,
            setup.recoverySeconds,
            setup.successor
        );
        _fillOffices(setup);
    }

    // --------------------------------------------------------------------------------------------------- auditors

    /// @inheritdoc IFederatedLedger
    function grantAuditor(address auditor) external onlyCoordinator {
        _grantAuditor(auditor);
    }

    /// @inheritdoc IFederatedLedger
    function revokeAuditor(address auditor) external onlyCoordinator {
        if (!isAuditor[auditor]) revert NotInOffice(auditor);
        isAuditor[auditor] = false;
        emit AuditorRevoked(auditor);
    }

    // ---------------------------------------------------------------------------------------------------- offices

    /// @inheritdoc IFederatedLedger
    function govern(GovernanceKind kind, address account, uint256 value, bytes[] calldata signatures)
        external
        whileNotClosed
    {
        unchecked {
            uint256 bit = 1 << uint8(kind);
            if (
                kind == GovernanceKind.None || (account != address(0) && bit & NAMING == 0)
                    || (value != 0 && bit & VALUED == 0)
            ) revert InvalidChange(kind, account, value);
            _authorize(kind, account, value, signatures);
            if (kind == GovernanceKind.AddVerifier) {
                uint8 verifiers = ++_counters.verifiers;
                if (verifiers > MAX_OFFICERS) revert TooManyAccounts(verifiers, MAX_OFFICERS);
                _addVerifier(account);
                _claimReadyAt = 0;
                _resetThreshold(value);
            } else if (kind == GovernanceKind.RemoveVerifier) {
                _removeVerifier(account);
                if (--_counters.verifiers == 0) revert InvalidThreshold(_counters.threshold, 0);
                _resetThreshold(value);
            } else if (kind == GovernanceKind.ReplaceVerifier) {
                _removeVerifier(account);
                _addVerifier(_addressOf(kind, account, value));
            } else if (kind == GovernanceKind.AddAggregator) {
                _addAggregator(account);
            } else if (kind == GovernanceKind.RemoveAggregator) {
                _leave(_aggregators[account], account);
                _counters.aggregators--;
                emit AggregatorRemoved(account, uint64(_nextRound()));
            } else if (kind == GovernanceKind.ChangeCoordinator) {
                _changeCoordinator(account);
            } else if (kind == GovernanceKind.ChangeThreshold) {
                _setThreshold(value);
            } else if (kind == GovernanceKind.RecoverKey) {
                if (!_verifiersRecover) revert OnlyWithVerifiers();
                _recover(account, _addressOf(kind, account, value));
            } else if (kind == GovernanceKind.BuildOn) {
                if (value > _counters.version) revert UnknownVersion(value);
                _counters.approvedBase = uint40(value) + 1;
                _rounds[_roundId].rebased = true;
                emit BaseApproved(uint64(value));
            } else if (kind == GovernanceKind.CloseFederation) {
                _requireNoOpenRound();
                _counters.closed = true;
                emit FederationClosed(_counters.round, _counters.version);
            } else {
                _successor = account;
                _claimReadyAt = 0;
                emit SuccessorChanged(account);
            }
        }
    }

    /// @inheritdoc IFederatedLedger
    function claimCoordination() external whileNotClosed {
        _requireNoVerifiers();
        if (msg.sender != _successor) revert NotSuccessor(msg.sender, _successor);
        if (msg.sender == _coordinator) revert AlreadyInOffice(msg.sender);
        if (_claimReadyAt != 0) revert ClaimIsPending(_claimReadyAt);
        uint256 readyAt = _readyAt();
        _claimReadyAt = uint48(readyAt);
        emit CoordinationClaimed(msg.sender, uint64(readyAt));
    }

    /// @inheritdoc IFederatedLedger
    function vetoClaim() external onlyCoordinator {
        if (_claimReadyAt == 0) revert NoClaimPending();
        _claimReadyAt = 0;
        emit CoordinationClaimVetoed(_successor);
    }

    /// @inheritdoc IFederatedLedger
    function completeClaim() external whileNotClosed {
        _requireNoVerifiers();
        if (_claimReadyAt == 0) revert NoClaimPending();
        _requireAfter(_claimReadyAt);
        _changeCoordinator(_successor);
    }

    // ----------------------------------------------------------------------------------------------- participants

    /// @inheritdoc IFederatedLedger
    function admit(address participant, uint64 privacyBudget) external onlyCoordinator {
        unchecked {
            if (participant == address(0)) revert ZeroAddress();
            Participant storage record = _participants[participant];
            uint256 next = _nextRound();
            if (record.signer == address(0)) {
                uint256 index = _counters.admitted;
                if (index == MAX_PARTICIPANTS) revert TooManyAccounts(MAX_PARTICIPANTS + 1, MAX_PARTICIPANTS);
                _counters.admitted = uint16(index + 1);
                record.signer = participant;
                record.signerFrom = uint48(next);
                record.index = uint16(index);
                record.budget = privacyBudget;
                record.budgetFrom = uint48(next);
                record.from = uint48(next);
            } else {
                if (record.until == 0) revert AlreadyMember(participant);
                if (privacyBudget != record.budget) revert BudgetDiffers(privacyBudget, record.budget);
                if (record.until < next) record.from = uint48(next);
                record.until = 0;
            }
            (uint256 word, uint256 mask) = Bitmaps.locate(record.index);
            _nextMembers[word] |= mask;
            _counters.members++;
            emit ParticipantAdmitted(participant, record.index, privacyBudget, uint64(next));
        }
    }

    /// @inheritdoc IFederatedLedger
    function suspend(address participant) external onlyCoordinator {
        unchecked {
            Participant storage record = _participants[participant];
            if (record.signer == address(0) || record.until != 0) revert NotMember(participant);
            record.until = uint48(_nextRound());
            (uint256 word, uint256 mask) = Bitmaps.locate(record.index);
            _nextMembers[word] &= ~mask;
            _counters.members--;
            emit ParticipantSuspended(participant, record.index, record.until);
        }
    }

    /// @inheritdoc IFederatedLedger
    function rotateKey(KeyRotation memory rotation, bytes calldata signature) external whileNotClosed {
        Participant storage record = _admitted(rotation.participant);
        if (rotation.nonce != record.keyChanges) revert WrongNonce(rotation.nonce, record.keyChanges);
        address previous = record.signer;
        _requireSigner(Messages.ofCall(Messages.KEY_ROTATION, 3), signature, previous);
        _setSigner(record, rotation.participant, rotation.signer);
        emit SigningKeyRotated(
            rotation.participant, rotation.signer, previous, uint64(_nextRound()), rotation.nonce, signature
        );
    }

    /// @inheritdoc IFederatedLedger
    function requestRecovery(address participant, address signer) external onlyCoordinator {
        if (_verifiersRecover) revert OnlyWithoutVerifiers();
        Participant storage record = _admitted(participant);
        _requireOtherSigner(record, signer);
        uint256 readyAt = _readyAt();
        _recoveries[participant] = Recovery(signer, uint48(readyAt));
        emit RecoveryRequested(participant, signer, record.keyChanges, uint64(readyAt));
    }

    /// @inheritdoc IFederatedLedger
    function vetoRecovery(RecoveryVeto memory veto, bytes calldata signature) external whileNotClosed {
        address pending = _pendingRecovery(veto.participant).signer;
        if (veto.signer != pending) revert OtherRecoveryPending(veto.signer, pending);
        Participant storage record = _participants[veto.participant];
        if (veto.nonce != record.keyChanges) revert WrongNonce(veto.nonce, record.keyChanges);
        _requireSigner(Messages.ofCall(Messages.RECOVERY_VETO, 3), signature, record.signer);
        delete _recoveries[veto.participant];
        emit RecoveryVetoed(veto.participant, pending, veto.nonce);
    }

    /// @inheritdoc IFederatedLedger
    function completeRecovery(address participant) external whileNotClosed {
        Recovery storage recovery = _pendingRecovery(participant);
        _requireAfter(recovery.readyAt);
        _recover(participant, recovery.signer);
    }

    /// @inheritdoc IFederatedLedger
    function raiseBudget(BudgetRaise memory raise, bytes calldata signature) external whileNotClosed {
        Participant storage record = _admitted(raise.participant);
        uint64 previous = record.budget;
        if (raise.budget <= previous) revert BudgetNotRaised(raise.budget, previous);
        _requireSigner(Messages.ofCall(Messages.BUDGET_RAISE, 2), signature, record.signer);
        uint256 next = _nextRound();
        if (record.budgetFrom < next) {
            record.previousBudget = previous;
            record.budgetFrom = uint48(next);
        }
        record.budget = raise.budget;
        emit PrivacyBudgetRaised(raise.participant, previous, raise.budget, uint64(next), signature);
    }

    // ------------------------------------------------------------------------------------------------------ rounds

    /// @inheritdoc IFederatedLedger
    function openRound(RoundOpening memory opening) external onlyCoordinator returns (bytes32 roundId) {
        unchecked {
            _requireNoOpenRound();
            _checkOpening(opening);
            uint256 number = _nextRound();
            roundId = Messages.roundId(federationId, number, opening.planDigest);
            _counters.round = uint40(number);
            _roundId = roundId;
            _baseModel = opening.baseModel;
            _laterStages = opening.laterStages;
            _drawThreshold = opening.drawThreshold;
            Round storage round = _rounds[roundId];
            round.number = uint48(number);
            round.commitDeadline = uint48(opening.commitDeadline);
            round.latest = uint40(opening.commitDeadline);
            round.weightCap = uint32(opening.weightCap);
            round.mayCommit = uint16(opening.drawn);
            round.words = uint8(Bitmaps.words(_counters.admitted));
            round.verifiers = _counters.verifiers;
            round.threshold = _counters.threshold;
            round.drawn = opening.drawThreshold != EVERYBODY;
            round.phase = Phase.Committing;
            round.revealSeconds = uint24(opening.revealSeconds);
            round.publicationSeconds = uint24(opening.publicationSeconds);
            round.attestationSeconds = uint24(opening.attestationSeconds);
            round.attemptLimit = uint8(opening.attempts);
            for (uint256 word = 0; word < round.words; word++) {
                uint256 members = _nextMembers[word];
                _members[word] = members;
                _pending[word] = members;
            }
            uint256 version = uint256(_counters.version) + 1;
            if (_versions[version] == 0) _versions[version] = UNUSED;
            emit RoundOpened(
                uint64(number), roundId, opening, _counters.members, _counters.verifiers, _counters.threshold
            );
        }
    }

    /// @inheritdoc IFederatedLedger
    function commit(UpdateCommitment calldata commitment, bytes calldata signature) external {
        Round storage round = _roundIn(commitment.roundId, Phase.Committing);
        _requireBefore(round.commitDeadline);
        if (commitment.stage != round.stage) revert WrongStage(commitment.stage, round.stage);
        uint256 weightCap = round.weightCap;
        if (commitment.weight == 0 || commitment.weight > weightCap) {
            revert InvalidWeight(commitment.weight, uint64(weightCap));
        }
        if (commitment.digest == 0) revert ZeroDigest();
        if (commitment.size == 0) revert ZeroSize();

        address participant = commitment.participant;
        Participant storage record = _participants[participant];
        uint256 number = round.number;
        address signer = record.signerFrom <= number ? record.signer : record.previousSigner;
        if (signer == address(0)) revert NotMemberOfRound(participant, uint64(number));
        uint256 index = record.index;
        _clearPending(round, commitment, record, index);
        _requireSigner(Messages.ofCall(Messages.UPDATE_COMMITMENT, 7), signature, signer);
        uint64 privacyCost = commitment.privacyCost;
        if (privacyCost != 0) _spend(record, participant, privacyCost, number);
        emit UpdateCommitted(
            commitment.roundId,
            participant,
            commitment.digest,
            commitment.stage,
            uint32(index),
            commitment.size,
            commitment.weight,
            privacyCost,
            signature
        );
    }

    /// @inheritdoc IFederatedLedger
    function closeCommits(bytes32 roundId) external {
        unchecked {
            Round storage round = _roundIn(roundId, Phase.Committing);
            uint256 words = round.words;
            uint256 committed = 0;
            for (uint256 word = 0; word < words; word++) {
                committed += Bitmaps.count(_committed(word));
            }
            if (committed < round.mayCommit) _requireAfter(round.commitDeadline);
            uint256 stage = round.stage;
            uint256 window = Stages.window(_laterStages, stage + 1);
            uint48 deadline = _endOf(round, block.timestamp, window == 0 ? round.revealSeconds : window);
            round.committed = uint16(committed);
            emit CommitsClosed(roundId, uint8(stage), uint32(committed), deadline);
            if (committed < (stage == 0 ? _quorum : Stages.threshold(_laterStages, stage))) {
                _abort(roundId, round, AbortReason.TooFewCommitments);
            } else if (window == 0) {
                round.phase = Phase.Publishing;
                round.revealDeadline = deadline;
                round.publicationDeadline = _endOf(round, deadline, round.publicationSeconds);
            } else {
                round.stage = uint8(stage + 1);
                round.commitDeadline = deadline;
                round.mayCommit = uint16(committed);
                for (uint256 word = 0; word < words; word++) {
                    uint256 members = _committed(word);
                    _members[word] = members;
                    _pending[word] = members;
                }
            }
        }
    }

    /// @inheritdoc IFederatedLedger
    function publish(
        Publication calldata publication,
        uint256[] calldata accepted,
        bytes calldata rejected,
        bytes calldata signature
    ) external {
        Round storage round = _roundIn(publication.roundId, Phase.Publishing);
        _requireBefore(round.publicationDeadline);
        bytes32 publicationId = Messages.ofCall(Messages.PUBLICATION, 7);
        address aggregator = _signerOf(publicationId, signature);
        _takeAttempt(round, publication, aggregator);
        emit ModelPublished(
            publication.roundId,
            publicationId,
            aggregator,
            publication.attempt,
            publication.model,
            publication.modelSize,
            publication.state,
            publication.stateSize,
            accepted,
            rejected,
            signature
        );
        AbortReason reason = _outcome(publication, _decide(round, publication, accepted, rejected));
        if (round.verifiers == 0) {
            _end(publication.roundId, round, publication.model, publication.state, reason);
        } else {
            _await(round, publicationId, _resultOf(publication.model, publication.state), reason);
        }
    }

    /// @inheritdoc IFederatedLedger
    function attest(Attestation calldata attestation, address verifier, bytes calldata signature) external {
        unchecked {
            bytes32 roundId = _roundId;
            Round storage round = _roundIn(roundId, Phase.Attesting);
            bytes32 publicationId = attestation.publicationId;
            if (publicationId != _publicationId) revert UnknownPublication(publicationId, _publicationId);
            _requireBefore(round.attestationDeadline);
            Finding finding = attestation.finding;
            _checkFinding(attestation);
            _takeAttestation(round, verifier, publicationId, finding);
            _requireSigner(Messages.ofCall(Messages.ATTESTATION, 5), signature, verifier);
            emit Attested(
                publicationId,
                verifier,
                finding,
                attestation.model,
                attestation.state,
                attestation.lacking,
                signature
            );
            if (finding == Finding.Match) {
                if (++round.matching == round.threshold) {
                    _end(roundId, round, attestation.model, attestation.state, round.abortReason);
                }
            } else if (finding == Finding.Differ) {
                if (++round.differing > round.verifiers - round.threshold) {
                    _fail(roundId, round, FailureReason.Disputed);
                }
            }
        }
    }

    /// @inheritdoc IFederatedLedger
    function expirePublication(bytes32 roundId) external {
        Round storage round = _roundIn(roundId, Phase.Attesting);
        _requireAfter(round.attestationDeadline);
        _fail(roundId, round, FailureReason.Deadline);
    }

    /// @inheritdoc IFederatedLedger
    function abortRound(bytes32 roundId, AbortReason reason) external {
        Round storage round = _rounds[roundId];
        Phase phase = round.phase;
        bool exhausted = round.attempts == round.attemptLimit;
        if (phase == Phase.None) revert UnknownRound(roundId);
        if (phase == Phase.Committing && round.stage == 0 && reason == AbortReason.Coordinator) {
            _requireCoordinator();
        } else if (phase == Phase.Publishing && reason == AbortReason.Deadline && !exhausted) {
            _requireAfter(round.publicationDeadline);
        } else if (phase != Phase.Publishing || reason != AbortReason.AttemptsExhausted || !exhausted) {
            revert InvalidAbortReason(reason, phase);
        }
        _abort(roundId, round, reason);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IFederatedLedger
    function domainSeparator() external view returns (bytes32) {
        return Messages.domain();
    }

    /// @inheritdoc IFederatedLedger
    function federation() external view returns (FederationRecord memory) {
        return FederationRecord({
            round: _counters.round,
            roundId: _roundId,
            phase: _rounds[_roundId].phase,
            version: _counters.version,
            baseVersion: uint64(_baseVersion()),
            coordinator: _coordinator,
            governanceNonce: _counters.governanceNonce,
            admitted: _counters.admitted,
            members: _counters.members,
            verifiers: _counters.verifiers,
            attestationThreshold: _counters.threshold,
            closed: _counters.closed
        });
    }

    /// @inheritdoc IFederatedLedger
    function versionHash(uint64 version) external view returns (bytes32) {
        return version > _counters.version ? bytes32(0) : _versions[version];
    }

    /// @inheritdoc IFederatedLedger
    function roundRecord(bytes32 roundId) external view returns (RoundRecord memory) {
        Round storage round = _rounds[roundId];
        return RoundRecord({
            phase: round.phase,
            stage: round.stage,
            commitDeadline: round.commitDeadline,
            revealDeadline: round.revealDeadline,
            publicationDeadline: round.publicationDeadline,
            attestationDeadline: round.attestationDeadline,
            mayCommit: round.mayCommit,
            committed: round.committed,
            attempts: round.attempts,
            matching: round.matching,
            differing: round.differing,
            abortReason: round.abortReason
        });
    }

    /// @inheritdoc IFederatedLedger
    function bitmaps() external view returns (uint256[] memory members, uint256[] memory pending) {
        uint256 words = _rounds[_roundId].words;
        members = new uint256[](words);
        pending = new uint256[](words);
        for (uint256 word = 0; word < words; word++) {
            members[word] = _members[word];
            pending[word] = _pending[word];
        }
    }

    /// @inheritdoc IFederatedLedger
    function pendingPublication() external view returns (bytes32) {
        return _rounds[_roundId].phase == Phase.Attesting ? _publicationId : bytes32(0);
    }

    /// @inheritdoc IFederatedLedger
    function participantRecord(address participant) external view returns (ParticipantRecord memory) {
        Participant storage record = _participants[participant];
        return ParticipantRecord({
            index: record.index,
            signer: record.signer,
            keyChanges: record.keyChanges,
            from: record.from,
            until: record.until,
            budget: record.budget,
            spent: record.spent,
            pendingSigner: _recoveries[participant].signer,
            recoveryReadyAt: _recoveries[participant].readyAt
        });
    }

    /// @inheritdoc IFederatedLedger
    function aggregatorTerm(address account) external view returns (Term memory) {
        return Term(_aggregators[account].from, _aggregators[account].until);
    }

    /// @inheritdoc IFederatedLedger
    function verifierTerm(address account) external view returns (Term memory) {
        return Term(_verifiers[account].from, _verifiers[account].until);
    }

    // ------------------------------------------------------------------------------------- offices, inside

    function _fillOffices(Setup memory setup) private {
        if (setup.coordinator == address(0)) revert ZeroAddress();
        _coordinator = setup.coordinator;
        _successor = setup.successor;
        emit CoordinatorChanged(address(0), setup.coordinator, uint64(_nextRound()));
        for (uint256 i = 0; i < setup.aggregators.length; i++) {
            _addAggregator(setup.aggregators[i]);
        }
        if (setup.verifiers.length > MAX_OFFICERS) revert TooManyAccounts(setup.verifiers.length, MAX_OFFICERS);
        for (uint256 i = 0; i < setup.verifiers.length; i++) {
            _addVerifier(setup.verifiers[i]);
        }
        _counters.verifiers = uint8(setup.verifiers.length);
        _requireThreshold(setup.attestationThreshold, setup.verifiers.length);
        _counters.threshold = uint8(setup.attestationThreshold);
        if (setup.auditors.length > MAX_OFFICERS) revert TooManyAccounts(setup.auditors.length, MAX_OFFICERS);
        for (uint256 i = 0; i < setup.auditors.length; i++) {
            _grantAuditor(setup.auditors[i]);
        }
    }

    function _grantAuditor(address auditor) private {
        if (auditor == address(0)) revert ZeroAddress();
        if (isAuditor[auditor]) revert AlreadyInOffice(auditor);
        isAuditor[auditor] = true;
        emit AuditorGranted(auditor);
    }

    function _addAggregator(address account) private {
        unchecked {
            _enter(_aggregators[account], account);
            uint8 count = ++_counters.aggregators;
            if (count > MAX_OFFICERS) revert TooManyAccounts(count, MAX_OFFICERS);
            emit AggregatorAdded(account, uint64(_nextRound()));
        }
    }

    function _addVerifier(address account) private {
        _enter(_verifiers[account], account);
        emit VerifierAdded(account, uint64(_nextRound()));
    }

    function _removeVerifier(address account) private {
        _leave(_verifiers[account], account);
        emit VerifierRemoved(account, uint64(_nextRound()));
    }

    /// @dev Coming back before the removal counts leaves the term as it was.
    function _enter(Officer storage officer, address account) private {
        if (account == address(0)) revert ZeroAddress();
        uint256 next = _nextRound();
        if (officer.from != 0 && officer.until == 0) revert AlreadyInOffice(account);
        if (officer.until < next) officer.from = uint48(next);
        officer.until = 0;
    }

    function _leave(Officer storage officer, address account) private {
        if (officer.from == 0 || officer.until != 0) revert NotInOffice(account);
        officer.until = uint48(_nextRound());
    }

    function _countsIn(Officer storage officer, uint256 round) private view returns (bool) {
        return officer.from != 0 && officer.from <= round && (officer.until == 0 || round < officer.until);
    }

    function _changeCoordinator(address account) private {
        if (account == address(0)) revert ZeroAddress();
        address previous = _coordinator;
        if (account == previous) revert AlreadyInOffice(account);
        emit CoordinatorChanged(previous, account, uint64(_nextRound()));
        _coordinator = account;
        _claimReadyAt = 0;
    }

    /// @dev After a change of the number of verifiers: the threshold becomes another one if one is given.
    function _resetThreshold(uint256 threshold) private {
        if (threshold == 0) _requireThreshold(_counters.threshold, _counters.verifiers);
        else _setThreshold(threshold);
    }

    function _setThreshold(uint256 threshold) private {
        _requireThreshold(threshold, _counters.verifiers);
        _counters.threshold = uint8(threshold);
        emit ThresholdChanged(uint16(threshold), uint64(_nextRound()));
    }

    /// @dev M is more than half of N and at most N; without verifiers it is 0.
    function _requireThreshold(uint256 threshold, uint256 verifiers) private pure {
        unchecked {
            bool valid = threshold <= verifiers && (verifiers == 0 || 2 * threshold > verifiers);
            if (!valid) revert InvalidThreshold(threshold, verifiers);
        }
    }

    function _addressOf(GovernanceKind kind, address account, uint256 value) private pure returns (address) {
        if (value >> 160 != 0) revert InvalidChange(kind, account, value);
        return address(uint160(value));
    }

    function _authorize(GovernanceKind kind, address account, uint256 value, bytes[] calldata signatures) private {
        unchecked {
            uint32 nonce = _counters.governanceNonce++;
            uint256 threshold = 0;
            if (_counters.verifiers == 0) _requireCoordinator();
            else threshold = _counters.threshold;
            if (signatures.length != threshold) revert WrongSignatureCount(signatures.length, threshold);
            bytes32 structHash = Messages.governanceChange(federationId, uint8(kind), account, value, nonce);
            uint256 next = _nextRound();
            address previous = address(0);
            for (uint256 i = 0; i < threshold; i++) {
                address signer = _signerOf(structHash, signatures[i]);
                if (!_countsIn(_verifiers[signer], next)) revert NotVerifierOfRound(signer, uint64(next));
                if (signer <= previous) revert SignersNotAscending(previous, signer);
                previous = signer;
            }
            emit GovernanceApproved(nonce, kind, account, value, signatures);
        }
    }

    // ------------------------------------------------------------------------------------- participants, inside

    function _admitted(address participant) private view returns (Participant storage record) {
        record = _participants[participant];
        if (record.signer == address(0)) revert NotAdmitted(participant);
    }

    function _pendingRecovery(address participant) private view returns (Recovery storage recovery) {
        recovery = _recoveries[participant];
        if (recovery.signer == address(0)) revert NoRecoveryPending(participant);
    }

    function _recover(address participant, address signer) private {
        Participant storage record = _admitted(participant);
        address previous = record.signer;
        _setSigner(record, participant, signer);
        emit SigningKeyRecovered(participant, signer, previous, uint64(_nextRound()));
    }

    /// @dev The former key counts until the new one does. A pending recovery ends.
    function _setSigner(Participant storage record, address participant, address signer) private {
        unchecked {
            _requireOtherSigner(record, signer);
            uint256 next = _nextRound();
            if (record.signerFrom < next) {
                record.previousSigner = record.signer;
                record.signerFrom = uint48(next);
            }
            record.signer = signer;
            record.keyChanges++;
            delete _recoveries[participant];
        }
    }

    function _requireOtherSigner(Participant storage record, address signer) private view {
        if (signer == address(0)) revert ZeroAddress();
        if (signer == record.signer) revert SameSigner(signer);
    }

    function _spend(Participant storage record, address participant, uint64 cost, uint256 round) private {
        unchecked {
            uint64 budget = record.budgetFrom <= round ? record.budget : record.previousBudget;
            uint64 spent = record.spent;
            if (uint256(spent) + cost > budget) revert BudgetExceeded(participant, spent, cost, budget);
            record.spent = spent + cost;
        }
    }

    // ------------------------------------------------------------------------------------- rounds, inside

    function _checkOpening(RoundOpening memory opening) private view {
        unchecked {
            uint256 members = _counters.members;
            if (members < _quorum) revert TooFewMembers(members, _quorum);
            if (_counters.aggregators == 0) revert NoAggregators();
            if (opening.planDigest == 0) revert ZeroDigest();
            if (opening.planSize == 0) revert ZeroSize();
            uint256 base = _baseVersion();
            if (
                opening.baseVersion != base
                    || _resultOf(opening.baseModel, opening.baseState) != _versions[base]
            ) {
                revert WrongBase(opening.baseVersion, opening.baseModel, opening.baseState, uint64(base));
            }
            if (opening.weightCap == 0 || opening.weightCap > MAX_WEIGHT) revert InvalidWeightCap(opening.weightCap);
            if (opening.attempts == 0 || opening.attempts > MAX_ATTEMPTS) revert InvalidAttempts(opening.attempts);
            if (
                opening.drawn < _quorum || opening.drawn > members
                    || (
                        opening.drawThreshold == EVERYBODY
                            ? opening.drawn != members
                            : base != _counters.version
                    )
            ) {
                revert InvalidDraw(opening.drawThreshold, opening.drawn);
            }
            if (opening.commitDeadline <= block.timestamp) {
                revert InvalidCommitDeadline(opening.commitDeadline, block.timestamp);
            }
            if (opening.revealSeconds == 0 || opening.publicationSeconds == 0 || opening.attestationSeconds == 0) {
                revert InvalidWindow(0);
            }
            uint256 duration = opening.commitDeadline - block.timestamp
                + Stages.duration(opening.laterStages, opening.drawn) + opening.revealSeconds
                + uint256(opening.attempts) * (uint256(opening.publicationSeconds) + opening.attestationSeconds);
            if (duration > MAX_DURATION) revert RoundTooLong(duration, MAX_DURATION);
        }
    }

    /// @dev Whoever is drawn was a member when the base was made, or before it could be known whom a base would draw; only
    /// before the first version there is nobody else.
    function _clearPending(
        Round storage round,
        UpdateCommitment calldata commitment,
        Participant storage record,
        uint256 index
    ) private {
        unchecked {
            (uint256 word, uint256 mask) = Bitmaps.locate(index);
            uint256 pending = _pending[word];
            address participant = commitment.participant;
            if (pending & mask == 0) {
                if (_members[word] & mask != 0) revert AlreadyCommitted(participant, commitment.roundId);
                if (commitment.stage == 0) revert NotMemberOfRound(participant, round.number);
                revert NotInEarlierStage(participant, commitment.stage);
            }
            if (
                round.drawn && commitment.stage == 0
                    && (
                        record.from > _counters.versionRound
                            || Messages.draw(federationId, _baseModel, _counters.version + 1, participant)
                                >= _drawThreshold
                    )
            ) {
                revert NotDrawn(participant, commitment.roundId);
            }
            _pending[word] = pending ^ mask;
        }
    }

    /// @dev Of the latest round's present stage.
    function _committed(uint256 word) private view returns (uint256) {
        return _members[word] ^ _pending[word];
    }

    function _takeAttempt(Round storage round, Publication calldata publication, address account) private {
        unchecked {
            uint256 attempts = round.attempts;
            if (attempts == round.attemptLimit) revert NoAttemptLeft(uint32(attempts));
            uint256 attempt = attempts + 1;
            if (publication.attempt != attempt) revert WrongAttempt(publication.attempt, uint32(attempt));
            Officer storage aggregator = _aggregators[account];
            uint256 number = round.number;
            if (!_countsIn(aggregator, number)) revert NotAggregatorOfRound(account, uint64(number));
            if (aggregator.lastRound == number) revert AlreadyPublished(account, publication.roundId);
            aggregator.lastRound = uint48(number);
            round.attempts = uint8(attempt);
        }
    }

    function _checkFinding(Attestation calldata attestation) private view {
        Finding finding = attestation.finding;
        bytes32 model = attestation.model;
        bytes32 state = attestation.state;
        bool valid = finding == Finding.Lack
            ? attestation.lacking != 0 && model == 0 && state == 0
            : finding != Finding.None && attestation.lacking == 0;
        if (!valid) revert InvalidFinding(finding, model, state, attestation.lacking);
        if (finding == Finding.Match && _resultOf(model, state) != _result) revert MatchOfOtherResult(model, state);
    }

    function _takeAttestation(Round storage round, address account, bytes32 publicationId, Finding finding) private {
        Officer storage verifier = _verifiers[account];
        uint256 number = round.number;
        uint256 attempt = round.attempts;
        bool lacks = finding == Finding.Lack;
        if (!_countsIn(verifier, number)) revert NotVerifierOfRound(account, uint64(number));
        if (verifier.lastRound == number && verifier.lastAttempt == attempt && (lacks || !verifier.lacked)) {
            revert AlreadyAttested(account, publicationId);
        }
        verifier.lastRound = uint48(number);
        verifier.lastAttempt = uint8(attempt);
        verifier.lacked = lacks;
    }

    /// @dev Checks what the publication says about each commitment, and returns how many it accepts.
    function _decide(
        Round storage round,
        Publication calldata publication,
        uint256[] calldata accepted,
        bytes calldata rejected
    ) private view returns (uint256 count) {
        unchecked {
            bytes32 acceptedDigest = Messages.acceptedDigest(accepted, rejected);
            if (publication.acceptedDigest != acceptedDigest) {
                revert WrongAcceptedDigest(publication.acceptedDigest, acceptedDigest);
            }
            uint256 words = round.words;
            if (accepted.length != words) revert WrongWordCount(accepted.length, words);
            uint256[] memory rejectedWords = Decisions.rejectedWords(rejected, words);
            for (uint256 word = 0; word < words; word++) {
                Decisions.check(word, accepted[word], rejectedWords[word], _committed(word));
                count += Bitmaps.count(accepted[word]);
            }
            if (block.timestamp <= round.revealDeadline) {
                for (uint256 offset = 0; offset < rejected.length; offset += Decisions.ENTRY) {
                    (uint256 index, uint8 reason) = Decisions.rejection(rejected, offset);
                    if (reason == MISSING) {
                        revert MissingBeforeReveal(index, round.revealDeadline, block.timestamp);
                    }
                }
            }
        }
    }

    /// @dev What the round ends with if the publication becomes final: a version (None) or an abort.
    function _outcome(Publication calldata publication, uint256 accepted) private view returns (AbortReason) {
        bool empty = publication.model == 0;
        if (
            empty != (publication.modelSize == 0) || (publication.state == 0) != (publication.stateSize == 0)
                || (empty && publication.state != 0)
        ) {
            revert InvalidResult(
                publication.model, publication.modelSize, publication.state, publication.stateSize
            );
        }
        if (accepted >= _quorum) return empty ? AbortReason.NoAggregate : AbortReason.None;
        if (!empty) revert TooFewAccepted(accepted, _quorum);
        return AbortReason.TooFewAccepted;
    }

    /// @dev Makes a publication the pending candidate.
    function _await(Round storage round, bytes32 publicationId, bytes32 result, AbortReason reason) private {
        unchecked {
            round.phase = Phase.Attesting;
            round.attestationDeadline = _endOf(round, block.timestamp, round.attestationSeconds);
            round.matching = 0;
            round.differing = 0;
            round.abortReason = reason;
            _publicationId = publicationId;
            _result = result;
        }
    }

    function _resultOf(bytes32 model, bytes32 state) private pure returns (bytes32) {
        return keccak256(abi.encode(model, state));
    }

    function _fail(bytes32 roundId, Round storage round, FailureReason reason) private {
        unchecked {
            round.phase = Phase.Publishing;
            round.abortReason = AbortReason.None;
            uint256 start = block.timestamp > round.revealDeadline ? block.timestamp : round.revealDeadline;
            round.publicationDeadline = _endOf(round, start, round.publicationSeconds);
            emit PublicationFailed(roundId, _publicationId, round.attempts, reason);
        }
    }

    /// @dev When the next window ends that begins at `start`: whoever was late before, not after the opening's own time
    /// for it. So nobody lengthens a round by waiting.
    function _endOf(Round storage round, uint256 start, uint256 window) private returns (uint48) {
        unchecked {
            uint256 latest = round.latest + window;
            round.latest = uint40(latest);
            uint256 end = start + window;
            return uint48(end < latest ? end : latest);
        }
    }

    function _end(bytes32 roundId, Round storage round, bytes32 model, bytes32 state, AbortReason reason) private {
        unchecked {
            if (reason != AbortReason.None) {
                _abort(roundId, round, reason);
                return;
            }
            round.phase = Phase.Final;
            uint40 version = ++_counters.version;
            _counters.versionRound = uint40(round.number);
            if (!round.rebased) _counters.approvedBase = 0;
            _versions[version] = _resultOf(model, state);
            emit VersionFinal(version, model, roundId, _baseModel, state, round.attempts);
        }
    }

    function _abort(bytes32 roundId, Round storage round, AbortReason reason) private {
        round.phase = Phase.Aborted;
        round.abortReason = reason;
        emit RoundAborted(round.number, roundId, reason);
    }

    // ------------------------------------------------------------------------------------- common checks

    /// @dev Only the latest round can be in a phase in which anything is done.
    function _roundIn(bytes32 roundId, Phase needed) private view returns (Round storage round) {
        round = _rounds[roundId];
        Phase actual = round.phase;
        if (actual != needed) {
            if (actual == Phase.None) revert UnknownRound(roundId);
            revert WrongPhase(roundId, actual, needed);
        }
    }

    function _nextRound() private view returns (uint256) {
        unchecked {
            return uint256(_counters.round) + 1;
        }
    }

    function _baseVersion() private view returns (uint256) {
        unchecked {
            uint256 approved = _counters.approvedBase;
            return approved == 0 ? _counters.version : approved - 1;
        }
    }

    function _requireNoOpenRound() private view {
        Phase phase = _rounds[_roundId].phase;
        if (phase == Phase.Committing || phase == Phase.Publishing || phase == Phase.Attesting) {
            revert RoundIsOpen(_roundId);
        }
    }

    function _requireCoordinator() private view {
        if (msg.sender != _coordinator) revert NotCoordinator(msg.sender, _coordinator);
    }

    function _requireNotClosed() private view {
        if (_counters.closed) revert FederationIsClosed();
    }

    function _requireNoVerifiers() private view {
        if (_counters.verifiers != 0) revert OnlyWithoutVerifiers();
    }

    /// @dev Until when a veto against what begins now is heard.
    function _readyAt() private view returns (uint256) {
        unchecked {
            return block.timestamp + _recoverySeconds;
        }
    }

    function _requireBefore(uint256 deadline) private view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }

    function _requireAfter(uint256 deadline) private view {
        if (block.timestamp <= deadline) revert DeadlineNotPassed(deadline, block.timestamp);
    }

    function _signerOf(bytes32 structHash, bytes calldata signature) private view returns (address) {
        return ECDSA.recoverCalldata(Messages.signed(structHash), signature);
    }

    function _requireSigner(bytes32 structHash, bytes calldata signature, address expected) private view {
        address signer = _signerOf(structHash, signature);
        if (signer != expected) revert WrongSigner(signer, expected);
    }
}
