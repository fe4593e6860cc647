// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The ledger of one federation
/// @notice Records who may take part, what each participant committed, what was published from it, who attested to
/// it, and so which model versions are final. One deployment per federation; immutable, without a proxy.
///
/// Rules that hold everywhere:
///
/// - The events are the record. From them alone everything can be rebuilt: membership, keys, roles, rounds,
///   candidates, reasons and privacy spent. Storage keeps only what the contract itself needs later.
/// - Times are seconds since 1970 UTC. A deadline is the last second at which the step may still be done; what waits
///   for a deadline may be done from the next second on.
/// - Rounds count from 1. A change "counts from" the next round, that is the last opened round plus one, whether or
///   not a round is open. An `until` is the first round in which something no longer counts.
/// - Signed messages are EIP-712 under the domain `FedLedger`, version `1`, this chain and this contract. Signatures
///   are 65 bytes with low s. Who sends the transaction of a signed message does not matter.
/// - Participants are numbered by admission, from 0. A bitmap holds participant i in bit `i % 256`, counted from the
///   least significant, of word `i / 256`; a round's bitmaps have `ceil(admitted / 256)` words, where `admitted` is
///   the number of participants ever admitted when the round opened.
interface IFederatedLedger {
    // ------------------------------------------------------------------------------------------------------ types

    /// @notice Where the latest round stands.
    /// @dev 0 None: no round was opened yet. 1 Committing: commitments are taken. 2 Publishing: commits are closed
    /// and no candidate is pending. 3 Attesting: a candidate is pending. 4 Final and 5 Aborted: the round has ended.
    enum Phase {
        None,
        Committing,
        Publishing,
        Attesting,
        Final,
        Aborted
    }

    /// @notice Why a round was aborted.
    /// @dev 0 None. 1 Coordinator: by the coordinator, before commits closed. 2 TooFewCommitments: fewer than the
    /// quorum. 3 TooFewAccepted: a final publication said that too few updates passed the gates. 4 NonfiniteResult: a
    /// final publication said that the aggregate is not finite. 5 Deadline: nobody published in time.
    enum AbortReason {
        None,
        Coordinator,
        TooFewCommitments,
        TooFewAccepted,
        NonfiniteResult,
        Deadline
    }

    /// @notice Why a candidate failed.
    /// @dev 0 None. 1 Disputed: so many verifiers differ that it cannot become final. 2 Deadline: too few attested
    /// in time.
    enum FailureReason {
        None,
        Disputed,
        Deadline
    }

    /// @notice What a `GovernanceChange` does.
    enum GovernanceKind {
        None,
        AddVerifier,
        RemoveVerifier,
        AddAggregator,
        RemoveAggregator,
        ChangeCoordinator,
        CloseFederation
    }

    /// @notice What a federation is founded with.
    /// @param federationId 32 random bytes, not zero
    /// @param specDigest digest of the spec
    /// @param model digest of version 0 of the model
    /// @param modelSize its size in bytes
    /// @param state digest of version 0 of the aggregation rule's state; zero for a rule without state
    /// @param stateSize its size in bytes; zero exactly if there is no state
    /// @param quorum fewest members a round opens with, fewest commitments it goes on with and fewest updates a
    /// model is made from; at least 1
    /// @param attestationThreshold how many verifiers must attest to a publication (M of N). With verifiers, more
    /// than half of them and at most all; without, at most 1
    /// @param coordinator admits participants and opens rounds
    /// @param aggregators at most 64
    /// @param verifiers at most 64; without any, a publication is final at once
    /// @param auditors at most 64 at the founding
    struct Setup {
        bytes32 federationId;
        bytes32 specDigest;
        bytes32 model;
        uint64 modelSize;
        bytes32 state;
        uint64 stateSize;
        uint32 quorum;
        uint16 attestationThreshold;
        address coordinator;
        address[] aggregators;
        address[] verifiers;
        address[] auditors;
    }

    /// @notice What the coordinator decides about a round.
    /// @param planDigest digest of the plan
    /// @param planSize its size in bytes
    /// @param commitDeadline last second for commitments; at most 30 days ahead
    /// @param revealSeconds from the close of commits to the reveal deadline, after which an update may be MISSING
    /// @param publicationSeconds how long each attempt at publishing may take
    /// @param attestationSeconds how long attesting to a publication may take
    /// @param weightCap greatest weight of an update, 1 to 2^32-1
    /// @dev The three windows are 1 second to 30 days each.
    struct RoundOpening {
        bytes32 planDigest;
        uint64 planSize;
        uint64 commitDeadline;
        uint32 revealSeconds;
        uint32 publicationSeconds;
        uint32 attestationSeconds;
        uint64 weightCap;
    }

    /// @notice A participant's promise of one update; EIP-712, signed by the participant's signing key.
    /// @param digest SHA-256 of the update's file
    /// @param weight number of training examples
    /// @param privacyCost in units of 10^-9
    struct UpdateCommitment {
        bytes32 roundId;
        address participant;
        bytes32 digest;
        uint64 size;
        uint64 weight;
        uint64 privacyCost;
    }

    /// @notice What an aggregator made of a round; EIP-712, signed by the aggregator.
    /// @param attempt 1 for the round's first publication, then rising by one
    /// @param acceptedDigest `keccak256(abi.encode(uint256[] accepted, bytes rejected))`
    /// @dev A publication whose model, state and sizes are all zero proposes to abort the round: with
    /// TooFewAccepted if fewer than the quorum are accepted, else with NonfiniteResult. The publication's id is its
    /// EIP-712 struct hash.
    struct Publication {
        bytes32 roundId;
        uint32 attempt;
        bytes32 model;
        uint64 modelSize;
        bytes32 state;
        uint64 stateSize;
        bytes32 acceptedDigest;
    }

    /// @notice A verifier's finding on a publication; EIP-712, signed by the verifier.
    /// @param model the digest that the verifier computed
    /// @param state the digest that the verifier computed
    /// @param matches whether all of the publication is what the verifier computed
    struct Attestation {
        bytes32 publicationId;
        bytes32 model;
        bytes32 state;
        bool matches;
    }

    /// @notice A verifier's consent to a change of offices; EIP-712, signed by the verifier.
    /// @param kind a `GovernanceKind`
    /// @param account whom it is about; zero for CloseFederation
    /// @param nonce the ledger's governance nonce, which rises with every change
    /// @dev This struct is never passed to the contract; the contract makes it from the call.
    struct GovernanceChange {
        bytes32 federationId;
        uint8 kind;
        address account;
        uint64 nonce;
    }

    /// @notice Where the federation stands. `round` is the last opened round and `roundId` its id (0 if none).
    /// @param pendingCoordinator takes office when the open round ends; zero if none waits
    struct FederationRecord {
        uint64 round;
        bytes32 roundId;
        Phase phase;
        uint64 version;
        bytes32 model;
        bytes32 state;
        address coordinator;
        address pendingCoordinator;
        uint64 governanceNonce;
        uint32 admitted;
        uint32 members;
        uint32 verifiers;
        uint32 aggregators;
        bool closed;
    }

    /// @notice What the contract keeps about a round. Deadlines that are not yet known are 0.
    /// @param words number of words of the round's bitmaps
    /// @param committed number of commitments, known once commits are closed
    /// @param attempts number of publications so far
    /// @param matching attestations for the latest publication
    /// @param differing attestations against the latest publication
    /// @param abortReason why it was aborted, or what the pending publication proposes
    struct RoundRecord {
        uint64 round;
        Phase phase;
        uint64 commitDeadline;
        uint64 revealDeadline;
        uint64 publicationDeadline;
        uint64 attestationDeadline;
        uint64 weightCap;
        uint32 revealSeconds;
        uint32 publicationSeconds;
        uint32 attestationSeconds;
        uint32 members;
        uint32 verifiers;
        uint32 words;
        uint32 committed;
        uint32 attempts;
        uint32 matching;
        uint32 differing;
        AbortReason abortReason;
    }

    /// @notice What the contract keeps about a participant.
    /// @param signer the newest signing key, which counts from round `signerFrom`; before it, `previousSigner`
    /// @param from first round of the present membership
    /// @param until first round in which it no longer counts; 0 while it has no end
    /// @param budget the newest privacy budget, which counts from round `budgetFrom`; before it, `previousBudget`
    /// @param spent privacy spent in all rounds
    struct ParticipantRecord {
        bool admitted;
        uint32 index;
        address signer;
        address previousSigner;
        uint64 signerFrom;
        uint64 from;
        uint64 until;
        uint64 budget;
        uint64 previousBudget;
        uint64 budgetFrom;
        uint64 spent;
    }

    /// @notice The rounds in which an aggregator or verifier counts.
    /// @param from first round; 0 if never in office
    /// @param until first round in which it no longer counts; 0 while it has no end
    struct Term {
        uint64 from;
        uint64 until;
    }

    // ----------------------------------------------------------------------------------------------------- events

    /// @notice The federation was founded. One event for each office follows.
    event FederationCreated(
        bytes32 indexed federationId,
        bytes32 indexed specDigest,
        bytes32 indexed model,
        uint64 modelSize,
        bytes32 state,
        uint64 stateSize,
        uint32 quorum,
        uint16 attestationThreshold
    );

    /// @notice Nothing happens in this federation any more.
    event FederationClosed(uint64 rounds, uint64 version);

    /// @notice `previous` is zero at the founding. If a round is open the change waits for its end.
    event CoordinatorChanged(address indexed previous, address indexed coordinator, uint64 fromRound);

    event AuditorGranted(address indexed auditor);
    event AuditorRevoked(address indexed auditor);
    event AggregatorAdded(address indexed aggregator, uint64 fromRound);
    event AggregatorRemoved(address indexed aggregator, uint64 untilRound);
    event VerifierAdded(address indexed verifier, uint64 fromRound);
    event VerifierRemoved(address indexed verifier, uint64 untilRound);

    /// @notice The verifiers whose signatures carried a change, which the next event names. Only with verifiers.
    event GovernanceApproved(uint64 indexed nonce, GovernanceKind kind, address indexed account, bytes[] signatures);

    /// @notice A participant was admitted, or admitted again after a suspension, under the same index.
    /// @param privacyBudget its budget from that round on
    event ParticipantAdmitted(
        address indexed participant, uint32 indexed index, uint64 privacyBudget, uint64 fromRound
    );

    event ParticipantSuspended(address indexed participant, uint32 indexed index, uint64 untilRound);

    event SigningKeyRotated(
        address indexed participant, address indexed signer, address previousSigner, uint64 fromRound
    );

    event PrivacyBudgetRaised(address indexed participant, uint64 previousBudget, uint64 budget, uint64 fromRound);

    /// @notice A round opened on the last final version. Its members and verifiers are fixed from here on.
    event RoundOpened(
        uint64 indexed round,
        bytes32 indexed roundId,
        bytes32 planDigest,
        uint64 planSize,
        uint64 baseVersion,
        bytes32 baseModel,
        bytes32 baseState,
        uint64 commitDeadline,
        uint32 revealSeconds,
        uint32 publicationSeconds,
        uint32 attestationSeconds,
        uint64 weightCap,
        uint32 members,
        uint32 verifiers
    );

    event UpdateCommitted(
        bytes32 indexed roundId,
        address indexed participant,
        uint32 index,
        bytes32 indexed digest,
        uint64 size,
        uint64 weight,
        uint64 privacyCost,
        bytes signature
    );

    /// @notice No commitment is taken any more; uploads open.
    event CommitsClosed(bytes32 indexed roundId, uint32 committed, uint64 revealDeadline);

    /// @notice A candidate was published. `UpdateRejected` events follow, one for each rejected update.
    event ModelPublished(
        bytes32 indexed roundId,
        bytes32 indexed publicationId,
        address indexed aggregator,
        uint32 attempt,
        bytes32 model,
        uint64 modelSize,
        bytes32 state,
        uint64 stateSize,
        uint256[] accepted,
        bytes rejected,
        bytes signature
    );

    event UpdateRejected(
        bytes32 indexed roundId, address indexed participant, uint8 indexed reason, uint32 attempt
    );

    event Attested(
        bytes32 indexed publicationId,
        address indexed verifier,
        bool matches,
        bytes32 model,
        bytes32 state,
        bytes signature
    );

    /// @notice A candidate failed; the same commitments serve the next attempt, by another aggregator.
    event PublicationFailed(
        bytes32 indexed roundId, bytes32 indexed publicationId, uint32 attempt, FailureReason reason
    );

    /// @notice A round ended in a new version.
    event VersionFinal(
        uint64 indexed version,
        bytes32 indexed model,
        bytes32 indexed roundId,
        bytes32 parent,
        bytes32 state,
        uint32 attempt
    );

    /// @notice A round ended without a version.
    event RoundAborted(uint64 indexed round, bytes32 indexed roundId, AbortReason reason);

    // ----------------------------------------------------------------------------------------------------- errors

    // The founding and the offices.
    error ZeroFederationId();
    error ZeroDigest();
    error ZeroAddress();
    error InvalidQuorum(uint32 quorum);
    error InvalidThreshold(uint256 attestationThreshold, uint256 verifiers);
    error StateSizeMismatch(bytes32 state, uint64 stateSize);
    error TooManyAccounts(uint256 count, uint256 limit);
    error FederationIsClosed();
    error RolesAreFixed(bytes32 role);
    error AlreadyInOffice(address account);
    error NotInOffice(address account);
    error WrongSignatureCount(uint256 given, uint256 needed);
    error SignersNotAscending(address previous, address signer);

    // Participants.
    error AlreadyMember(address participant);
    error NotMember(address participant);
    error NotAdmitted(address participant);
    error NotAllowedToRotate(address sender, address participant);
    error SameSigner(address signer);
    error BudgetNotRaised(uint64 given, uint64 current);

    // Opening and ending a round.
    error RoundIsOpen(bytes32 roundId);
    error UnknownRound(bytes32 roundId);
    error WrongPhase(bytes32 roundId, Phase actual, Phase needed);
    error TooFewMembers(uint256 members, uint256 quorum);
    error NoAggregators();
    error ZeroSize();
    error InvalidCommitDeadline(uint64 commitDeadline, uint256 time);
    error InvalidWindow(uint32 window);
    error InvalidWeightCap(uint64 weightCap);
    error DeadlinePassed(uint256 deadline, uint256 time);
    error DeadlineNotPassed(uint256 deadline, uint256 time);
    error InvalidAbortReason(AbortReason reason, Phase phase);

    // Signed messages.
    error WrongSigner(address signer, address expected);
    error NotMemberOfRound(address participant, uint64 round);
    error AlreadyCommitted(address participant, bytes32 roundId);
    error InvalidWeight(uint64 weight, uint64 cap);
    error BudgetExceeded(address participant, uint64 spent, uint64 cost, uint64 budget);
    error WrongAttempt(uint32 attempt, uint32 expected);
    error NotAggregatorOfRound(address account, uint64 round);
    error AlreadyPublished(address aggregator, bytes32 roundId);
    error WrongAcceptedDigest(bytes32 given, bytes32 computed);
    error MalformedRejections(uint256 length);
    error RejectionsNotAscending(uint256 previous, uint256 index);
    error IndexOutOfRange(uint256 index, uint256 limit);
    error ReasonMissing(uint256 index);
    error WrongWordCount(uint256 given, uint256 needed);
    error DecisionsMismatch(uint256 word, uint256 accepted, uint256 rejected, uint256 committed);
    error MissingBeforeReveal(uint256 index, uint256 revealDeadline, uint256 time);
    error TooFewAccepted(uint256 accepted, uint256 quorum);
    error InvalidResult(bytes32 model, uint64 modelSize, bytes32 state, uint64 stateSize);
    error UnknownPublication(bytes32 given, bytes32 pending);
    error NotVerifierOfRound(address account, uint64 round);
    error AlreadyAttested(address verifier, bytes32 publicationId);
    error MatchOfOtherResult(bytes32 model, bytes32 state);

    // --------------------------------------------------------------------------------------------------- auditors

    /// @notice Lets an account read what the spec lets auditors read. By the coordinator; counts at once.
    function grantAuditor(address auditor) external;

    /// @notice Takes that back. By the coordinator; counts at once.
    function revokeAuditor(address auditor) external;

    // ---------------------------------------------------------------------------------------------------- offices
    //
    // While the federation has no verifiers, the coordinator alone makes these changes and `signatures` is empty.
    // With verifiers, anyone may send them, with exactly M signatures of a `GovernanceChange` by different verifiers,
    // in ascending order of the verifiers' addresses. Verifiers are here those who count for the next round. All
    // changes count from the next round.

    function addVerifier(address account, bytes[] calldata signatures) external;

    /// @notice Removes a verifier. A federation that has verifiers never goes back to having none.
    function removeVerifier(address account, bytes[] calldata signatures) external;

    function addAggregator(address account, bytes[] calldata signatures) external;

    function removeAggregator(address account, bytes[] calldata signatures) external;

    /// @notice Hands over the coordinator's office: at once if no round is open, else when that round ends.
    function changeCoordinator(address account, bytes[] calldata signatures) external;

    /// @notice Ends the federation, while no round is open. By the coordinator, and with verifiers with M signatures.
    function closeFederation(bytes[] calldata signatures) external;

    // ----------------------------------------------------------------------------------------------- participants

    /// @notice Admits a participant, or admits it again after a suspension, from the next round. By the coordinator.
    /// @param participant its identity for ever and its first signing key
    /// @param privacyBudget for all rounds together; on another admission at least the former budget
    function admit(address participant, uint64 privacyBudget) external;

    /// @notice Suspends a member from the next round. By the coordinator.
    function suspend(address participant) external;

    /// @notice Gives a participant another signing key from the next round. By its newest signing key, or by the
    /// coordinator.
    function rotateKey(address participant, address newSigner) external;

    /// @notice Raises a participant's privacy budget from the next round. By the coordinator.
    function raiseBudget(address participant, uint64 privacyBudget) external;

    // ------------------------------------------------------------------------------------------------------ rounds

    /// @notice Opens the next round on the last final version. By the coordinator, while no round is open.
    /// @return roundId `keccak256(abi.encode(keccak256("Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32 baseDigest,uint64 commitDeadline,uint32 revealSeconds,uint32 publicationSeconds,uint32 attestationSeconds)"), federationId, round, planDigest, baseModel, commitDeadline, revealSeconds, publicationSeconds, attestationSeconds))`
    function openRound(RoundOpening calldata opening) external returns (bytes32 roundId);

    /// @notice Records an update's commitment, once for each member of the round, until the commit deadline.
    function commitUpdate(UpdateCommitment calldata commitment, bytes calldata signature) external;

    /// @notice Closes commits for good: when all members have committed, or after the commit deadline. By anyone.
    /// The round is aborted if fewer than the quorum have committed.
    function closeCommits(bytes32 roundId) external;

    /// @notice Publishes a candidate. Each aggregator of the round may do it once a round, while none is pending.
    /// The publication deadline of an attempt is `publicationSeconds` after the reveal deadline or after the failure
    /// of the attempt before it, whichever is later.
    /// @param accepted bitmap of the accepted updates
    /// @param rejected the other committed updates, each as `uint16 index, uint8 reason` (big-endian, 3 bytes), in
    /// ascending order of index; reasons are 1 to 255, and 1 (MISSING) only after the reveal deadline
    function publish(
        Publication calldata publication,
        uint256[] calldata accepted,
        bytes calldata rejected,
        bytes calldata signature
    ) external;

    /// @notice Records an attestation to the pending candidate, once for each verifier of the round, until the
    /// attestation deadline. The M-th that matches makes it final; it fails when more than N - M differ.
    function attest(Attestation calldata attestation, address verifier, bytes calldata signature) external;

    /// @notice Fails the pending candidate after its attestation deadline. By anyone.
    function expirePublication(bytes32 roundId) external;

    /// @notice Aborts a round: by the coordinator before commits are closed, with reason Coordinator; by anyone once
    /// no candidate is pending and the publication deadline has passed, with reason Deadline.
    function abortRound(bytes32 roundId, AbortReason reason) external;

    // ------------------------------------------------------------------------------------------------------- views

    function federationId() external view returns (bytes32);
    function specDigest() external view returns (bytes32);
    function quorum() external view returns (uint32);
    function attestationThreshold() external view returns (uint16);
    function initialModel() external view returns (bytes32);
    function initialState() external view returns (bytes32);
    function domainSeparator() external view returns (bytes32);

    function federation() external view returns (FederationRecord memory);

    /// @notice All fields are 0 for an unknown round.
    function roundRecord(bytes32 roundId) external view returns (RoundRecord memory);

    /// @notice Bitmaps of the latest round: its members, and those of them who have not committed.
    function bitmaps() external view returns (uint256[] memory members, uint256[] memory pending);

    /// @notice The pending candidate's id, or 0 if none is pending.
    function pendingPublication() external view returns (bytes32);

    /// @notice The EIP-712 struct hash of a participant's commitment in a round, or 0.
    function commitmentHash(bytes32 roundId, address participant) external view returns (bytes32);

    function participantRecord(address participant) external view returns (ParticipantRecord memory);

    /// @notice The participant of an index, or zero.
    function participantAt(uint256 index) external view returns (address);

    function aggregatorTerm(address account) external view returns (Term memory);
    function verifierTerm(address account) external view returns (Term memory);
}
