// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice What whole transactions cost, against the goals and against the committed snapshots.
/// @dev Isolation runs every call as a transaction of its own, with cold storage and the price of its data.
/// forge-config: default.isolate = true
contract GasTest is LedgerTest {
    string private constant GROUP = "FederatedLedger";
    uint256 private constant COMMIT_GOAL = 75_000;
    uint256 private constant PUBLICATION_GOAL = 120_000;

    /// forge-config: default.isolate = true
    function test_gas_administration() public {
        found(3, 0, 0);
        vm.prank(coordinator);
        ledger.admit(participant(0), UNLIMITED);
        vm.snapshotGasLastCall(GROUP, "admit first");
        vm.prank(coordinator);
        ledger.admit(participant(1), UNLIMITED);
        vm.snapshotGasLastCall(GROUP, "admit");
    }

    /// forge-config: default.isolate = true
    function test_gas_commitsStayWithinGoal() public {
        found(3, 0, 0);
        admit(10);
        open();
        vm.snapshotGasLastCall(GROUP, "open first round of 10");
        commitWithin("commit first of the first round", 0, 0);
        commitWithin("commit with privacy cost", 1, type(uint64).max / 2);
        for (uint256 i = 2; i < 9; i++) {
            commit(i);
        }
        commitWithin("commit last, with privacy cost", 9, type(uint64).max / 2);
        closeCommits();
        vm.snapshotGasLastCall(GROUP, "close commits");
        publishWithin("publish 10, final at once", "");
        open();
        vm.snapshotGasLastCall(GROUP, "open second round of 10");
        commitWithin("commit first of the second round", 0, type(uint64).max / 2);
    }

    /// @dev Everything that costs: a first commitment that is not the last, greatest values, privacy, a key rotated
    /// in mid-round.
    /// forge-config: default.isolate = true
    function test_gas_dearestCommitStaysWithinGoal() public {
        found(1, 0, 0);
        admit(3);
        IFederatedLedger.RoundOpening memory dearest = opening();
        dearest.weightCap = type(uint32).max;
        vm.prank(coordinator);
        ledger.openRound(dearest);
        vm.prank(coordinator);
        ledger.rotateKey(participant(1), stranger);
        commitWithin("commit, dearest", 1, type(uint64).max / 2);
    }

    /// forge-config: default.isolate = true
    function test_gas_publicationsStayWithinGoal() public {
        found(1, 2, 3);
        admit(10);
        open();
        commitAll(10);
        closeCommits();
        IFederatedLedger.Publication memory p = publishWithin("publish 10, with verifiers", "");
        attest(0, p, true);
        vm.snapshotGasLastCall(GROUP, "attest");
        attest(1, p, true);
        vm.snapshotGasLastCall(GROUP, "attest and make final");
    }

    /// forge-config: default.isolate = true
    function test_gas_publicationWithRejectionsStaysWithinGoal() public {
        found(1, 2, 3);
        admit(10);
        open();
        commitAll(10);
        closeCommits();
        bytes memory rejected;
        for (uint256 i = 1; i < 10; i++) {
            rejected = bytes.concat(rejected, bytes2(uint16(i)), bytes1(0x0c));
        }
        publishWithin("publish 10, 9 of them rejected", rejected);
    }

    function commitWithin(string memory name, uint256 i, uint64 privacyCost) private {
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        c.size = type(uint64).max;
        c.weight = ledger.roundRecord(c.roundId).weightCap;
        c.privacyCost = privacyCost;
        bytes memory signature = sign(PARTICIPANT_KEY + i, c);
        ledger.commitUpdate(c, signature);
        uint256 gas = vm.snapshotGasLastCall(GROUP, name);
        if (gas > COMMIT_GOAL) revert Unexpected(name, bytes32(gas), bytes32(COMMIT_GOAL));
    }

    function publishWithin(string memory name, bytes memory rejected)
        private
        returns (IFederatedLedger.Publication memory p)
    {
        p = publish(0, first(10 - rejected.length / 3), rejected);
        uint256 gas = vm.snapshotGasLastCall(GROUP, name);
        if (gas > PUBLICATION_GOAL) revert Unexpected(name, bytes32(gas), bytes32(PUBLICATION_GOAL));
    }
}
