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
    uint256 private constant PUBLICATION_GOAL = 100_000;
    uint256 private constant GREATEST_PUBLICATION_GOAL = 8_000_000;

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

    /// @dev Everything that costs: a first commitment that is not the last, greatest values, privacy, a draw, a key
    /// changed in mid-round.
    /// forge-config: default.isolate = true
    function test_gas_dearestCommitStaysWithinGoal() public {
        found(1, 0, 0);
        admit(3);
        IFederatedLedger.RoundOpening memory dearest = opening();
        dearest.weightCap = type(uint32).max;
        dearest.drawThreshold = type(uint256).max - 1;
        dearest.laterStages = twoLaterStages(100, 1);
        open(dearest);
        vm.snapshotGasLastCall(GROUP, "open round of three stages, drawn");
        rotate(1, PARTICIPANT_KEY + 1, STRANGER_KEY);
        vm.snapshotGasLastCall(GROUP, "rotate key");
        commitWithin("commit, dearest", 1, type(uint64).max / 4);
        commit(0);
        commit(2);
        closeCommits();
        vm.snapshotGasLastCall(GROUP, "close commits of a stage that another follows");
        commitWithin("commit first of a later stage, dearest", 1, type(uint64).max / 4);
        commitWithin("commit second of a later stage", 0, type(uint64).max / 4);
        commit(2);
        closeCommits();
        commitWithin("commit first of the last stage, dearest", 1, type(uint64).max / 4);
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

    /// forge-config: default.isolate = true
    function test_gas_publicationWithRejectionsAndNoVerifiersStaysWithinGoal() public {
        found(1, 0, 0);
        admit(10);
        open();
        commitAll(10);
        closeCommits();
        bytes memory rejected;
        for (uint256 i = 1; i < 10; i++) {
            rejected = bytes.concat(rejected, bytes2(uint16(i)), bytes1(0x0c));
        }
        publishWithin("publish 10, 9 of them rejected, final at once", rejected);
    }

    /// forge-config: default.isolate = true
    function test_gas_governance() public {
        found(1, 2, 3);
        govern(2, IFederatedLedger.GovernanceKind.ReplaceVerifier, verifier(0), uint160(verifier(3)));
        vm.snapshotGasLastCall(GROUP, "replace a verifier by two signatures");
    }

    /// @dev Of 4,096 all but one, none of whom can be proven wrong by anything but their files.
    /// forge-config: default.isolate = true
    function test_gas_publicationOf4096WithAllButOneRejectedStaysWithinGoal() public {
        found(1, 0, 0);
        admit(4096);
        open();
        for (uint256 i = 0; i < 4096; i++) {
            commit(i);
        }
        closeCommits();
        vm.snapshotGasLastCall(GROUP, "close commits of 4096");
        bytes memory rejected = new bytes(4095 * 3);
        for (uint256 i = 0; i < 4095; i++) {
            rejected[3 * i] = bytes1(uint8((i + 1) >> 8));
            rejected[3 * i + 1] = bytes1(uint8(i + 1));
            rejected[3 * i + 2] = 0x0c;
        }
        uint256[] memory accepted = new uint256[](16);
        accepted[0] = 1;
        publish(0, accepted, rejected);
        within("publish 4096, all but one rejected", GREATEST_PUBLICATION_GOAL);
    }

    function commitWithin(string memory name, uint256 i, uint64 privacyCost) private {
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        c.size = type(uint64).max;
        c.weight = WEIGHT_CAP;
        c.privacyCost = privacyCost;
        ledger.commit(c, sign(PARTICIPANT_KEY + i, c));
        within(name, COMMIT_GOAL);
    }

    function within(string memory name, uint256 goal) private {
        uint256 gas = vm.snapshotGasLastCall(GROUP, name);
        if (gas > goal) revert Unexpected(name, bytes32(gas), bytes32(goal));
    }

    function publishWithin(string memory name, bytes memory rejected)
        private
        returns (IFederatedLedger.Publication memory p)
    {
        p = publish(0, first(10 - rejected.length / 3), rejected);
        within(name, PUBLICATION_GOAL);
    }
}
