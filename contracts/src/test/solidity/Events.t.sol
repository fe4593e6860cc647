// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Expected} from "./Expected.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice The events with more fields than the compiler's plain pipeline can hold; foundry.toml compiles this
/// file as it does the contract.
contract EventsTest is LedgerTest {
    function setUp() public {
        found(2, 2, 3);
    }

    function test_constructor_recordsEverything() public {
        IFederatedLedger.Setup memory setup = setupOf(3, 2, 3);
        vm.expectEmit();
        emit IFederatedLedger.FederationCreated(
            FEDERATION, keccak256("spec"), MODEL, 1000, STATE, 100, 3, 2, RECOVERY_SECONDS, successor
        );
        vm.expectEmit();
        emit IFederatedLedger.CoordinatorChanged(address(0), coordinator, 1);
        vm.expectEmit();
        emit IFederatedLedger.AggregatorAdded(aggregator(0), 1);
        vm.expectEmit();
        emit IFederatedLedger.VerifierAdded(verifier(0), 1);
        vm.expectEmit();
        emit IFederatedLedger.AuditorGranted(address(0xA0D1));
        ledger = deploy(setup);

        same(ledger.federationId(), FEDERATION, "federation id");
        same(ledger.specDigest(), keccak256("spec"), "spec");
        IFederatedLedger.FederationRecord memory record = ledger.federation();
        same(record.round, 0, "round");
        same(record.version, 0, "version");
        same(record.baseVersion, 0, "base");
        same(record.attestationThreshold, 2, "threshold");
        versionIs(0, MODEL, STATE);
        same(record.coordinator, coordinator, "coordinator");
        same(record.verifiers, 3, "verifiers");
        same(ledger.aggregatorTerm(aggregator(0)).from, 1, "aggregator");
        same(ledger.verifierTerm(verifier(2)).from, 1, "verifier");
        check(ledger.isAuditor(address(0xA0D1)), "auditor");
    }

    function test_openRound_recordsEverything() public {
        admit(3);
        IFederatedLedger.RoundOpening memory o = opening();
        o.laterStages = twoLaterStages(70, 2);
        bytes32 expected = Expected.roundId(FEDERATION, 1, o);
        vm.expectEmit();
        emit IFederatedLedger.RoundOpened(1, expected, o, 3, 3, 2);
        bytes32 roundId = open(o);
        same(roundId, expected, "round id");
        phaseIs(IFederatedLedger.Phase.Committing);
        IFederatedLedger.RoundRecord memory record = ledger.roundRecord(roundId);
        same(record.stage, 0, "stage");
        same(record.commitDeadline, o.commitDeadline, "commit deadline");
        same(record.mayCommit, 3, "may commit");
        (uint256[] memory members, uint256[] memory pending) = ledger.bitmaps();
        same(members.length, 1, "words");
        same(members[0], 7, "members");
        same(pending[0], 7, "pending");
    }

    function test_commit_recordsEverythingWhoeverSends() public {
        admit(3);
        bytes32 roundId = open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(1);
        bytes memory signature = sign(PARTICIPANT_KEY + 1, c);
        vm.expectEmit();
        emit IFederatedLedger.UpdateCommitted(
            roundId, participant(1), c.digest, 0, 1, c.size, c.weight, c.privacyCost, signature
        );
        vm.prank(stranger);
        ledger.commit(c, signature);
        (, uint256[] memory pending) = ledger.bitmaps();
        same(pending[0], 5, "pending");
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
