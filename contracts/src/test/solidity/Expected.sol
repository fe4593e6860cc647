// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";

/// @notice The hashes of what parties sign, written a second time and from the published types alone.
library Expected {
    function hash(IFederatedLedger.UpdateCommitment memory c) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "UpdateCommitment(bytes32 roundId,address participant,bytes32 digest,uint64 size,uint64 weight,uint64 privacyCost)"
                ),
                c.roundId,
                c.participant,
                c.digest,
                c.size,
                c.weight,
                c.privacyCost
            )
        );
    }

    function hash(IFederatedLedger.Publication memory p) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "Publication(bytes32 roundId,uint32 attempt,bytes32 model,uint64 modelSize,bytes32 state,uint64 stateSize,bytes32 acceptedDigest)"
                ),
                p.roundId,
                p.attempt,
                p.model,
                p.modelSize,
                p.state,
                p.stateSize,
                p.acceptedDigest
            )
        );
    }

    function hash(IFederatedLedger.Attestation memory a) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Attestation(bytes32 publicationId,bytes32 model,bytes32 state,bool matches)"),
                a.publicationId,
                a.model,
                a.state,
                a.matches
            )
        );
    }

    function hash(IFederatedLedger.GovernanceChange memory g) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("GovernanceChange(bytes32 federationId,uint8 kind,address account,uint64 nonce)"),
                g.federationId,
                g.kind,
                g.account,
                g.nonce
            )
        );
    }

    function roundId(
        bytes32 federationId,
        uint64 round,
        bytes32 baseDigest,
        IFederatedLedger.RoundOpening memory opening
    ) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32 baseDigest,uint64 commitDeadline,uint32 revealSeconds,uint32 publicationSeconds,uint32 attestationSeconds)"
                ),
                federationId,
                round,
                opening.planDigest,
                baseDigest,
                opening.commitDeadline,
                opening.revealSeconds,
                opening.publicationSeconds,
                opening.attestationSeconds
            )
        );
    }

    function acceptedDigest(uint256[] memory accepted, bytes memory rejected) internal pure returns (bytes32) {
        return keccak256(abi.encode(accepted, rejected));
    }
}
