// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @notice Membership, signing keys and privacy budgets, and the round from which each counts.
contract ParticipantsTest is LedgerTest {
    uint256 private constant NEW_KEY = 50000;

    function setUp() public {
        found(1, 0, 0);
    }

    // ------------------------------------------------------------------------------------------------- membership

    function test_admit_numbersByOrder() public {
        vm.expectEmit();
        emit IFederatedLedger.ParticipantAdmitted(participant(0), 0, UNLIMITED, 1);
        admit(3);
        for (uint256 i = 0; i < 3; i++) {
            IFederatedLedger.ParticipantRecord memory record = ledger.participantRecord(participant(i));
            check(record.admitted, "admitted");
            same(record.index, i, "index");
            same(record.signer, participant(i), "signer");
            same(record.from, 1, "from");
            same(record.until, 0, "until");
            same(record.budget, UNLIMITED, "budget");
            same(ledger.participantAt(i), participant(i), "address");
        }
        same(ledger.federation().members, 3, "members");
    }

    function test_admit_countsFromTheNextRound() public {
        admit(1);
        bytes32 roundId = open();
        vm.prank(coordinator);
        ledger.admit(participant(1), UNLIMITED);
        same(ledger.participantRecord(participant(1)).from, 2, "from");
        same(ledger.roundRecord(roundId).members, 1, "members");
        refuseCommit(1, abi.encodeWithSelector(IFederatedLedger.NotMemberOfRound.selector, participant(1), 1));
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        open();
        commit(1);
    }

    function test_admit_failsIfMemberOrZero() public {
        admit(1);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.AlreadyMember.selector, participant(0)));
        ledger.admit(participant(0), UNLIMITED);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        ledger.admit(address(0), UNLIMITED);
    }

    function test_admit_failsBeyond4096() public {
        for (uint160 i = 1; i <= 4096; i++) {
            vm.prank(coordinator);
            ledger.admit(address(i), 0);
        }
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.TooManyAccounts.selector, 4097, 4096));
        ledger.admit(address(4097), 0);
        bytes32 roundId = open();
        same(ledger.roundRecord(roundId).words, 16, "words");
        same(ledger.roundRecord(roundId).members, 4096, "members");
    }

    function test_suspend_countsFromTheNextRound() public {
        admit(2);
        open();
        vm.expectEmit();
        emit IFederatedLedger.ParticipantSuspended(participant(1), 1, 2);
        vm.prank(coordinator);
        ledger.suspend(participant(1));
        commitAll(2);
        closeCommits();
        publish(0, first(2), "");
        bytes32 roundId = open();
        same(ledger.roundRecord(roundId).members, 1, "members");
        refuseCommit(1, abi.encodeWithSelector(IFederatedLedger.NotMemberOfRound.selector, participant(1), 2));
    }

    function test_suspend_failsIfNoMember() public {
        admit(1);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotMember.selector, stranger));
        ledger.suspend(stranger);
        vm.prank(coordinator);
        ledger.suspend(participant(0));
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotMember.selector, participant(0)));
        ledger.suspend(participant(0));
    }

    function test_admit_takesBackUnderTheSameIndex() public {
        admit(2);
        vm.prank(coordinator);
        ledger.suspend(participant(0));
        runRound(1);
        vm.expectEmit();
        emit IFederatedLedger.ParticipantAdmitted(participant(0), 0, UNLIMITED, 2);
        vm.prank(coordinator);
        ledger.admit(participant(0), UNLIMITED);
        IFederatedLedger.ParticipantRecord memory record = ledger.participantRecord(participant(0));
        same(record.index, 0, "index");
        same(record.from, 2, "from");
        same(record.until, 0, "until");
        same(ledger.federation().admitted, 2, "admitted");
        open();
        commit(0);
    }

    function test_admit_leavesTheTermIfSuspensionDidNotCountYet() public {
        admit(1);
        open();
        vm.prank(coordinator);
        ledger.suspend(participant(0));
        vm.prank(coordinator);
        ledger.admit(participant(0), UNLIMITED);
        same(ledger.participantRecord(participant(0)).from, 1, "from");
        same(ledger.participantRecord(participant(0)).until, 0, "until");
    }

    function test_admit_failsIfBudgetFallsOnReturn() public {
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
        vm.prank(coordinator);
        ledger.suspend(participant(0));
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.BudgetNotRaised.selector, 99, 100));
        ledger.admit(participant(0), 99);
    }

    // ----------------------------------------------------------------------------------------------- signing keys

    function test_rotateKey_countsFromTheNextRound() public {
        admit(1);
        open();
        vm.expectEmit();
        emit IFederatedLedger.SigningKeyRotated(participant(0), vm.addr(NEW_KEY), participant(0), 2);
        vm.prank(participant(0));
        ledger.rotateKey(participant(0), vm.addr(NEW_KEY));
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        refuseSigned(NEW_KEY, c, vm.addr(NEW_KEY), participant(0));
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        open();
        c = commitmentOf(0);
        refuseSigned(PARTICIPANT_KEY, c, participant(0), vm.addr(NEW_KEY));
        ledger.commitUpdate(c, sign(NEW_KEY, c));
    }

    function test_rotateKey_keepsTheOldKeyThroughSeveralRotationsInARound() public {
        admit(1);
        open();
        vm.prank(participant(0));
        ledger.rotateKey(participant(0), vm.addr(NEW_KEY));
        vm.prank(vm.addr(NEW_KEY));
        ledger.rotateKey(participant(0), vm.addr(NEW_KEY + 1));
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        ledger.commitUpdate(c, sign(NEW_KEY + 1, c));
    }

    function test_rotateKey_isAllowedToCoordinator() public {
        admit(1);
        vm.prank(coordinator);
        ledger.rotateKey(participant(0), vm.addr(NEW_KEY));
        same(ledger.participantRecord(participant(0)).signer, vm.addr(NEW_KEY), "signer");
    }

    function test_rotateKey_failsForStrangersAndOldKeys() public {
        admit(1);
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.NotAllowedToRotate.selector, stranger, participant(0))
        );
        ledger.rotateKey(participant(0), stranger);
        vm.prank(participant(0));
        ledger.rotateKey(participant(0), vm.addr(NEW_KEY));
        vm.prank(participant(0));
        vm.expectRevert(
            abi.encodeWithSelector(
                IFederatedLedger.NotAllowedToRotate.selector, participant(0), participant(0)
            )
        );
        ledger.rotateKey(participant(0), stranger);
    }

    function test_rotateKey_failsIfUnknownZeroOrTheSame() public {
        admit(1);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotAdmitted.selector, stranger));
        ledger.rotateKey(stranger, vm.addr(NEW_KEY));
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        ledger.rotateKey(participant(0), address(0));
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.SameSigner.selector, participant(0)));
        ledger.rotateKey(participant(0), participant(0));
    }

    // ---------------------------------------------------------------------------------------------------- privacy

    function test_privacy_isSpentToTheLastUnit() public {
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = 101;
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.BudgetExceeded.selector, participant(0), 0, 101, 100)
        );
        ledger.commitUpdate(c, signature);
        c.privacyCost = 100;
        ledger.commitUpdate(c, sign(PARTICIPANT_KEY, c));
        same(ledger.participantRecord(participant(0)).spent, 100, "spent");
    }

    function test_privacy_doesNotOverflow() public {
        admit(1);
        spend(UNLIMITED - 1);
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = UNLIMITED;
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        vm.expectRevert(
            abi.encodeWithSelector(
                IFederatedLedger.BudgetExceeded.selector, participant(0), UNLIMITED - 1, UNLIMITED, UNLIMITED
            )
        );
        ledger.commitUpdate(c, signature);
    }

    function test_privacy_staysSpentIfTheRoundIsAborted() public {
        admit(1);
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = 5;
        ledger.commitUpdate(c, sign(PARTICIPANT_KEY, c));
        vm.prank(coordinator);
        ledger.abortRound(c.roundId, IFederatedLedger.AbortReason.Coordinator);
        same(ledger.participantRecord(participant(0)).spent, 5, "spent");
    }

    function test_raiseBudget_countsFromTheNextRound() public {
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
        open();
        vm.expectEmit();
        emit IFederatedLedger.PrivacyBudgetRaised(participant(0), 100, 150, 2);
        vm.prank(coordinator);
        ledger.raiseBudget(participant(0), 150);
        vm.prank(coordinator);
        ledger.raiseBudget(participant(0), 200);
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = 101;
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.BudgetExceeded.selector, participant(0), 0, 101, 100)
        );
        ledger.commitUpdate(c, signature);
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        spend(200);
        same(ledger.participantRecord(participant(0)).spent, 200, "spent");
    }

    function test_raiseBudget_failsIfNotRaisedOrUnknown() public {
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.BudgetNotRaised.selector, 100, 100));
        ledger.raiseBudget(participant(0), 100);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotAdmitted.selector, stranger));
        ledger.raiseBudget(stranger, 100);
    }

    // ---------------------------------------------------------------------------------------------------- helpers

    function runRound(uint256 only) private {
        open();
        commit(only);
        closeCommits();
        uint256[] memory accepted = new uint256[](1);
        accepted[0] = 1 << only;
        publish(0, accepted, "");
    }

    /// @notice A whole round in which the first participant spends.
    function spend(uint64 cost) private {
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = cost;
        ledger.commitUpdate(c, sign(PARTICIPANT_KEY, c));
        closeCommits();
        publish(0, first(1), "");
    }

    function refuseCommit(uint256 i, bytes memory refusal) private {
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        bytes memory signature = sign(PARTICIPANT_KEY + i, c);
        vm.expectRevert(refusal);
        ledger.commitUpdate(c, signature);
    }

    function refuseSigned(
        uint256 key,
        IFederatedLedger.UpdateCommitment memory c,
        address signer,
        address expected
    ) private {
        bytes memory signature = sign(key, c);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSigner.selector, signer, expected));
        ledger.commitUpdate(c, signature);
    }
}
