// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";

import {Base} from "./Base.sol";
import {DeployedLedger} from "./DeployedLedger.sol";
import {Expected} from "./Expected.sol";

/// @notice A federation with known keys, and the steps of a round in one line each.
abstract contract LedgerTest is Base {
    using Expected for IFederatedLedger.UpdateCommitment;
    using Expected for IFederatedLedger.Publication;
    using Expected for IFederatedLedger.Attestation;
    using Expected for IFederatedLedger.GovernanceChange;

    uint256 internal constant PARTICIPANT_KEY = 1000;
    uint256 internal constant AGGREGATOR_KEY = 20000;
    uint256 internal constant VERIFIER_KEY = 30000;
    uint256 internal constant STRANGER_KEY = 40000;
    uint64 internal constant COMMIT_SECONDS = 1000;
    uint32 internal constant REVEAL_SECONDS = 100;
    uint32 internal constant PUBLICATION_SECONDS = 200;
    uint32 internal constant ATTESTATION_SECONDS = 300;
    uint64 internal constant WEIGHT_CAP = 500;
    uint64 internal constant UNLIMITED = type(uint64).max;
    uint256 internal constant START = 1_700_000_000;

    bytes32 internal constant FEDERATION = keccak256("federation");
    bytes32 internal constant MODEL = keccak256("model 0");
    bytes32 internal constant STATE = keccak256("state 0");

    address internal immutable coordinator = vm.addr(1);
    address internal immutable stranger = vm.addr(STRANGER_KEY);
    DeployedLedger internal ledger;

    function found(uint32 quorum, uint16 threshold, uint256 verifiers) internal {
        vm.warp(START);
        ledger = deploy(setupOf(quorum, threshold, verifiers));
    }

    /// @dev Takes the contract's compiled code, so that tests need not be compiled with the contract's settings.
    function deploy(IFederatedLedger.Setup memory setup) internal returns (DeployedLedger deployed) {
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
        setup.coordinator = coordinator;
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

    function opening() internal view returns (IFederatedLedger.RoundOpening memory) {
        return IFederatedLedger.RoundOpening({
            planDigest: keccak256("plan"),
            planSize: 10,
            commitDeadline: uint64(block.timestamp) + COMMIT_SECONDS,
            revealSeconds: REVEAL_SECONDS,
            publicationSeconds: PUBLICATION_SECONDS,
            attestationSeconds: ATTESTATION_SECONDS,
            weightCap: WEIGHT_CAP
        });
    }

    function open() internal returns (bytes32) {
        vm.prank(coordinator);
        return ledger.openRound(opening());
    }

    function commitmentOf(uint256 i) internal view returns (IFederatedLedger.UpdateCommitment memory) {
        return IFederatedLedger.UpdateCommitment({
            roundId: ledger.federation().roundId,
            participant: participant(i),
            digest: keccak256(abi.encode("update", i)),
            size: uint64(2000 + i),
            weight: uint64(100 + i),
            privacyCost: 0
        });
    }

    function sign(uint256 key, IFederatedLedger.UpdateCommitment memory c) internal view returns (bytes memory) {
        return signHash(key, c.hash());
    }

    function commit(uint256 i) internal {
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        ledger.commitUpdate(c, sign(PARTICIPANT_KEY + i, c));
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
        return IFederatedLedger.Publication({
            roundId: roundId,
            attempt: attempt,
            model: keccak256(abi.encode("model", roundId, attempt)),
            modelSize: 1000,
            state: keccak256(abi.encode("state", roundId, attempt)),
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

    function attestationOf(IFederatedLedger.Publication memory p, bool matches)
        internal
        pure
        returns (IFederatedLedger.Attestation memory)
    {
        return IFederatedLedger.Attestation({
            publicationId: p.hash(),
            model: matches ? p.model : keccak256("another model"),
            state: matches ? p.state : keccak256("another state"),
            matches: matches
        });
    }

    function sign(uint256 key, IFederatedLedger.Attestation memory a) internal view returns (bytes memory) {
        return signHash(key, a.hash());
    }

    function attest(uint256 i, IFederatedLedger.Publication memory p, bool matches) internal {
        IFederatedLedger.Attestation memory a = attestationOf(p, matches);
        ledger.attest(a, verifier(i), sign(VERIFIER_KEY + i, a));
    }

    /// @notice Signatures of the verifiers of the keys, in ascending order of address.
    function approve(uint256[] memory keys, IFederatedLedger.GovernanceKind kind, address account)
        internal
        view
        returns (bytes[] memory signatures)
    {
        bytes32 structHash = IFederatedLedger.GovernanceChange({
            federationId: FEDERATION,
            kind: uint8(kind),
            account: account,
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
        uint256[] memory keys = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            keys[i] = VERIFIER_KEY + i;
        }
        return approve(keys, kind, account);
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

    function abortedWith(bytes32 roundId, IFederatedLedger.AbortReason expected) internal view {
        phaseIs(IFederatedLedger.Phase.Aborted);
        same(uint256(ledger.roundRecord(roundId).abortReason), uint256(expected), "abort reason");
    }
}
