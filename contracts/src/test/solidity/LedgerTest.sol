// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";

import {Base} from "./Base.sol";
import {Expected} from "./Expected.sol";

/// @notice A federation with known keys, and the steps of a round in one line each.
abstract contract LedgerTest is Base {
    using Expected for IFederatedLedger.UpdateCommitment;
    using Expected for IFederatedLedger.Publication;
    using Expected for IFederatedLedger.Attestation;
    using Expected for IFederatedLedger.GovernanceChange;
    using Expected for IFederatedLedger.KeyRotation;
    using Expected for IFederatedLedger.RecoveryVeto;
    using Expected for IFederatedLedger.BudgetRaise;

    uint256 internal constant PARTICIPANT_KEY = 1000;
    uint256 internal constant AGGREGATOR_KEY = 20000;
    uint256 internal constant VERIFIER_KEY = 30000;
    uint256 internal constant STRANGER_KEY = 40000;
    uint64 internal constant COMMIT_SECONDS = 1000;
    uint32 internal constant REVEAL_SECONDS = 100;
    uint32 internal constant PUBLICATION_SECONDS = 200;
    uint32 internal constant ATTESTATION_SECONDS = 300;
    uint32 internal constant ATTEMPTS = 3;
    uint32 internal constant RECOVERY_SECONDS = 5000;
    uint64 internal constant WEIGHT_CAP = 500;
    uint64 internal constant UNLIMITED = type(uint64).max;
    uint256 internal constant START = 1_700_000_000;

    bytes32 internal constant FEDERATION = keccak256("federation");
    bytes32 internal constant MODEL = keccak256("model 0");
    bytes32 internal constant STATE = keccak256("state 0");

    address internal immutable coordinator = vm.addr(1);
    address internal immutable successor = vm.addr(2);
    address internal immutable stranger = vm.addr(STRANGER_KEY);
    IFederatedLedger internal ledger;
    mapping(uint256 version => bytes32 roundId) internal roundOf;
    mapping(uint256 version => uint256) internal attemptOf;

    function found(uint32 quorum, uint16 threshold, uint256 verifiers) internal {
        vm.warp(START);
        ledger = deploy(setupOf(quorum, threshold, verifiers));
    }

    /// @dev Takes the contract's compiled code, so that tests need not be compiled with the contract's settings.
    function deploy(IFederatedLedger.Setup memory setup) internal returns (IFederatedLedger deployed) {
        bytes memory initcode = bytes.concat(vm.getCode("FederatedLedger.sol:FederatedLedger"), abi.encode(setup));
        assembly ("memory-safe") {
            deployed := create(0, add(initcode, 0x20), mload(initcode))
            if iszero(deployed) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function setupOf(uint32 quorum, uint16 threshold, uint256 verifiers)
        internal
        view
        returns (IFederatedLedger.Setup memory setup)
    {
        setup.federationId = FEDERATION;
        setup.specDigest = keccak256("spec");
        setup.model = MODEL;
        setup.modelSize = 1000;
        setup.state = STATE;
        setup.stateSize = 100;
        setup.quorum = quorum;
        setup.attestationThreshold = threshold;
        setup.recoverySeconds = RECOVERY_SECONDS;
        setup.coordinator = coordinator;
        setup.successor = successor;
        setup.aggregators = new address[](3);
        for (uint256 i = 0; i < 3; i++) {
            setup.aggregators[i] = aggregator(i);
        }
        setup.verifiers = new address[](verifiers);
        for (uint256 i = 0; i < verifiers; i++) {
            setup.verifiers[i] = verifier(i);
        }
        setup.auditors = new address[](1);
        setup.auditors[0] = address(0xA0D1);
    }

    function participant(uint256 i) internal pure returns (address) {
        return vm.addr(PARTICIPANT_KEY + i);
    }

    function aggregator(uint256 i) internal pure returns (address) {
        return vm.addr(AGGREGATOR_KEY + i);
    }

    function verifier(uint256 i) internal pure returns (address) {
        return vm.addr(VERIFIER_KEY + i);
    }

    // ------------------------------------------------------------------------------------------------ the steps

    function admit(uint256 count) internal {
        for (uint256 i = 0; i < count; i++) {
            vm.prank(coordinator);
            ledger.admit(participant(i), UNLIMITED);
        }
    }

    /// @notice An opening of a round of one stage for all members, on the first version.
    function opening() internal view returns (IFederatedLedger.RoundOpening memory) {
        return opening(0, MODEL, STATE);
    }

    function opening(uint64 version, bytes32 model, bytes32 state)
        internal
        view
        returns (IFederatedLedger.RoundOpening memory)
    {
        return IFederatedLedger.RoundOpening({
            planDigest: keccak256("plan"),
            planSize: 10,
            baseVersion: version,
            baseModel: model,
            baseState: state,
            commitDeadline: uint64(block.timestamp) + COMMIT_SECONDS,
            laterStages: 0,
            revealSeconds: REVEAL_SECONDS,
            publicationSeconds: PUBLICATION_SECONDS,
            attestationSeconds: ATTESTATION_SECONDS,
            attempts: ATTEMPTS,
            drawThreshold: type(uint256).max,
            drawn: ledger.federation().members,
            weightCap: WEIGHT_CAP
        });
    }

    /// @notice An opening on the version that rounds have to build on.
    function openingOnHead() internal returns (IFederatedLedger.RoundOpening memory) {
        remember();
        uint64 version = ledger.federation().baseVersion;
        if (version == 0) return opening();
        (bytes32 model, bytes32 state) = resultOf(roundOf[version], attemptOf[version]);
        return opening(version, model, state);
    }

    function open(IFederatedLedger.RoundOpening memory o) internal returns (bytes32) {
        remember();
        vm.prank(coordinator);
        return ledger.openRound(o);
    }

    function open() internal returns (bytes32) {
        return open(openingOnHead());
    }

    /// @notice Two stages after the first, of the seconds and with the threshold each.
    function twoLaterStages(uint256 time, uint256 threshold) internal pure returns (uint256) {
        uint256 stage = time << 16 | threshold;
        return stage << 48 | stage;
    }

    function commitmentOf(uint256 i) internal view returns (IFederatedLedger.UpdateCommitment memory) {
        bytes32 roundId = ledger.federation().roundId;
        return IFederatedLedger.UpdateCommitment({
            roundId: roundId,
            stage: ledger.roundRecord(roundId).stage,
            participant: participant(i),
            digest: keccak256(abi.encode("update", i)),
            size: uint64(2000 + i),
            weight: uint64(100 + i % 300),
            privacyCost: 0
        });
    }

    function sign(uint256 key, IFederatedLedger.UpdateCommitment memory c) internal view returns (bytes memory) {
        return signHash(key, c.hash());
    }

    function commit(uint256 i) internal {
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        ledger.commit(c, sign(PARTICIPANT_KEY + i, c));
    }

    function commitAll(uint256 count) internal {
        for (uint256 i = 0; i < count; i++) {
            commit(i);
        }
    }

    function closeCommits() internal {
        ledger.closeCommits(ledger.federation().roundId);
    }

    /// @notice A bitmap of one word in which the first `count` participants stand.
    function first(uint256 count) internal pure returns (uint256[] memory words) {
        words = new uint256[](1);
        words[0] = (1 << count) - 1;
    }

    function publicationOf(uint256[] memory accepted, bytes memory rejected)
        internal
        view
        returns (IFederatedLedger.Publication memory)
    {
        bytes32 roundId = ledger.federation().roundId;
        uint32 attempt = ledger.roundRecord(roundId).attempts + 1;
        (bytes32 model, bytes32 state) = resultOf(roundId, attempt);
        return IFederatedLedger.Publication({
            roundId: roundId,
            attempt: attempt,
            model: model,
            modelSize: 1000,
            state: state,
            stateSize: 100,
            acceptedDigest: Expected.acceptedDigest(accepted, rejected)
        });
    }

    function withoutResult(IFederatedLedger.Publication memory p)
        internal
        pure
        returns (IFederatedLedger.Publication memory)
    {
        p.model = 0;
        p.modelSize = 0;
        p.state = 0;
        p.stateSize = 0;
        return p;
    }

    function sign(uint256 key, IFederatedLedger.Publication memory p) internal view returns (bytes memory) {
        return signHash(key, p.hash());
    }

    function publish(uint256 i, uint256[] memory accepted, bytes memory rejected)
        internal
        returns (IFederatedLedger.Publication memory p)
    {
        p = publicationOf(accepted, rejected);
        ledger.publish(p, accepted, rejected, sign(AGGREGATOR_KEY + i, p));
    }

    /// @notice The result that tests publish.
    function resultOf(bytes32 roundId, uint256 attempt) internal pure returns (bytes32 model, bytes32 state) {
        model = keccak256(abi.encode("model", roundId, attempt));
        state = keccak256(abi.encode("state", roundId, attempt));
    }

    /// @dev From which round and attempt each version came, so that later rounds can build on it.
    function remember() internal {
        IFederatedLedger.FederationRecord memory record = ledger.federation();
        if (record.phase != IFederatedLedger.Phase.Final) return;
        roundOf[record.version] = record.roundId;
        attemptOf[record.version] = ledger.roundRecord(record.roundId).attempts;
    }

    function attestationOf(IFederatedLedger.Publication memory p, bool matches)
        internal
        pure
        returns (IFederatedLedger.Attestation memory)
    {
        return IFederatedLedger.Attestation({
            publicationId: p.hash(),
            model: matches ? p.model : keccak256("another model"),
            state: matches ? p.state : keccak256("another state"),
            finding: matches ? IFederatedLedger.Finding.Match : IFederatedLedger.Finding.Differ,
            lacking: 0
        });
    }

    function lackOf(IFederatedLedger.Publication memory p)
        internal
        pure
        returns (IFederatedLedger.Attestation memory)
    {
        return IFederatedLedger.Attestation({
            publicationId: p.hash(),
            model: 0,
            state: 0,
            finding: IFederatedLedger.Finding.Lack,
            lacking: keccak256("a file that never came")
        });
    }

    function attest(uint256 i, IFederatedLedger.Attestation memory a) internal {
        ledger.attest(a, verifier(i), sign(VERIFIER_KEY + i, a));
    }

    function sign(uint256 key, IFederatedLedger.Attestation memory a) internal view returns (bytes memory) {
        return signHash(key, a.hash());
    }

    function attest(uint256 i, IFederatedLedger.Publication memory p, bool matches) internal {
        attest(i, attestationOf(p, matches));
    }

    /// @notice Signatures of the verifiers of the keys, in ascending order of address.
    function approve(
        uint256[] memory keys,
        IFederatedLedger.GovernanceKind kind,
        address account,
        uint256 value
    )
        internal
        view
        returns (bytes[] memory signatures)
    {
        bytes32 structHash = IFederatedLedger.GovernanceChange({
            federationId: FEDERATION,
            kind: uint8(kind),
            account: account,
            value: value,
            nonce: ledger.federation().governanceNonce
        }).hash();
        signatures = new bytes[](keys.length);
        for (uint256 i = 0; i < keys.length; i++) {
            for (uint256 j = i + 1; j < keys.length; j++) {
                if (vm.addr(keys[j]) < vm.addr(keys[i])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
            signatures[i] = signHash(keys[i], structHash);
        }
    }

    /// @notice Signatures of the first `count` verifiers.
    function approve(uint256 count, IFederatedLedger.GovernanceKind kind, address account)
        internal
        view
        returns (bytes[] memory)
    {
        return approve(count, kind, account, 0);
    }

    function approve(uint256 count, IFederatedLedger.GovernanceKind kind, address account, uint256 value)
        internal
        view
        returns (bytes[] memory)
    {
        uint256[] memory keys = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            keys[i] = VERIFIER_KEY + i;
        }
        return approve(keys, kind, account, value);
    }

    /// @notice A change to which the first `count` verifiers consent.
    function govern(uint256 count, IFederatedLedger.GovernanceKind kind, address account, uint256 value) internal {
        bytes[] memory signatures = approve(count, kind, account, value);
        ledger.govern(kind, account, value, signatures);
    }

    /// @notice A change by the coordinator, while there are no verifiers.
    function govern(IFederatedLedger.GovernanceKind kind, address account, uint256 value) internal {
        vm.prank(coordinator);
        ledger.govern(kind, account, value, new bytes[](0));
    }

    function rotationOf(uint256 i, address signer) internal view returns (IFederatedLedger.KeyRotation memory) {
        address account = participant(i);
        return IFederatedLedger.KeyRotation(account, signer, ledger.participantRecord(account).keyChanges);
    }

    function rotate(uint256 i, uint256 key, uint256 newKey) internal {
        IFederatedLedger.KeyRotation memory r = rotationOf(i, vm.addr(newKey));
        ledger.rotateKey(r, signHash(key, r.hash()));
    }

    function raise(uint256 i, uint64 budget) internal {
        IFederatedLedger.BudgetRaise memory b = IFederatedLedger.BudgetRaise(participant(i), budget);
        ledger.raiseBudget(b, signHash(PARTICIPANT_KEY + i, b.hash()));
    }

    function signHash(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return signDigest(key, keccak256(abi.encodePacked(hex"1901", ledger.domainSeparator(), structHash)));
    }

    function signDigest(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    // ------------------------------------------------------------------------------------------- what holds then

    function phaseIs(IFederatedLedger.Phase expected) internal view {
        same(uint256(ledger.federation().phase), uint256(expected), "phase");
    }

    /// @notice How many words the latest round's bitmaps have.
    function wordCount() internal view returns (uint256) {
        (uint256[] memory members,) = ledger.bitmaps();
        return members.length;
    }

    function versionIs(uint64 version, bytes32 model, bytes32 state) internal view {
        same(ledger.federation().version, version, "version");
        same(ledger.versionHash(version), keccak256(abi.encode(model, state)), "model and state");
        same(ledger.versionHash(version + 1), 0, "no version after it");
    }

    function abortedWith(bytes32 roundId, IFederatedLedger.AbortReason expected) internal view {
        phaseIs(IFederatedLedger.Phase.Aborted);
        same(uint256(ledger.roundRecord(roundId).abortReason), uint256(expected), "abort reason");
    }
}
