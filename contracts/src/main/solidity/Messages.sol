// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "./IFederatedLedger.sol";

/// @title Hashes of what parties sign
/// @notice EIP-712 struct hashes, and the id of a round.
library Messages {
    bytes32 internal constant UPDATE_COMMITMENT = keccak256(
        "UpdateCommitment(bytes32 roundId,address participant,bytes32 digest,uint64 size,uint64 weight,uint64 privacyCost)"
    );
    bytes32 internal constant PUBLICATION = keccak256(
        "Publication(bytes32 roundId,uint32 attempt,bytes32 model,uint64 modelSize,bytes32 state,uint64 stateSize,bytes32 acceptedDigest)"
    );
    bytes32 internal constant ATTESTATION =
        keccak256("Attestation(bytes32 publicationId,bytes32 model,bytes32 state,bool matches)");
    bytes32 internal constant GOVERNANCE_CHANGE =
        keccak256("GovernanceChange(bytes32 federationId,uint8 kind,address account,uint64 nonce)");
    bytes32 internal constant ROUND = keccak256(
        "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32 baseDigest,uint64 commitDeadline,uint32 revealSeconds,uint32 publicationSeconds,uint32 attestationSeconds)"
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

    function roundId(
        bytes32 federationId,
        uint64 round,
        bytes32 baseModel,
        IFederatedLedger.RoundOpening calldata opening
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ROUND,
                federationId,
                round,
                opening.planDigest,
                baseModel,
                opening.commitDeadline,
                opening.revealSeconds,
                opening.publicationSeconds,
                opening.attestationSeconds
            )
        );
    }

    function acceptedDigest(uint256[] calldata accepted, bytes calldata rejected) internal pure returns (bytes32) {
        return keccak256(abi.encode(accepted, rejected));
    }
}
