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
/// - A window begins when the one before it has ended, but never ends later than if every window of the round since
///   its opening had been used to the last second: who is late takes from the time of those who come after.
/// - Rounds count from 1. A change "counts from" the next round, that is the last opened round plus one, whether or
///   not a round is open. An `until` is the first round in which something no longer counts.
/// - Signed messages are EIP-712 under the domain `FedLedger`, version `1`, this chain and this contract. Signatures
///   are 65 bytes with low s. Who sends the transaction of a signed message does not matter.
/// - Where nothing else is said, anyone may call. `NotCoordinator` refuses what is the coordinator's alone.
/// - A version is a model and the aggregation rule's state. The contract keeps `keccak256(abi.encode(model, state))`
///   of each final one; the values stand in the events.
/// - Participants are numbered by admission, from 0. A bitmap holds participant i in bit `i % 256`, counted from the
///   least significant, of word `i / 256`; a round's bitmaps have `ceil(admitted / 256)` words, where `admitted` is
///   the number of participants ever admitted when the round opened.
interface IFederatedLedger {
    // ------------------------------------------------------------------------------------------------------ types

    /// @notice Where the latest round stands.
    /// @dev 0 None: no round was opened yet. 1 Committing: commitments of some stage are taken. 2 Publishing: commits
    /// of the last stage are closed and no candidate is pending. 3 Attesting: a candidate is pending. 4 Final and
    /// 5 Aborted: the round has ended.
    enum Phase {
        None,
        Committing,
        Publishing,
        Attesting,
        Final,
        Aborted
    }

    /// @notice Why a round was aborted.
    /// @dev 0 None. 1 Coordinator: by the coordinator, before commits of the first stage closed.
    /// 2 TooFewCommitments: fewer than a stage's threshold. 3 TooFewAccepted: a final publication said that too few
    /// updates passed the gates. 4 NoAggregate: a final publication said that the rule makes no model of
    /// the accepted updates, because they are too few for it or their aggregate is not finite.
    /// 5 Deadline: nobody published in time. 6 AttemptsExhausted: the last attempt failed.
    enum AbortReason {
        None,
        Coordinator,
        TooFewCommitments,
        TooFewAccepted,
        NoAggregate,
        Deadline,
        AttemptsExhausted
    }

    /// @notice Why a candidate failed.
    /// @dev 0 None. 1 Disputed: so many verifiers differ that it cannot become final. 2 Deadline: too few found in
    /// time that it matches.
    enum FailureReason {
        None,
        Disputed,
        Deadline
    }

    /// @notice What a verifier found.
    /// @dev 1 Match: all of the publication is what the verifier computed. 2 Differ: it computed something else, from
    /// all files. 3 Lack: it could not compute, for want of a file.
    enum Finding {
        None,
        Match,
        Differ,
        Lack
    }

    /// @notice What a change by `govern` does, and what its account and value are; both are 0 where not named.
    /// @dev 1 AddVerifier: account; value is the new threshold M, or 0 to leave it. 2 RemoveVerifier: likewise.
    /// 3 ReplaceVerifier: account goes and the address in value comes. 4 AddAggregator and 5 RemoveAggregator: account.
    /// 6 ChangeCoordinator: account. 7 ChangeThreshold: value is M. 8 RecoverKey: account is a participant and value
    /// its new signing key's address; only if founded with verifiers. 9 BuildOn: value is the version on which rounds build until
    /// one that opens from now on makes a version. 10 CloseFederation: only while no round is open. 11 ChangeSuccessor: account,
    /// or 0 for none.
    enum GovernanceKind {
        None,
        AddVerifier,
        RemoveVerifier,
        ReplaceVerifier,
        AddAggregator,
        RemoveAggregator,
        ChangeCoordinator,
        ChangeThreshold,
        RecoverKey,
        BuildOn,
        CloseFederation,
        ChangeSuccessor
    }

    /// @notice What a federation is founded with.
    /// @param federationId 32 random bytes, not zero
    /// @param specDigest digest of the spec
    /// @param model digest of version 0 of the model
    /// @param modelSize its size in bytes
    /// @param state digest of version 0 of the aggregation rule's state; zero for a rule without state
    /// @param stateSize its size in bytes; zero exactly if there is no state
    /// @param quorum fewest members a round is for, fewest commitments its first stage goes on with and fewest updates
    /// a model is made from; at least 1
    /// @param attestationThreshold how many verifiers must find that a publication matches (M of N). With verifiers,
    /// more than half of them and at most all; without, 0
    /// @param recoverySeconds how long a recovery or a claim waits for a veto; at least 1
    /// @param coordinator admits participants and opens rounds
    /// @param successor may claim the coordinator's office if it is lost while there are no verifiers; zero for nobody
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
        uint32 recoverySeconds;
        address coordinator;
        address successor;
        address[] aggregators;
        address[] verifiers;
        address[] auditors;
    }

    /// @notice What the coordinator decides about a round. All but sizes and numbers of versions is in the round's id.
    /// @param planDigest digest of the plan
    /// @param planSize its size in bytes
    /// @param baseVersion the last final version, or the one of the latest `BaseApproved` if no round that opened since
    /// has made a version
    /// @param baseModel its model
    /// @param baseState its state
    /// @param commitDeadline last second for commitments of stage 0
    /// @param laterStages stages 1 to 5, 48 bits each from the lowest: `seconds << 16 | threshold`. A stage's commits
    /// are open for so many seconds, at least 1, after those of the stage before were closed, and the round goes on
    /// with so many commitments, 1 to `drawn`. The first that is zero ends the list; 0 for one stage alone
    /// @param revealSeconds from the close of the last stage to the reveal deadline, after which an update may be
    /// MISSING
    /// @param publicationSeconds how long each attempt at publishing may take
    /// @param attestationSeconds how long attesting to a publication may take
    /// @param attempts most publications, 1 to 64
    /// @param drawThreshold a member takes part if its draw hash, as a number, is below, and it has been a member since
    /// the round that made the last version opened, or before; the greatest value for all members. A draw needs the last
    /// version as its base
    /// @param drawn how many members take part, from the quorum to all of them; all if the threshold is the greatest
    /// @param weightCap greatest weight of an update, 1 to 2^32-1
    /// @dev The draw hash of a participant is `sha256(abi.encodePacked(federationId, baseModel, uint64(the last final
    /// version + 1), participant))`. The three windows are at least 1 second. From the opening to the commit deadline,
    /// all later stages, the reveal window and `attempts` times the two others are 30 days at most; when they are over,
    /// anyone can end the round, whatever was done late.
    struct RoundOpening {
        bytes32 planDigest;
        uint64 planSize;
        uint64 baseVersion;
        bytes32 baseModel;
        bytes32 baseState;
        uint64 commitDeadline;
        uint256 laterStages;
        uint32 revealSeconds;
        uint32 publicationSeconds;
        uint32 attestationSeconds;
        uint32 attempts;
        uint256 drawThreshold;
        uint32 drawn;
        uint64 weightCap;
    }

    /// @notice A participant's promise of one file in one stage; EIP-712, signed by the participant's signing key.
    /// @param stage the round's present stage, from 0
    /// @param digest SHA-256 of the file
    /// @param weight number of training examples
    /// @param privacyCost in units of 10^-9; charged for every stage
    struct UpdateCommitment {
        bytes32 roundId;
        uint8 stage;
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
    /// TooFewAccepted if fewer than the quorum are accepted, else with NoAggregate. The publication's id is its
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
    /// @param model the digest that the verifier computed; zero for Lack
    /// @param state the digest that the verifier computed; zero for Lack
    /// @param lacking for Lack the first digest that is missing, not zero; else zero
    struct Attestation {
        bytes32 publicationId;
        bytes32 model;
        bytes32 state;
        Finding finding;
        bytes32 lacking;
    }

    /// @notice A verifier's consent to a change; EIP-712, signed by the verifier.
    /// @param kind a `GovernanceKind`
    /// @param nonce the ledger's governance nonce, which rises with every change
    /// @dev This struct is never passed to the contract; the contract makes it from the call.
    struct GovernanceChange {
        bytes32 federationId;
        uint8 kind;
        address account;
        uint256 value;
        uint64 nonce;
    }

    /// @notice A participant's change of its signing key; EIP-712, signed by the newest key.
    /// @param nonce how many times this participant's key has changed so far
    struct KeyRotation {
        address participant;
        address signer;
        uint64 nonce;
    }

    /// @notice A participant's refusal of a key that was asked for in its name; EIP-712, signed by the newest key.
    /// @param signer the key that is refused, now and whenever it is asked for before the key changes
    /// @param nonce how many times this participant's key has changed so far
    struct RecoveryVeto {
        address participant;
        address signer;
        uint64 nonce;
    }

    /// @notice A participant's consent to another privacy budget; EIP-712, signed by its newest key.
    struct BudgetRaise {
        address participant;
        uint64 budget;
    }

    /// @notice Where the federation stands. `round` is the last opened round and `roundId` its id (0 if none).
    /// @param version the last final version
    /// @param baseVersion the version on which the next round has to build
    /// @param attestationThreshold M for the next round
    struct FederationRecord {
        uint64 round;
        bytes32 roundId;
        Phase phase;
        uint64 version;
        uint64 baseVersion;
        address coordinator;
        uint64 governanceNonce;
        uint32 admitted;
        uint32 members;
        uint32 verifiers;
        uint16 attestationThreshold;
        bool closed;
    }

    /// @notice Where a round stands. Deadlines that are not yet known are 0.
    /// @param stage the latest stage that commits were opened for
    /// @param commitDeadline of that stage
    /// @param mayCommit how many may commit in that stage
    /// @param committed number of commitments of the latest stage whose commits are closed
    /// @param attempts number of publications so far
    /// @param matching verifiers that found that the latest publication matches
    /// @param differing verifiers that found that it differs
    /// @param abortReason why it was aborted, or what the pending publication proposes
    struct RoundRecord {
        Phase phase;
        uint8 stage;
        uint64 commitDeadline;
        uint64 revealDeadline;
        uint64 publicationDeadline;
        uint64 attestationDeadline;
        uint32 mayCommit;
        uint32 committed;
        uint32 attempts;
        uint32 matching;
        uint32 differing;
        AbortReason abortReason;
    }

    /// @notice What the contract keeps about a participant; all 0 if never admitted.
    /// @param signer the newest signing key
    /// @param keyChanges how many times its key has changed
    /// @param from first round of the present membership
    /// @param until first round in which it no longer counts; 0 while it has no end
    /// @param budget the newest privacy budget
    /// @param spent privacy spent in all rounds
    /// @param pendingSigner the key that a pending recovery gives it; zero if none is pending
    /// @param recoveryReadyAt last second for a veto against it
    struct ParticipantRecord {
        uint32 index;
        address signer;
        uint64 keyChanges;
        uint64 from;
        uint64 until;
        uint64 budget;
        uint64 spent;
        address pendingSigner;
        uint64 recoveryReadyAt;
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
        uint16 attestationThreshold,
        uint32 recoverySeconds,
        address successor
    );

    /// @notice Nothing happens in this federation any more.
    event FederationClosed(uint64 rounds, uint64 version);

    /// @notice `previous` is zero at the founding. Counts at once, in an open round too, so that who leaves changes
    /// nothing of it. A pending claim ends with it.
    /// @param fromRound the first round that the new one opens
    event CoordinatorChanged(address indexed previous, address indexed coordinator, uint64 fromRound);

    /// @notice Who may claim the coordinator's office; zero for nobody. A pending claim ends with it.
    event SuccessorChanged(address indexed successor);

    /// @notice The successor claims the office of a coordinator that is lost. The claim ends with the first verifier.
    /// @param readyAt last second for a veto
    event CoordinationClaimed(address indexed successor, uint64 readyAt);

    /// @notice The coordinator is there, and the claim ended.
    event CoordinationClaimVetoed(address indexed successor);

    event AuditorGranted(address indexed auditor);
    event AuditorRevoked(address indexed auditor);
    event AggregatorAdded(address indexed aggregator, uint64 fromRound);
    event AggregatorRemoved(address indexed aggregator, uint64 untilRound);
    event VerifierAdded(address indexed verifier, uint64 fromRound);
    event VerifierRemoved(address indexed verifier, uint64 untilRound);

    /// @notice How many verifiers of a round must find that a publication matches.
    event ThresholdChanged(uint16 threshold, uint64 fromRound);

    /// @notice Rounds build on this version until one that opens from now on makes a version; what an open round makes
    /// leaves it as it is.
    event BaseApproved(uint64 indexed version);

    /// @notice A change was approved, which the next events of the same transaction make: by the verifiers whose
    /// signatures these are, or, while there are no verifiers and none are here, by the coordinator.
    event GovernanceApproved(
        uint64 indexed nonce,
        GovernanceKind indexed kind,
        address indexed account,
        uint256 value,
        bytes[] signatures
    );

    /// @notice A participant was admitted, or admitted again after a suspension, under the same index.
    event ParticipantAdmitted(
        address indexed participant, uint32 indexed index, uint64 privacyBudget, uint64 fromRound
    );

    event ParticipantSuspended(address indexed participant, uint32 indexed index, uint64 untilRound);

    /// @notice A participant changed its signing key. A pending recovery ends with it.
    /// @param signature the `KeyRotation`'s, by the previous key
    event SigningKeyRotated(
        address indexed participant,
        address indexed signer,
        address previousSigner,
        uint64 fromRound,
        uint64 nonce,
        bytes signature
    );

    /// @notice The coordinator asks for a new key in place of one that is lost. A request before it ends.
    /// @param nonce how many times the key has changed so far
    /// @param readyAt last second for a veto by the old key
    event RecoveryRequested(
        address indexed participant, address indexed signer, uint64 nonce, uint64 readyAt
    );

    /// @notice The old key refused, and the recovery ended.
    event RecoveryVetoed(address indexed participant, address indexed signer, uint64 nonce);

    /// @notice A participant got a new signing key without a signature of the old one: by verifiers, if the
    /// federation was founded with some, whose approval stands just before, else by the coordinator's request. A pending recovery ends with it.
    event SigningKeyRecovered(
        address indexed participant, address indexed signer, address previousSigner, uint64 fromRound
    );

    /// @param signature the `BudgetRaise`'s
    event PrivacyBudgetRaised(
        address indexed participant, uint64 previousBudget, uint64 budget, uint64 fromRound, bytes signature
    );

    /// @notice A round opened. Its members, verifiers and threshold are fixed from here on.
    event RoundOpened(
        uint64 indexed round,
        bytes32 indexed roundId,
        RoundOpening opening,
        uint32 members,
        uint32 verifiers,
        uint16 attestationThreshold
    );

    event UpdateCommitted(
        bytes32 indexed roundId,
        address indexed participant,
        bytes32 indexed digest,
        uint8 stage,
        uint32 index,
        uint64 size,
        uint64 weight,
        uint64 privacyCost,
        bytes signature
    );

    /// @notice No commitment of this stage is taken any more; uploads of it open. If fewer have committed than the
    /// round goes on with, `RoundAborted` follows.
    /// @param deadline the next stage's commit deadline, or after the last stage the reveal deadline
    event CommitsClosed(bytes32 indexed roundId, uint8 indexed stage, uint32 committed, uint64 deadline);

    /// @notice A candidate was published.
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

    event Attested(
        bytes32 indexed publicationId,
        address indexed verifier,
        Finding indexed finding,
        bytes32 model,
        bytes32 state,
        bytes32 lacking,
        bytes signature
    );

    /// @notice A candidate failed; the same commitments serve the next attempt, by another aggregator.
    event PublicationFailed(
        bytes32 indexed roundId, bytes32 indexed publicationId, uint32 attempt, FailureReason reason
    );

    /// @notice A round ended in a new version.
    /// @param parent the base's model
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
    error ZeroSize();
    error ZeroAddress();
    error InvalidQuorum(uint32 quorum);
    error InvalidThreshold(uint256 attestationThreshold, uint256 verifiers);
    error StateSizeMismatch(bytes32 state, uint64 stateSize);
    error TooManyAccounts(uint256 count, uint256 limit);
    error FederationIsClosed();
    error NotCoordinator(address sender, address coordinator);
    error AlreadyInOffice(address account);
    error NotInOffice(address account);
    error InvalidChange(GovernanceKind kind, address account, uint256 value);
    error WrongSignatureCount(uint256 given, uint256 needed);
    error SignersNotAscending(address previous, address signer);
    error OnlyWithVerifiers();
    error OnlyWithoutVerifiers();
    error UnknownVersion(uint256 version);
    error NotSuccessor(address sender, address successor);
    error ClaimIsPending(uint64 readyAt);
    error NoClaimPending();

    // Participants.
    error AlreadyMember(address participant);
    error NotMember(address participant);
    error NotAdmitted(address participant);
    error SameSigner(address signer);
    error WrongNonce(uint64 given, uint64 expected);
    error NoRecoveryPending(address participant);
    error OtherRecoveryPending(address given, address pending);
    error BudgetNotRaised(uint64 given, uint64 current);
    error BudgetDiffers(uint64 given, uint64 recorded);

    // Opening and ending a round.
    error RoundIsOpen(bytes32 roundId);
    error UnknownRound(bytes32 roundId);
    error WrongPhase(bytes32 roundId, Phase actual, Phase needed);
    error TooFewMembers(uint256 members, uint256 quorum);
    error NoAggregators();
    error WrongBase(uint64 given, bytes32 model, bytes32 state, uint64 expected);
    error InvalidWeightCap(uint64 weightCap);
    error InvalidAttempts(uint32 attempts);
    error InvalidDraw(uint256 drawThreshold, uint32 drawn);
    error InvalidCommitDeadline(uint64 commitDeadline, uint256 time);
    error InvalidWindow(uint32 window);
    error InvalidStages(uint256 laterStages);
    error RoundTooLong(uint256 duration, uint256 limit);
    error DeadlinePassed(uint256 deadline, uint256 time);
    error DeadlineNotPassed(uint256 deadline, uint256 time);
    error InvalidAbortReason(AbortReason reason, Phase phase);

    // Signed messages.
    error WrongSigner(address signer, address expected);
    error WrongStage(uint8 given, uint8 expected);
    error InvalidWeight(uint64 weight, uint64 cap);
    error NotMemberOfRound(address participant, uint64 round);
    error NotInEarlierStage(address participant, uint8 stage);
    error NotDrawn(address participant, bytes32 roundId);
    error AlreadyCommitted(address participant, bytes32 roundId);
    error BudgetExceeded(address participant, uint64 spent, uint64 cost, uint64 budget);
    error NoAttemptLeft(uint32 attempts);
    error WrongAttempt(uint32 attempt, uint32 expected);
    error NotAggregatorOfRound(address account, uint64 round);
    error AlreadyPublished(address aggregator, bytes32 roundId);
    error WrongAcceptedDigest(bytes32 given, bytes32 computed);
    error MalformedRejections(uint256 length);
    error RejectionsNotAscending(uint256 previous, uint256 index);
    error IndexOutOfRange(uint256 index, uint256 limit);
    error InvalidReason(uint256 index, uint8 reason);
    error WrongWordCount(uint256 given, uint256 needed);
    error DecisionsMismatch(uint256 word, uint256 accepted, uint256 rejected, uint256 committed);
    error MissingBeforeReveal(uint256 index, uint256 revealDeadline, uint256 time);
    error TooFewAccepted(uint256 accepted, uint256 quorum);
    error InvalidResult(bytes32 model, uint64 modelSize, bytes32 state, uint64 stateSize);
    error UnknownPublication(bytes32 given, bytes32 pending);
    error NotVerifierOfRound(address account, uint64 round);
    error AlreadyAttested(address verifier, bytes32 publicationId);
    error InvalidFinding(Finding finding, bytes32 model, bytes32 state, bytes32 lacking);
    error MatchOfOtherResult(bytes32 model, bytes32 state);

    // --------------------------------------------------------------------------------------------------- auditors

    /// @notice Lets an account read what the spec lets auditors read. By the coordinator; counts at once.
    function grantAuditor(address auditor) external;

    /// @notice Takes that back. By the coordinator; counts at once.
    function revokeAuditor(address auditor) external;

    // ---------------------------------------------------------------------------------------------------- offices

    /// @notice Makes a change of which `GovernanceKind` tells more. With verifiers, by exactly M signatures of a
    /// `GovernanceChange` by different verifiers, in ascending order of their addresses; while there are none, by the
    /// coordinator and without signatures. Verifiers are here those who count for the next round, and M is its
    /// threshold.
    /// @dev `GovernanceApproved` comes first, then the change's own events: where a new M comes with a verifier,
    /// `ThresholdChanged` last. Changes of verifiers, aggregators, threshold and keys count from the next round. A
    /// federation that has verifiers never goes back to having none. The coordinator changes at once.
    function govern(GovernanceKind kind, address account, uint256 value, bytes[] calldata signatures) external;

    /// @notice Claims the coordinator's office. By the successor, while there are no verifiers.
    function claimCoordination() external;

    /// @notice Ends the successor's claim. By the coordinator.
    function vetoClaim() external;

    /// @notice Makes the successor coordinator, after the last second for a veto, while there are no verifiers.
    function completeClaim() external;

    // ----------------------------------------------------------------------------------------------- participants

    /// @notice Admits a participant, or admits it again after a suspension, from the next round. By the coordinator.
    /// @param participant its identity for ever and its first signing key
    /// @param privacyBudget for all rounds together; on another admission the recorded one
    function admit(address participant, uint64 privacyBudget) external;

    /// @notice Suspends a member from the next round. By the coordinator.
    function suspend(address participant) external;

    /// @notice Gives a participant another signing key from the next round, with the newest key's signature.
    function rotateKey(KeyRotation memory rotation, bytes calldata signature) external;

    /// @notice Asks for a new signing key in place of a lost one. By the coordinator, if the federation was founded
    /// without verifiers.
    function requestRecovery(address participant, address signer) external;

    /// @notice Ends a recovery, with the newest key's signature.
    function vetoRecovery(RecoveryVeto memory veto, bytes calldata signature) external;

    /// @notice Gives the new signing key from the next round, after the last second for a veto.
    function completeRecovery(address participant) external;

    /// @notice Raises a participant's privacy budget from the next round, with its newest key's signature.
    function raiseBudget(BudgetRaise memory raise, bytes calldata signature) external;

    // ------------------------------------------------------------------------------------------------------ rounds

    /// @notice Opens the next round. By the coordinator, while no round is open.
    /// @return roundId the EIP-712 struct hash of `Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32
    /// baseModel,bytes32 baseState,uint64 commitDeadline,uint256 laterStages,uint32 revealSeconds,uint32
    /// publicationSeconds,uint32 attestationSeconds,uint32 attempts,uint256 drawThreshold,uint32 drawn,uint64
    /// weightCap)`, written with single blanks
    function openRound(RoundOpening memory opening) external returns (bytes32 roundId);

    /// @notice Records a commitment in the present stage, until its commit deadline: once for each member that was
    /// drawn, and in each later stage once for each who committed in the stage before.
    function commit(UpdateCommitment calldata commitment, bytes calldata signature) external;

    /// @notice Closes the present stage's commits for good: when as many have committed as may, in stage 0 as many as
    /// are drawn, or after its commit deadline. The next stage opens, or after the last one publications. The round is
    /// aborted if fewer have committed than the quorum in stage 0, or than its threshold in a later stage.
    function closeCommits(bytes32 roundId) external;

    /// @notice Publishes a candidate. Each aggregator of the round may do it once a round, while none is pending and
    /// an attempt is left. The publication deadline of an attempt is `publicationSeconds` after the reveal deadline or
    /// after the failure of the attempt before it, whichever is later.
    /// @param accepted bitmap of the accepted commitments of the last stage
    /// @param rejected its other commitments, each as `uint16 index, uint8 reason` (big-endian, 3 bytes), in ascending
    /// order of index; reasons are 1 to 255 but 3, and 1 (MISSING) only after the reveal deadline
    function publish(
        Publication calldata publication,
        uint256[] calldata accepted,
        bytes calldata rejected,
        bytes calldata signature
    ) external;

    /// @notice Records a finding on the pending candidate, until the attestation deadline: once for each verifier of
    /// the round, but who lacked something may still find that it matches or differs. The M-th that matches makes it
    /// final; it fails when more than N - M differ.
    function attest(Attestation calldata attestation, address verifier, bytes calldata signature) external;

    /// @notice Fails the pending candidate after its attestation deadline.
    function expirePublication(bytes32 roundId) external;

    /// @notice Aborts a round: by the coordinator before commits of stage 0 are closed, with reason Coordinator; by
    /// anyone while no candidate is pending: with reason AttemptsExhausted once the last attempt has failed, else with
    /// reason Deadline after the publication deadline.
    function abortRound(bytes32 roundId, AbortReason reason) external;

    // ------------------------------------------------------------------------------------------------------- views

    function federationId() external view returns (bytes32);
    function specDigest() external view returns (bytes32);
    function domainSeparator() external view returns (bytes32);

    function federation() external view returns (FederationRecord memory);

    /// @notice `keccak256(abi.encode(model, state))` of a final version, or 0.
    function versionHash(uint64 version) external view returns (bytes32);

    /// @notice All fields are 0 for an unknown round.
    function roundRecord(bytes32 roundId) external view returns (RoundRecord memory);

    /// @notice Bitmaps of the latest round: the members that may commit in its present stage (in stage 0 all, drawn or
    /// not), and those of them who have not committed.
    function bitmaps() external view returns (uint256[] memory members, uint256[] memory pending);

    /// @notice The pending candidate's id, or 0 if none is pending.
    function pendingPublication() external view returns (bytes32);

    function participantRecord(address participant) external view returns (ParticipantRecord memory);
    function isAuditor(address account) external view returns (bool);
    function aggregatorTerm(address account) external view returns (Term memory);
    function verifierTerm(address account) external view returns (Term memory);
}
