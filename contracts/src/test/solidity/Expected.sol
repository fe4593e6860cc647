// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";

/// @notice The hashes of what parties sign, written a second time and from the published types alone.
library Expected {
    function hash(IFederatedLedger.UpdateCommitment memory c) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "UpdateCommitment(bytes32 roundId,uint8 stage,address participant,bytes32 digest,uint64 size,uint64 weight,uint64 privacyCost)"
                ),
                c.roundId,
                c.stage,
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
                keccak256("Attestation(bytes32 publicationId,bytes32 model,bytes32 state,uint8 finding,bytes32 lacking)"),
                a.publicationId,
                a.model,
                a.state,
                uint8(a.finding),
                a.lacking
            )
        );
    }

    function hash(IFederatedLedger.GovernanceChange memory g) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("GovernanceChange(bytes32 federationId,uint8 kind,address account,uint256 value,uint64 nonce)"),
                g.federationId,
                g.kind,
                g.account,
                g.value,
                g.nonce
            )
        );
    }

    function hash(IFederatedLedger.KeyRotation memory r) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("KeyRotation(address participant,address signer,uint64 nonce)"),
                r.participant,
                r.signer,
                r.nonce
            )
        );
    }

    function hash(IFederatedLedger.RecoveryVeto memory v) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("RecoveryVeto(address participant,address signer,uint64 nonce)"),
                v.participant,
                v.signer,
                v.nonce
            )
        );
    }

    function hash(IFederatedLedger.BudgetRaise memory b) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(keccak256("BudgetRaise(address participant,uint64 budget)"), b.participant, b.budget)
        );
    }

    function roundId(bytes32 federationId, uint64 round, IFederatedLedger.RoundOpening memory opening)
        internal
        pure
        returns (bytes32)
    {
        bytes memory head = abi.encode(
            keccak256(
                "Round(bytes32 federationId,uint64 round,bytes32 planDigest,bytes32 baseModel,bytes32 baseState,uint64 commitDeadline,uint256 laterStages,uint32 revealSeconds,uint32 publicationSeconds,uint32 attestationSeconds,uint32 attempts,uint256 drawThreshold,uint32 drawn,uint64 weightCap)"
            ),
            federationId,
            round,
            opening.planDigest,
            opening.baseModel,
            opening.baseState,
            opening.commitDeadline,
            opening.laterStages
        );
        bytes memory tail = abi.encode(
            opening.revealSeconds,
            opening.publicationSeconds,
            opening.attestationSeconds,
            opening.attempts,
            opening.drawThreshold,
            opening.drawn,
            opening.weightCap
        );
        return keccak256(bytes.concat(head, tail));
    }

    function draw(bytes32 federationId, bytes32 baseModel, uint64 version, address participant)
        internal
        pure
        returns (uint256)
    {
        return uint256(sha256(bytes.concat(federationId, baseModel, bytes8(version), bytes20(participant))));
    }

    function acceptedDigest(uint256[] memory accepted, bytes memory rejected) internal pure returns (bytes32) {
        return keccak256(abi.encode(accepted, rejected));
    }
}
