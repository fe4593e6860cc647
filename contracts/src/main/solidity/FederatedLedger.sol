// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {Bitmaps} from "./Bitmaps.sol";
import {Decisions} from "./Decisions.sol";
import {IFederatedLedger} from "./IFederatedLedger.sol";
import {Messages} from "./Messages.sol";

/// @title The ledger of one federation
contract FederatedLedger is IFederatedLedger, AccessControl, EIP712 {
    using Messages for UpdateCommitment;
    using Messages for Publication;
    using Messages for Attestation;
    using Messages for GovernanceChange;

    bytes32 public constant COORDINATOR = keccak256("COORDINATOR");
    bytes32 public constant AUDITOR = keccak256("AUDITOR");

    uint256 private constant MAX_PARTICIPANTS = 4096;
    uint256 private constant MAX_OFFICERS = 64;
    uint256 private constant MAX_WINDOW = 30 days;
    uint256 private constant MAX_WEIGHT = type(uint32).max;

    /// @dev The reason that an update's file never came.
    uint8 private constant MISSING = 1;

    /// @dev Keeps a word from being zero before its first use, so that no publication pays for a fresh one.
    bytes32 private constant UNUSED = bytes32(uint256(1));

    /// @dev The first two words are read by every commitment, the third only in the round of a key rotation.
    struct Participant {
        address signer;
        uint48 signerFrom;
        uint16 index;
        uint64 budget;
        uint64 previousBudget;
        uint64 spent;
        uint48 budgetFrom;
        address previousSigner;
        uint48 from;
        uint48 until;
    }

    /// @dev An aggregator or verifier, and the last publication that it made or attested to.
    struct Officer {
        uint48 from;
        uint48 until;
        uint48 lastRound;
        uint32 lastAttempt;
    }

    /// @dev The first word is fixed at opening but for the phase; the second is written once commits are closed.
    struct Round {
        uint48 number;
        uint48 commitDeadline;
        uint32 weightCap;
        uint24 revealSeconds;
        uint24 publicationSeconds;
        uint24 attestationSeconds;
        uint16 members;
        uint8 verifiers;
        uint8 words;
        Phase phase;
        uint48 revealDeadline;
        uint48 publicationDeadline;
        uint48 attestationDeadline;
        uint16 committed;
        uint8 attempts;
        uint8 matching;
        uint8 differing;
        AbortReason abortReason;
    }

    /// @dev Members, verifiers and aggregators are counted as they are for the next round.
    struct Counters {
        uint48 round;
        uint48 version;
        uint64 governanceNonce;
        uint16 admitted;
        uint16 members;
        uint8 verifiers;
        uint8 aggregators;
        bool closed;
    }

    bytes32 public immutable federationId;
    bytes32 public immutable specDigest;
    bytes32 public immutable initialModel;
    bytes32 public immutable initialState;
    uint32 public immutable quorum;
    uint16 public immutable attestationThreshold;

    Counters private _counters;
    bytes32 private _roundId;
    bytes32 private _model;
    bytes32 private _state;
    address private _coordinator;
    address private _pendingCoordinator;

    /// @dev The latest candidate's id, and the hash of its model and state.
    bytes32 private _publicationId = UNUSED;
    bytes32 private _result = UNUSED;

    /// @dev Who counts for the next round; the members of the latest round; and those of them who have not committed.
    /// A commitment clears a bit, so that it never pays for a fresh word.
    uint256[16] private _nextMembers;
    uint256[16] private _members;
    uint256[16] private _pending;

    mapping(bytes32 roundId => Round) private _rounds;
    mapping(bytes32 roundId => mapping(address participant => bytes32)) public commitmentHash;
    mapping(address participant => Participant) private _participants;
    mapping(uint256 index => address) public participantAt;
    mapping(address account => Officer) private _aggregators;
    mapping(address account => Officer) private _verifiers;

    constructor(Setup memory setup) EIP712("FedLedger", "1") {
        if (setup.federationId == 0) revert ZeroFederationId();
        if (setup.specDigest == 0 || setup.model == 0) revert ZeroDigest();
        if (setup.modelSize == 0) revert ZeroSize();
        if ((setup.state == 0) != (setup.stateSize == 0)) revert StateSizeMismatch(setup.state, setup.stateSize);
        if (setup.quorum == 0 || setup.quorum > MAX_PARTICIPANTS) revert InvalidQuorum(setup.quorum);
        federationId = setup.federationId;
        specDigest = setup.specDigest;
        initialModel = setup.model;
        initialState = setup.state;
        quorum = setup.quorum;
        attestationThreshold = setup.attestationThreshold;
        _model = setup.model;
        _state = setup.state;
        emit FederationCreated(
            setup.federationId,
            setup.specDigest,
            setup.model,
            setup.modelSize,
            setup.state,
            setup.stateSize,
            setup.quorum,
            setup.attestationThreshold
        );
        _fillOffices(setup);
    }

    // --------------------------------------------------------------------------------------------------- auditors

    /// @inheritdoc IFederatedLedger
    function grantAuditor(address auditor) external onlyRole(COORDINATOR) {
        _requireNotClosed();
        _grantAuditor(auditor);
    }

    /// @inheritdoc IFederatedLedger
    function revokeAuditor(address auditor) external onlyRole(COORDINATOR) {
        _requireNotClosed();
        if (!_revokeRole(AUDITOR, auditor)) revert NotInOffice(auditor);
        emit AuditorRevoked(auditor);
    }

    /// @dev Roles change by this contract's own rules only.
    function grantRole(bytes32 role, address) public pure override {
        revert RolesAreFixed(role);
    }

    /// @dev Roles change by this contract's own rules only.
    function revokeRole(bytes32 role, address) public pure override {
        revert RolesAreFixed(role);
    }

    /// @dev Roles change by this contract's own rules only.
    function renounceRole(bytes32 role, address) public pure override {
        revert RolesAreFixed(role);
    }

    // ---------------------------------------------------------------------------------------------------- offices

    /// @inheritdoc IFederatedLedger
    function addVerifier(address account, bytes[] calldata signatures) external {
        _authorize(GovernanceKind.AddVerifier, account, signatures);
        _addVerifier(account);
        _requireThreshold(_counters.verifiers);
    }

    /// @inheritdoc IFederatedLedger
    function removeVerifier(address account, bytes[] calldata signatures) external {
        _authorize(GovernanceKind.RemoveVerifier, account, signatures);
        _leave(_verifiers[account], account);
        uint8 verifiers = --_counters.verifiers;
        if (verifiers == 0) revert InvalidThreshold(attestationThreshold, 0);
        _requireThreshold(verifiers);
        emit VerifierRemoved(account, _nextRound());
    }

    /// @inheritdoc IFederatedLedger
    function addAggregator(address account, bytes[] calldata signatures) external {
        _authorize(GovernanceKind.AddAggregator, account, signatures);
        _addAggregator(account);
    }

    /// @inheritdoc IFederatedLedger
    function removeAggregator(address account, bytes[] calldata signatures) external {
        _authorize(GovernanceKind.RemoveAggregator, account, signatures);
        _leave(_aggregators[account], account);
        _counters.aggregators--;
        emit AggregatorRemoved(account, _nextRound());
    }

    /// @inheritdoc IFederatedLedger
    function changeCoordinator(address account, bytes[] calldata signatures) external {
        _authorize(GovernanceKind.ChangeCoordinator, account, signatures);
        if (account == address(0)) revert ZeroAddress();
        address previous = _pendingCoordinator == address(0) ? _coordinator : _pendingCoordinator;
        if (account == previous) revert AlreadyInOffice(account);
        emit CoordinatorChanged(previous, account, _nextRound());
        _pendingCoordinator = account;
        if (!_isRoundOpen()) _seatPendingCoordinator();
    }

    /// @inheritdoc IFederatedLedger
    function closeFederation(bytes[] calldata signatures) external onlyRole(COORDINATOR) {
        _requireNoOpenRound();
        _authorize(GovernanceKind.CloseFederation, address(0), signatures);
        _counters.closed = true;
        emit FederationClosed(_counters.round, _counters.version);
    }

    // ----------------------------------------------------------------------------------------------- participants

    /// @inheritdoc IFederatedLedger
    function admit(address participant, uint64 privacyBudget) external onlyRole(COORDINATOR) {
        _requireNotClosed();
        if (participant == address(0)) revert ZeroAddress();
        Participant storage record = _participants[participant];
        uint48 next = _nextRound();
        if (record.signer == address(0)) {
            uint16 index = _counters.admitted;
            if (index >= MAX_PARTICIPANTS) revert TooManyAccounts(index + 1, MAX_PARTICIPANTS);
            _counters.admitted = index + 1;
            participantAt[index] = participant;
            record.signer = participant;
            record.signerFrom = next;
            record.index = index;
            record.budget = privacyBudget;
            record.budgetFrom = next;
            record.from = next;
        } else {
            if (record.until == 0) revert AlreadyMember(participant);
            if (privacyBudget < record.budget) revert BudgetNotRaised(privacyBudget, record.budget);
            _setBudget(record, privacyBudget, next);
            if (record.until < next) record.from = next;
            record.until = 0;
        }
        (uint256 word, uint256 mask) = Bitmaps.locate(record.index);
        _nextMembers[word] |= mask;
        _counters.members++;
        emit ParticipantAdmitted(participant, record.index, privacyBudget, next);
    }

    /// @inheritdoc IFederatedLedger
    function suspend(address participant) external onlyRole(COORDINATOR) {
        _requireNotClosed();
        Participant storage record = _participants[participant];
        if (record.signer == address(0) || record.until != 0) revert NotMember(participant);
        record.until = _nextRound();
        (uint256 word, uint256 mask) = Bitmaps.locate(record.index);
        _nextMembers[word] &= ~mask;
        _counters.members--;
        emit ParticipantSuspended(participant, record.index, record.until);
    }

    /// @inheritdoc IFederatedLedger
    function rotateKey(address participant, address newSigner) external {
        _requireNotClosed();
        if (newSigner == address(0)) revert ZeroAddress();
        Participant storage record = _participants[participant];
        address previous = record.signer;
        if (previous == address(0)) revert NotAdmitted(participant);
        if (msg.sender != previous && !hasRole(COORDINATOR, msg.sender)) {
            revert NotAllowedToRotate(msg.sender, participant);
        }
        if (newSigner == previous) revert SameSigner(newSigner);
        uint48 next = _nextRound();
        if (record.signerFrom < next) {
            record.previousSigner = previous;
            record.signerFrom = next;
        }
        record.signer = newSigner;
        emit SigningKeyRotated(participant, newSigner, previous, next);
    }

    /// @inheritdoc IFederatedLedger
    function raiseBudget(address participant, uint64 privacyBudget) external onlyRole(COORDINATOR) {
        _requireNotClosed();
        Participant storage record = _participants[participant];
        if (record.signer == address(0)) revert NotAdmitted(participant);
        uint64 previous = record.budget;
        if (privacyBudget <= previous) revert BudgetNotRaised(privacyBudget, previous);
        uint48 next = _nextRound();
        _setBudget(record, privacyBudget, next);
        emit PrivacyBudgetRaised(participant, previous, privacyBudget, next);
    }

    // ------------------------------------------------------------------------------------------------------ rounds

    /// @inheritdoc IFederatedLedger
    function openRound(RoundOpening calldata opening) external onlyRole(COORDINATOR) returns (bytes32 roundId) {
        _requireNotClosed();
        _requireNoOpenRound();
        _checkOpening(opening);
        uint48 number = _nextRound();
        roundId = Messages.roundId(federationId, number, _model, opening);
        _roundId = roundId;
        _counters.round = number;
        Round storage round = _rounds[roundId];
        round.number = number;
        round.commitDeadline = uint48(opening.commitDeadline);
        round.weightCap = uint32(opening.weightCap);
        round.revealSeconds = uint24(opening.revealSeconds);
        round.publicationSeconds = uint24(opening.publicationSeconds);
        round.attestationSeconds = uint24(opening.attestationSeconds);
        round.members = _counters.members;
        round.verifiers = _counters.verifiers;
        round.words = uint8(Bitmaps.words(_counters.admitted));
        round.phase = Phase.Committing;
        _fixMembers(round.words);
        _emitRoundOpened(roundId, opening);
    }

    /// @inheritdoc IFederatedLedger
    function commitUpdate(UpdateCommitment calldata commitment, bytes calldata signature) external {
        Round storage round = _roundIn(commitment.roundId, Phase.Committing);
        _requireBefore(round.commitDeadline);
        uint48 number = round.number;
        uint32 weightCap = round.weightCap;
        if (commitment.weight == 0 || commitment.weight > weightCap) {
            revert InvalidWeight(commitment.weight, weightCap);
        }
        if (commitment.digest == 0) revert ZeroDigest();
        if (commitment.size == 0) revert ZeroSize();

        address participant = commitment.participant;
        Participant storage record = _participants[participant];
        uint16 index = record.index;
        address signer = record.signerFrom <= number ? record.signer : record.previousSigner;
        if (signer == address(0)) revert NotMemberOfRound(participant, number);
        _clearPending(commitment.roundId, participant, index, number);
        bytes32 structHash = commitment.hash();
        _requireSigner(structHash, signature, signer);
        uint64 privacyCost = commitment.privacyCost;
        if (privacyCost != 0) _spend(record, participant, privacyCost, number);
        commitmentHash[commitment.roundId][participant] = structHash;
        emit UpdateCommitted(
            commitment.roundId,
            participant,
            index,
            commitment.digest,
            commitment.size,
            commitment.weight,
            privacyCost,
            signature
        );
    }

    /// @inheritdoc IFederatedLedger
    function closeCommits(bytes32 roundId) external {
        Round storage round = _roundIn(roundId, Phase.Committing);
        uint256 missing = 0;
        for (uint256 word = 0; word < round.words; word++) {
            missing += Bitmaps.count(_pending[word]);
        }
        if (missing != 0) _requireAfter(round.commitDeadline);
        uint16 committed = uint16(round.members - missing);
        uint48 revealDeadline = uint48(block.timestamp + round.revealSeconds);
        round.committed = committed;
        round.revealDeadline = revealDeadline;
        emit CommitsClosed(roundId, committed, revealDeadline);
        if (committed < quorum) {
            _abort(roundId, round, AbortReason.TooFewCommitments);
        } else {
            round.phase = Phase.Publishing;
            round.publicationDeadline = revealDeadline + round.publicationSeconds;
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
        bytes32 publicationId = publication.hash();
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
        bytes32 roundId = _roundId;
        Round storage round = _roundIn(roundId, Phase.Attesting);
        bytes32 publicationId = attestation.publicationId;
        if (publicationId != _publicationId) revert UnknownPublication(publicationId, _publicationId);
        _requireBefore(round.attestationDeadline);
        _takeAttestation(verifier, publicationId, round.number, round.attempts);
        _requireSigner(attestation.hash(), signature, verifier);
        emit Attested(
            publicationId, verifier, attestation.matches, attestation.model, attestation.state, signature
        );
        if (attestation.matches) {
            if (_resultOf(attestation.model, attestation.state) != _result) {
                revert MatchOfOtherResult(attestation.model, attestation.state);
            }
            if (++round.matching == attestationThreshold) {
                _end(roundId, round, attestation.model, attestation.state, round.abortReason);
            }
        } else if (++round.differing > round.verifiers - attestationThreshold) {
            _fail(roundId, round, FailureReason.Disputed);
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
        if (phase == Phase.Committing && reason == AbortReason.Coordinator) {
            _checkRole(COORDINATOR);
        } else if (phase == Phase.Publishing && reason == AbortReason.Deadline) {
            _requireAfter(round.publicationDeadline);
        } else if (phase == Phase.None) {
            revert UnknownRound(roundId);
        } else {
            revert InvalidAbortReason(reason, phase);
        }
        _abort(roundId, round, reason);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IFederatedLedger
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IFederatedLedger
    function federation() external view returns (FederationRecord memory record) {
        record.round = _counters.round;
        record.roundId = _roundId;
        record.phase = _rounds[_roundId].phase;
        record.version = _counters.version;
        record.model = _model;
        record.state = _state;
        record.coordinator = _coordinator;
        record.pendingCoordinator = _pendingCoordinator;
        record.governanceNonce = _counters.governanceNonce;
        record.admitted = _counters.admitted;
        record.members = _counters.members;
        record.verifiers = _counters.verifiers;
        record.aggregators = _counters.aggregators;
        record.closed = _counters.closed;
    }

    /// @inheritdoc IFederatedLedger
    function roundRecord(bytes32 roundId) external view returns (RoundRecord memory record) {
        Round storage round = _rounds[roundId];
        record.round = round.number;
        record.phase = round.phase;
        record.commitDeadline = round.commitDeadline;
        record.revealDeadline = round.revealDeadline;
        record.publicationDeadline = round.publicationDeadline;
        record.attestationDeadline = round.attestationDeadline;
        record.weightCap = round.weightCap;
        record.revealSeconds = round.revealSeconds;
        record.publicationSeconds = round.publicationSeconds;
        record.attestationSeconds = round.attestationSeconds;
        record.members = round.members;
        record.verifiers = round.verifiers;
        record.words = round.words;
        record.committed = round.committed;
        record.attempts = round.attempts;
        record.matching = round.matching;
        record.differing = round.differing;
        record.abortReason = round.abortReason;
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
            admitted: record.signer != address(0),
            index: record.index,
            signer: record.signer,
            previousSigner: record.previousSigner,
            signerFrom: record.signerFrom,
            from: record.from,
            until: record.until,
            budget: record.budget,
            previousBudget: record.previousBudget,
            budgetFrom: record.budgetFrom,
            spent: record.spent
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
        _pendingCoordinator = setup.coordinator;
        _seatPendingCoordinator();
        emit CoordinatorChanged(address(0), setup.coordinator, _nextRound());
        for (uint256 i = 0; i < setup.aggregators.length; i++) {
            _addAggregator(setup.aggregators[i]);
        }
        for (uint256 i = 0; i < setup.verifiers.length; i++) {
            _addVerifier(setup.verifiers[i]);
        }
        _requireThreshold(setup.verifiers.length);
        if (setup.auditors.length > MAX_OFFICERS) revert TooManyAccounts(setup.auditors.length, MAX_OFFICERS);
        for (uint256 i = 0; i < setup.auditors.length; i++) {
            _grantAuditor(setup.auditors[i]);
        }
    }

    function _grantAuditor(address auditor) private {
        if (auditor == address(0)) revert ZeroAddress();
        if (!_grantRole(AUDITOR, auditor)) revert AlreadyInOffice(auditor);
        emit AuditorGranted(auditor);
    }

    function _addAggregator(address account) private {
        _enter(_aggregators[account], account);
        uint8 count = ++_counters.aggregators;
        if (count > MAX_OFFICERS) revert TooManyAccounts(count, MAX_OFFICERS);
        emit AggregatorAdded(account, _nextRound());
    }

    function _addVerifier(address account) private {
        _enter(_verifiers[account], account);
        uint8 count = ++_counters.verifiers;
        if (count > MAX_OFFICERS) revert TooManyAccounts(count, MAX_OFFICERS);
        emit VerifierAdded(account, _nextRound());
    }

    /// @dev Coming back before the removal counts leaves the term as it was.
    function _enter(Officer storage officer, address account) private {
        if (account == address(0)) revert ZeroAddress();
        uint48 next = _nextRound();
        if (officer.from != 0 && officer.until == 0) revert AlreadyInOffice(account);
        if (officer.until < next) officer.from = next;
        officer.until = 0;
    }

    function _leave(Officer storage officer, address account) private {
        if (officer.from == 0 || officer.until != 0) revert NotInOffice(account);
        officer.until = _nextRound();
    }

    function _countsIn(Officer storage officer, uint48 round) private view returns (bool) {
        return officer.from != 0 && officer.from <= round && (officer.until == 0 || round < officer.until);
    }

    function _seatPendingCoordinator() private {
        address coordinator = _pendingCoordinator;
        if (coordinator == address(0)) return;
        _revokeRole(COORDINATOR, _coordinator);
        _grantRole(COORDINATOR, coordinator);
        _coordinator = coordinator;
        _pendingCoordinator = address(0);
    }

    /// @dev M is more than half of N and at most N. Without verifiers it is at most 1, so that a first one can come.
    function _requireThreshold(uint256 verifiers) private view {
        uint256 threshold = attestationThreshold;
        bool valid = verifiers == 0 ? threshold <= 1 : threshold <= verifiers && 2 * threshold > verifiers;
        if (!valid) revert InvalidThreshold(threshold, verifiers);
    }

    function _authorize(GovernanceKind kind, address account, bytes[] calldata signatures) private {
        _requireNotClosed();
        uint64 nonce = _counters.governanceNonce++;
        if (_counters.verifiers == 0) {
            _checkRole(COORDINATOR);
            if (signatures.length != 0) revert WrongSignatureCount(signatures.length, 0);
            return;
        }
        uint256 threshold = attestationThreshold;
        if (signatures.length != threshold) revert WrongSignatureCount(signatures.length, threshold);
        bytes32 structHash = GovernanceChange(federationId, uint8(kind), account, nonce).hash();
        uint48 next = _nextRound();
        address previous = address(0);
        for (uint256 i = 0; i < threshold; i++) {
            address signer = _signerOf(structHash, signatures[i]);
            if (!_countsIn(_verifiers[signer], next)) revert NotVerifierOfRound(signer, next);
            if (signer <= previous) revert SignersNotAscending(previous, signer);
            previous = signer;
        }
        emit GovernanceApproved(nonce, kind, account, signatures);
    }

    // ------------------------------------------------------------------------------------- participants, inside

    /// @dev The former budget counts until the new one does.
    function _setBudget(Participant storage record, uint64 budget, uint48 next) private {
        if (record.budgetFrom < next) {
            record.previousBudget = record.budget;
            record.budgetFrom = next;
        }
        record.budget = budget;
    }

    function _spend(Participant storage record, address participant, uint64 cost, uint48 round) private {
        uint64 budget = record.budgetFrom <= round ? record.budget : record.previousBudget;
        uint64 spent = record.spent;
        if (uint256(spent) + cost > budget) revert BudgetExceeded(participant, spent, cost, budget);
        record.spent = spent + cost;
    }

    // ------------------------------------------------------------------------------------- rounds, inside

    function _checkOpening(RoundOpening calldata opening) private view {
        if (_counters.members < quorum) revert TooFewMembers(_counters.members, quorum);
        if (_counters.aggregators == 0) revert NoAggregators();
        if (opening.planDigest == 0) revert ZeroDigest();
        if (opening.planSize == 0) revert ZeroSize();
        if (opening.commitDeadline <= block.timestamp || opening.commitDeadline > block.timestamp + MAX_WINDOW) {
            revert InvalidCommitDeadline(opening.commitDeadline, block.timestamp);
        }
        _checkWindow(opening.revealSeconds);
        _checkWindow(opening.publicationSeconds);
        _checkWindow(opening.attestationSeconds);
        if (opening.weightCap == 0 || opening.weightCap > MAX_WEIGHT) revert InvalidWeightCap(opening.weightCap);
    }

    function _checkWindow(uint32 window) private pure {
        if (window == 0 || window > MAX_WINDOW) revert InvalidWindow(window);
    }

    function _fixMembers(uint256 words) private {
        for (uint256 word = 0; word < words; word++) {
            uint256 members = _nextMembers[word];
            _members[word] = members;
            _pending[word] = members;
        }
    }

    function _emitRoundOpened(bytes32 roundId, RoundOpening calldata opening) private {
        emit RoundOpened(
            _counters.round,
            roundId,
            opening.planDigest,
            opening.planSize,
            _counters.version,
            _model,
            _state,
            opening.commitDeadline,
            opening.revealSeconds,
            opening.publicationSeconds,
            opening.attestationSeconds,
            opening.weightCap,
            _counters.members,
            _counters.verifiers
        );
    }

    function _clearPending(bytes32 roundId, address participant, uint16 index, uint48 round) private {
        (uint256 word, uint256 mask) = Bitmaps.locate(index);
        uint256 pending = _pending[word];
        if (pending & mask == 0) {
            if (commitmentHash[roundId][participant] != 0) revert AlreadyCommitted(participant, roundId);
            revert NotMemberOfRound(participant, round);
        }
        _pending[word] = pending ^ mask;
    }

    function _takeAttempt(Round storage round, Publication calldata publication, address account) private {
        uint8 attempt = round.attempts + 1;
        if (publication.attempt != attempt) revert WrongAttempt(publication.attempt, attempt);
        Officer storage aggregator = _aggregators[account];
        uint48 number = round.number;
        if (!_countsIn(aggregator, number)) revert NotAggregatorOfRound(account, number);
        if (aggregator.lastRound == number) revert AlreadyPublished(account, publication.roundId);
        aggregator.lastRound = number;
        aggregator.lastAttempt = attempt;
        round.attempts = attempt;
    }

    function _takeAttestation(address account, bytes32 publicationId, uint48 round, uint8 attempt) private {
        Officer storage verifier = _verifiers[account];
        if (!_countsIn(verifier, round)) revert NotVerifierOfRound(account, round);
        if (verifier.lastRound == round && verifier.lastAttempt == attempt) {
            revert AlreadyAttested(account, publicationId);
        }
        verifier.lastRound = round;
        verifier.lastAttempt = attempt;
    }

    /// @dev Checks what the publication says about each update, and returns how many it accepts.
    function _decide(
        Round storage round,
        Publication calldata publication,
        uint256[] calldata accepted,
        bytes calldata rejected
    ) private returns (uint256 count) {
        bytes32 acceptedDigest = Messages.acceptedDigest(accepted, rejected);
        if (publication.acceptedDigest != acceptedDigest) {
            revert WrongAcceptedDigest(publication.acceptedDigest, acceptedDigest);
        }
        uint256 words = round.words;
        if (accepted.length != words) revert WrongWordCount(accepted.length, words);
        uint256[] memory rejectedWords = Decisions.rejectedWords(rejected, words);
        for (uint256 word = 0; word < words; word++) {
            uint256 committed = _members[word] ^ _pending[word];
            Decisions.check(word, accepted[word], rejectedWords[word], committed);
            count += Bitmaps.count(accepted[word]);
        }
        for (uint256 offset = 0; offset < rejected.length; offset += Decisions.ENTRY) {
            (uint256 index, uint8 reason) = Decisions.rejection(rejected, offset);
            if (reason == MISSING && block.timestamp <= round.revealDeadline) {
                revert MissingBeforeReveal(index, round.revealDeadline, block.timestamp);
            }
            emit UpdateRejected(publication.roundId, participantAt[index], reason, publication.attempt);
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
        if (accepted >= quorum) return empty ? AbortReason.NonfiniteResult : AbortReason.None;
        if (!empty) revert TooFewAccepted(accepted, quorum);
        return AbortReason.TooFewAccepted;
    }

    /// @dev Makes a publication the pending candidate.
    function _await(Round storage round, bytes32 publicationId, bytes32 result, AbortReason reason) private {
        round.phase = Phase.Attesting;
        round.attestationDeadline = uint48(block.timestamp + round.attestationSeconds);
        round.matching = 0;
        round.differing = 0;
        round.abortReason = reason;
        _publicationId = publicationId;
        _result = result;
    }

    function _resultOf(bytes32 model, bytes32 state) private pure returns (bytes32) {
        return keccak256(abi.encode(model, state));
    }

    function _fail(bytes32 roundId, Round storage round, FailureReason reason) private {
        round.phase = Phase.Publishing;
        round.abortReason = AbortReason.None;
        uint256 start = block.timestamp > round.revealDeadline ? block.timestamp : round.revealDeadline;
        round.publicationDeadline = uint48(start + round.publicationSeconds);
        emit PublicationFailed(roundId, _publicationId, round.attempts, reason);
    }

    function _end(bytes32 roundId, Round storage round, bytes32 model, bytes32 state, AbortReason reason) private {
        if (reason != AbortReason.None) {
            _abort(roundId, round, reason);
            return;
        }
        round.phase = Phase.Final;
        bytes32 parent = _model;
        _model = model;
        _state = state;
        emit VersionFinal(++_counters.version, model, roundId, parent, state, round.attempts);
        _seatPendingCoordinator();
    }

    function _abort(bytes32 roundId, Round storage round, AbortReason reason) private {
        round.phase = Phase.Aborted;
        round.abortReason = reason;
        emit RoundAborted(round.number, roundId, reason);
        _seatPendingCoordinator();
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

    function _nextRound() private view returns (uint48) {
        return _counters.round + 1;
    }

    function _isRoundOpen() private view returns (bool) {
        Phase phase = _rounds[_roundId].phase;
        return phase == Phase.Committing || phase == Phase.Publishing || phase == Phase.Attesting;
    }

    function _requireNoOpenRound() private view {
        if (_isRoundOpen()) revert RoundIsOpen(_roundId);
    }

    function _requireNotClosed() private view {
        if (_counters.closed) revert FederationIsClosed();
    }

    function _requireBefore(uint48 deadline) private view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }

    function _requireAfter(uint48 deadline) private view {
        if (block.timestamp <= deadline) revert DeadlineNotPassed(deadline, block.timestamp);
    }

    function _signerOf(bytes32 structHash, bytes calldata signature) private view returns (address) {
        return ECDSA.recoverCalldata(_hashTypedDataV4(structHash), signature);
    }

    function _requireSigner(bytes32 structHash, bytes calldata signature, address expected) private view {
        address signer = _signerOf(structHash, signature);
        if (signer != expected) revert WrongSigner(signer, expected);
    }
}
