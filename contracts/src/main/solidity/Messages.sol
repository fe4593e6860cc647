// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "./IFederatedLedger.sol";

/// @title Hashes of what parties sign
/// @notice EIP-712 struct hashes, the id of a round, and the draw of its members.
library Messages {
    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
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

    /// @notice The domain separator of this contract on this chain.
    function domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN, keccak256("FedLedger"), keccak256("1"), block.chainid, address(this))
        );
    }

    /// @notice What is signed in place of a struct.
    function signed(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain(), structHash));
    }

    /// @notice The struct hash of the message that the present call begins with.
    /// @param typeHash one of the above
    /// @param fields how many it has; all are words
    /// @dev The call's data is their proper encoding if the caller reads each field, which refuses any other.
    function ofCall(bytes32 typeHash, uint256 fields) internal pure returns (bytes32) {
        return keccak256(bytes.concat(typeHash, msg.data[4:4 + 32 * fields]));
    }

    function governanceChange(
        bytes32 federationId,
        uint256 kind,
        address account,
        uint256 value,
        uint256 nonce
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(GOVERNANCE_CHANGE, federationId, kind, account, value, nonce));
    }

    /// @notice The id of the round that the present call opens.
    /// @dev In an opening the fields from the base's model to the last stand as they are hashed.
    function roundId(bytes32 federationId, uint256 round, bytes32 planDigest) internal pure returns (bytes32) {
        return keccak256(bytes.concat(abi.encode(ROUND, federationId, round, planDigest), msg.data[100:452]));
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
