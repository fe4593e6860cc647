// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Expected} from "./Expected.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice The two events with more fields than the compiler's plain pipeline can hold; foundry.toml compiles this
/// file as it does the contract.
contract EventsTest is LedgerTest {
    function setUp() public {
        found(2, 2, 3);
    }

    function test_openRound_recordsEverything() public {
        admit(3);
        IFederatedLedger.RoundOpening memory o = opening();
        bytes32 expected = Expected.roundId(FEDERATION, 1, MODEL, o);
        vm.expectEmit();
        emit IFederatedLedger.RoundOpened(
            1,
            expected,
            o.planDigest,
            o.planSize,
            0,
            MODEL,
            STATE,
            o.commitDeadline,
            REVEAL_SECONDS,
            PUBLICATION_SECONDS,
            ATTESTATION_SECONDS,
            WEIGHT_CAP,
            3,
            3
        );
        bytes32 roundId = open();
        same(roundId, expected, "round id");
        phaseIs(IFederatedLedger.Phase.Committing);
        IFederatedLedger.RoundRecord memory record = ledger.roundRecord(roundId);
        same(record.round, 1, "round");
        same(record.commitDeadline, o.commitDeadline, "commit deadline");
        same(record.weightCap, WEIGHT_CAP, "weight cap");
        same(record.members, 3, "members");
        same(record.verifiers, 3, "verifiers");
        same(record.words, 1, "words");
        (uint256[] memory members, uint256[] memory pending) = ledger.bitmaps();
        same(members[0], 7, "members");
        same(pending[0], 7, "pending");
    }

    function test_publish_recordsEverythingWhoeverSends() public {
        admit(4);
        bytes32 roundId = open();
        commitAll(4);
        closeCommits();
        bytes memory rejected = hex"00010b00030c";
        uint256[] memory accepted = new uint256[](1);
        accepted[0] = 5;
        IFederatedLedger.Publication memory p = publicationOf(accepted, rejected);
        bytes memory signature = sign(AGGREGATOR_KEY + 1, p);
        vm.expectEmit();
        emit IFederatedLedger.ModelPublished(
            roundId,
            Expected.hash(p),
            aggregator(1),
            1,
            p.model,
            p.modelSize,
            p.state,
            p.stateSize,
            accepted,
            rejected,
            signature
        );
        vm.expectEmit();
        emit IFederatedLedger.UpdateRejected(roundId, participant(1), 11, 1);
        vm.expectEmit();
        emit IFederatedLedger.UpdateRejected(roundId, participant(3), 12, 1);
        vm.prank(stranger);
        ledger.publish(p, accepted, rejected, signature);
        phaseIs(IFederatedLedger.Phase.Attesting);
        same(ledger.pendingPublication(), Expected.hash(p), "pending");
        IFederatedLedger.RoundRecord memory record = ledger.roundRecord(roundId);
        same(record.attempts, 1, "attempts");
        same(record.attestationDeadline, block.timestamp + ATTESTATION_SECONDS, "attestation deadline");
        same(ledger.federation().version, 0, "version");
    }
}
