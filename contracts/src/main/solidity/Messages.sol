// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "./IFederatedLedger.sol";

/// @title Hashes of what parties sign
/// @notice EIP-712 struct hashes, the id of a round, and the draw of its members.
library Messages {
    bytes32 internal constant UPDATE_COMMITMENT = keccak256(
        "UpdateCommitment(bytes32 roundId,uint8 stage,address participant,bytes32 digest,uint64 size,uint64 weight,uint64 privacyCost)"
    );
    bytes32 internal constant PUBLICATION = keccak256(
        "Publication(bytes32 roundId,uint32 attempt,bytes32 model,uint64 modelSize,bytes32 state,uint64 stateSize,bytes32 acceptedDigest)"
    );
    bytes32 internal constant ATTESTATION = keccak256(
        "Attestation(bytes32 publicationId,bytes32 model,bytes32 state,uint8 finding,bytes32 lacking)"
    );
    bytes32 internal constant GOVERNANCE_CHANGE = keccak256(
        "GovernanceChange(bytes32 federationId,uint8 kind,address account,uint256 value,uint64 nonce)"
    );
    bytes32 internal constant KEY_ROTATION =
        keccak256("KeyRotation(address participant,address signer,uint64 nonce)");
    bytes32 internal constant RECOVERY_VETO =
        keccak256("RecoveryVeto(address participant,address signer,uint64 nonce)");
    bytes32 internal constant BUDGET_RAISE = keccak256("BudgetRaise(address participant,uint64 budget)");
    bytes32 internal constant ROUND = keccak256(
        "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32 baseModel,bytes32 baseState,uint64 commitDeadline,uint256 laterStages,uint32 revealSeconds,uint32 publicationSeconds,uint32 attestationSeconds,uint32 attempts,uint256 drawThreshold,uint32 drawn,uint64 weightCap)"
    );

    function hash(IFederatedLedger.UpdateCommitment calldata commitment) internal pure returns (bytes32) {
        return keccak256(abi.encode(UPDATE_COMMITMENT, commitment));
    }

    function hash(IFederatedLedger.Publication calldata publication) internal pure returns (bytes32) {
        return keccak256(abi.encode(PUBLICATION, publication));
    }

    function hash(IFederatedLedger.Attestation calldata attestation) internal pure returns (bytes32) {
        return keccak256(abi.encode(ATTESTATION, attestation));
    }

    function hash(IFederatedLedger.GovernanceChange memory change) internal pure returns (bytes32) {
        return keccak256(abi.encode(GOVERNANCE_CHANGE, change));
    }

    function hash(IFederatedLedger.KeyRotation calldata rotation) internal pure returns (bytes32) {
        return keccak256(abi.encode(KEY_ROTATION, rotation));
    }

    function hash(IFederatedLedger.RecoveryVeto calldata veto) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECOVERY_VETO, veto));
    }

    function hash(IFederatedLedger.BudgetRaise calldata raise) internal pure returns (bytes32) {
        return keccak256(abi.encode(BUDGET_RAISE, raise));
    }

    function roundId(bytes32 federationId, uint64 round, IFederatedLedger.RoundOpening calldata opening)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                ROUND,
                federationId,
                round,
                opening.planDigest,
                opening.baseModel,
                opening.baseState,
                opening.commitDeadline,
                opening.laterStages,
                opening.revealSeconds,
                opening.publicationSeconds,
                opening.attestationSeconds,
                opening.attempts,
                opening.drawThreshold,
                opening.drawn,
                opening.weightCap
            )
        );
    }

    function acceptedDigest(uint256[] calldata accepted, bytes calldata rejected) internal pure returns (bytes32) {
        return keccak256(abi.encode(accepted, rejected));
    }

    /// @notice The number by which a member is drawn for the round that makes a version from a base.
    function draw(bytes32 federationId, bytes32 baseModel, uint64 version, address participant)
        internal
        pure
        returns (uint256)
    {
        return uint256(sha256(abi.encodePacked(federationId, baseModel, version, participant)));
    }
}
