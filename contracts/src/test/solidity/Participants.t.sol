// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFederatedLedger} from "../../main/solidity/IFederatedLedger.sol";
import {Expected} from "./Expected.sol";
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
            same(record.index, i, "index");
            same(record.signer, participant(i), "signer");
            same(record.from, 1, "from");
            same(record.until, 0, "until");
            same(record.budget, UNLIMITED, "budget");
        }
        same(ledger.federation().members, 3, "members");
    }

    function test_admit_countsFromTheNextRound() public {
        admit(1);
        bytes32 roundId = open();
        vm.prank(coordinator);
        ledger.admit(participant(1), UNLIMITED);
        same(ledger.participantRecord(participant(1)).from, 2, "from");
        same(ledger.roundRecord(roundId).mayCommit, 1, "members");
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
        same(wordCount(), 16, "words");
        same(ledger.roundRecord(roundId).mayCommit, 4096, "may commit");
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
        same(ledger.roundRecord(roundId).mayCommit, 1, "members");
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

    function test_admit_failsIfBudgetIsAnotherOnReturn() public {
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
        vm.prank(coordinator);
        ledger.suspend(participant(0));
        uint64[2] memory budgets = [uint64(99), 101];
        for (uint256 i = 0; i < 2; i++) {
            vm.prank(coordinator);
            vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.BudgetDiffers.selector, budgets[i], 100));
            ledger.admit(participant(0), budgets[i]);
        }
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
    }

    // ----------------------------------------------------------------------------------------------- signing keys

    function test_rotateKey_countsFromTheNextRound() public {
        admit(1);
        open();
        IFederatedLedger.KeyRotation memory rotation = rotationOf(0, vm.addr(NEW_KEY));
        bytes memory signature = signHash(PARTICIPANT_KEY, Expected.hash(rotation));
        vm.expectEmit();
        emit IFederatedLedger.SigningKeyRotated(participant(0), vm.addr(NEW_KEY), participant(0), 2, 0, signature);
        vm.prank(stranger);
        ledger.rotateKey(rotation, signature);
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        refuseSigned(NEW_KEY, c, vm.addr(NEW_KEY), participant(0));
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        open();
        c = commitmentOf(0);
        refuseSigned(PARTICIPANT_KEY, c, participant(0), vm.addr(NEW_KEY));
        ledger.commit(c, sign(NEW_KEY, c));
    }

    function test_rotateKey_keepsTheOldKeyThroughSeveralRotationsInARound() public {
        admit(1);
        open();
        rotate(0, PARTICIPANT_KEY, NEW_KEY);
        rotate(0, NEW_KEY, NEW_KEY + 1);
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        ledger.commit(c, sign(NEW_KEY + 1, c));
    }

    function test_rotateKey_failsIfAnotherThanTheNewestKeySigns() public {
        admit(1);
        refuseRotation(rotationOf(0, stranger), STRANGER_KEY, wrongSigner(stranger, participant(0)));
        refuseRotation(rotationOf(0, stranger), 1, wrongSigner(coordinator, participant(0)));
        rotate(0, PARTICIPANT_KEY, NEW_KEY);
        refuseRotation(
            rotationOf(0, stranger), PARTICIPANT_KEY, wrongSigner(participant(0), vm.addr(NEW_KEY))
        );
    }

    function test_rotateKey_failsIfTheNonceIsNotTheNext() public {
        admit(1);
        IFederatedLedger.KeyRotation memory first_ = rotationOf(0, vm.addr(NEW_KEY));
        rotate(0, PARTICIPANT_KEY, NEW_KEY);
        rotate(0, NEW_KEY, PARTICIPANT_KEY);
        refuseRotation(
            first_, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.WrongNonce.selector, 0, 2)
        );
    }

    function test_rotateKey_failsIfUnknownZeroOrTheSame() public {
        admit(1);
        refuseRotation(
            IFederatedLedger.KeyRotation(stranger, vm.addr(NEW_KEY), 0),
            STRANGER_KEY,
            abi.encodeWithSelector(IFederatedLedger.NotAdmitted.selector, stranger)
        );
        refuseRotation(
            rotationOf(0, address(0)), PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector)
        );
        refuseRotation(
            rotationOf(0, participant(0)),
            PARTICIPANT_KEY,
            abi.encodeWithSelector(IFederatedLedger.SameSigner.selector, participant(0))
        );
    }

    /// @dev Every field of a signed change of keys, changed after signing, makes another signer of it.
    function test_rotateKey_failsIfAnyPartIsDamaged(uint8 part, uint64 flip) public {
        admit(2);
        IFederatedLedger.KeyRotation memory r = rotationOf(0, vm.addr(NEW_KEY));
        bytes memory signature = signHash(PARTICIPANT_KEY, Expected.hash(r));
        flip = flip == 0 ? 1 : flip;
        if (part % 3 == 0) r.participant = participant(1);
        else if (part % 3 == 1) r.signer = address(uint160(r.signer) ^ flip);
        else r.nonce ^= flip;
        vm.expectRevert();
        ledger.rotateKey(r, signature);
    }

    // --------------------------------------------------------------------------------- recovery, without verifiers

    function test_recovery_givesAKeyAfterTheDelay() public {
        admit(1);
        uint64 readyAt = uint64(START + RECOVERY_SECONDS);
        vm.expectEmit();
        emit IFederatedLedger.RecoveryRequested(participant(0), vm.addr(NEW_KEY), 0, readyAt);
        request(vm.addr(NEW_KEY));
        same(ledger.participantRecord(participant(0)).pendingSigner, vm.addr(NEW_KEY), "pending");
        same(ledger.participantRecord(participant(0)).recoveryReadyAt, readyAt, "ready at");
        vm.warp(readyAt);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.DeadlineNotPassed.selector, readyAt, readyAt));
        ledger.completeRecovery(participant(0));
        vm.warp(readyAt + 1);
        open();
        vm.expectEmit();
        emit IFederatedLedger.SigningKeyRecovered(participant(0), vm.addr(NEW_KEY), participant(0), 2);
        vm.prank(stranger);
        ledger.completeRecovery(participant(0));
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        ledger.commit(c, sign(NEW_KEY, c));
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoRecoveryPending.selector, participant(0)));
        ledger.completeRecovery(participant(0));
    }

    function test_recovery_isVetoedByTheOldKey() public {
        admit(1);
        request(vm.addr(NEW_KEY));
        vm.warp(START + RECOVERY_SECONDS + 100);
        IFederatedLedger.RecoveryVeto memory v =
            IFederatedLedger.RecoveryVeto(participant(0), vm.addr(NEW_KEY), 0);
        bytes memory signature = signHash(PARTICIPANT_KEY, Expected.hash(v));
        vm.expectEmit();
        emit IFederatedLedger.RecoveryVetoed(participant(0), vm.addr(NEW_KEY), 0);
        vm.prank(stranger);
        ledger.vetoRecovery(v, signature);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoRecoveryPending.selector, participant(0)));
        ledger.completeRecovery(participant(0));
        same(ledger.participantRecord(participant(0)).signer, participant(0), "signer");
    }

    function test_recovery_endsIfTheOldKeyRotates() public {
        admit(1);
        request(vm.addr(NEW_KEY));
        rotate(0, PARTICIPANT_KEY, NEW_KEY + 1);
        vm.warp(START + RECOVERY_SECONDS + 1);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NoRecoveryPending.selector, participant(0)));
        ledger.completeRecovery(participant(0));
    }

    function test_recovery_startsAnewWithAnotherRequest() public {
        admit(1);
        request(vm.addr(NEW_KEY));
        vm.warp(START + RECOVERY_SECONDS);
        request(vm.addr(NEW_KEY + 1));
        vm.warp(START + RECOVERY_SECONDS + 1);
        uint256 readyAt = START + 2 * RECOVERY_SECONDS;
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.DeadlineNotPassed.selector, readyAt, block.timestamp)
        );
        ledger.completeRecovery(participant(0));
        vm.warp(readyAt + 1);
        ledger.completeRecovery(participant(0));
        same(ledger.participantRecord(participant(0)).signer, vm.addr(NEW_KEY + 1), "signer");
        same(ledger.participantRecord(participant(0)).keyChanges, 1, "changes");
    }

    function test_vetoRecovery_failsIfAnythingIsNotAsPending() public {
        admit(1);
        IFederatedLedger.RecoveryVeto memory v = IFederatedLedger.RecoveryVeto(participant(0), stranger, 0);
        refuseVeto(
            v,
            PARTICIPANT_KEY,
            abi.encodeWithSelector(IFederatedLedger.NoRecoveryPending.selector, participant(0))
        );
        request(vm.addr(NEW_KEY));
        refuseVeto(
            v,
            PARTICIPANT_KEY,
            abi.encodeWithSelector(IFederatedLedger.OtherRecoveryPending.selector, stranger, vm.addr(NEW_KEY))
        );
        v.signer = vm.addr(NEW_KEY);
        v.nonce = 1;
        refuseVeto(v, PARTICIPANT_KEY, abi.encodeWithSelector(IFederatedLedger.WrongNonce.selector, 1, 0));
        v.nonce = 0;
        refuseVeto(v, NEW_KEY, wrongSigner(vm.addr(NEW_KEY), participant(0)));
        refuseVeto(v, 1, wrongSigner(coordinator, participant(0)));
    }

    function test_requestRecovery_failsIfNotTheCoordinatorsToAsk() public {
        admit(1);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotCoordinator.selector, stranger, coordinator));
        ledger.requestRecovery(participant(0), stranger);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.NotAdmitted.selector, stranger));
        ledger.requestRecovery(stranger, stranger);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.ZeroAddress.selector));
        ledger.requestRecovery(participant(0), address(0));
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.SameSigner.selector, participant(0)));
        ledger.requestRecovery(participant(0), participant(0));
    }

    // ------------------------------------------------------------------------------------ recovery, with verifiers

    function test_recovery_isTheVerifiersWithVerifiers() public {
        found(1, 2, 3);
        admit(1);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.OnlyWithoutVerifiers.selector));
        ledger.requestRecovery(participant(0), vm.addr(NEW_KEY));
        IFederatedLedger.GovernanceKind kind = IFederatedLedger.GovernanceKind.RecoverKey;
        bytes[] memory signatures = approve(2, kind, participant(0), uint160(vm.addr(NEW_KEY)));
        vm.expectEmit();
        emit IFederatedLedger.GovernanceApproved(
            0, kind, participant(0), uint160(vm.addr(NEW_KEY)), signatures
        );
        vm.expectEmit();
        emit IFederatedLedger.SigningKeyRecovered(participant(0), vm.addr(NEW_KEY), participant(0), 1);
        ledger.govern(kind, participant(0), uint160(vm.addr(NEW_KEY)), signatures);
        same(ledger.participantRecord(participant(0)).signer, vm.addr(NEW_KEY), "signer");
    }

    function test_recovery_isNotTheCoordinatorsByGovernance() public {
        admit(1);
        vm.prank(coordinator);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.OnlyWithVerifiers.selector));
        ledger.govern(
            IFederatedLedger.GovernanceKind.RecoverKey,
            participant(0),
            uint160(vm.addr(NEW_KEY)),
            new bytes[](0)
        );
    }

    /// @dev Else a coordinator could name a verifier of its own and take any key without a veto.
    function test_recovery_leavesTheVetoIfVerifiersCameLater() public {
        admit(1);
        govern(IFederatedLedger.GovernanceKind.AddVerifier, verifier(0), 1);
        IFederatedLedger.GovernanceKind kind = IFederatedLedger.GovernanceKind.RecoverKey;
        uint256 key = uint160(vm.addr(NEW_KEY));
        bytes[] memory signatures = approve(1, kind, participant(0), key);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.OnlyWithVerifiers.selector));
        ledger.govern(kind, participant(0), key, signatures);
        request(vm.addr(NEW_KEY));
        vm.warp(START + RECOVERY_SECONDS + 1);
        ledger.completeRecovery(participant(0));
        same(ledger.participantRecord(participant(0)).signer, vm.addr(NEW_KEY), "signer");
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
        ledger.commit(c, signature);
        c.privacyCost = 100;
        ledger.commit(c, sign(PARTICIPANT_KEY, c));
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
        ledger.commit(c, signature);
    }

    function test_privacy_staysSpentIfTheRoundIsAborted() public {
        admit(1);
        open();
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = 5;
        ledger.commit(c, sign(PARTICIPANT_KEY, c));
        vm.prank(coordinator);
        ledger.abortRound(c.roundId, IFederatedLedger.AbortReason.Coordinator);
        same(ledger.participantRecord(participant(0)).spent, 5, "spent");
    }

    function test_raiseBudget_countsFromTheNextRound() public {
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
        open();
        IFederatedLedger.BudgetRaise memory b = IFederatedLedger.BudgetRaise(participant(0), 150);
        bytes memory consent = signHash(PARTICIPANT_KEY, Expected.hash(b));
        vm.expectEmit();
        emit IFederatedLedger.PrivacyBudgetRaised(participant(0), 100, 150, 2, consent);
        vm.prank(stranger);
        ledger.raiseBudget(b, consent);
        raise(0, 200);
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(0);
        c.privacyCost = 101;
        bytes memory signature = sign(PARTICIPANT_KEY, c);
        vm.expectRevert(
            abi.encodeWithSelector(IFederatedLedger.BudgetExceeded.selector, participant(0), 0, 101, 100)
        );
        ledger.commit(c, signature);
        commit(0);
        closeCommits();
        publish(0, first(1), "");
        spend(200);
        same(ledger.participantRecord(participant(0)).spent, 200, "spent");
    }

    function test_raiseBudget_failsIfNotRaisedUnknownOrNotSigned() public {
        vm.prank(coordinator);
        ledger.admit(participant(0), 100);
        refuseRaise(
            participant(0),
            100,
            PARTICIPANT_KEY,
            abi.encodeWithSelector(IFederatedLedger.BudgetNotRaised.selector, 100, 100)
        );
        refuseRaise(
            stranger,
            100,
            STRANGER_KEY,
            abi.encodeWithSelector(IFederatedLedger.NotAdmitted.selector, stranger)
        );
        refuseRaise(participant(0), 101, 1, wrongSigner(coordinator, participant(0)));
        rotate(0, PARTICIPANT_KEY, NEW_KEY);
        refuseRaise(participant(0), 101, PARTICIPANT_KEY, wrongSigner(participant(0), vm.addr(NEW_KEY)));
    }

    // ---------------------------------------------------------------------------------------------------- helpers

    function request(address signer) private {
        vm.prank(coordinator);
        ledger.requestRecovery(participant(0), signer);
    }

    function refuseRotation(IFederatedLedger.KeyRotation memory r, uint256 key, bytes memory refusal) private {
        bytes memory signature = signHash(key, Expected.hash(r));
        vm.expectRevert(refusal);
        ledger.rotateKey(r, signature);
    }

    function refuseVeto(IFederatedLedger.RecoveryVeto memory v, uint256 key, bytes memory refusal) private {
        bytes memory signature = signHash(key, Expected.hash(v));
        vm.expectRevert(refusal);
        ledger.vetoRecovery(v, signature);
    }

    function refuseRaise(address account, uint64 budget, uint256 key, bytes memory refusal) private {
        IFederatedLedger.BudgetRaise memory b = IFederatedLedger.BudgetRaise(account, budget);
        bytes memory signature = signHash(key, Expected.hash(b));
        vm.expectRevert(refusal);
        ledger.raiseBudget(b, signature);
    }

    function wrongSigner(address signer, address expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IFederatedLedger.WrongSigner.selector, signer, expected);
    }

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
        ledger.commit(c, sign(PARTICIPANT_KEY, c));
        closeCommits();
        publish(0, first(1), "");
    }

    function refuseCommit(uint256 i, bytes memory refusal) private {
        IFederatedLedger.UpdateCommitment memory c = commitmentOf(i);
        bytes memory signature = sign(PARTICIPANT_KEY + i, c);
        vm.expectRevert(refusal);
        ledger.commit(c, signature);
    }

    function refuseSigned(
        uint256 key,
        IFederatedLedger.UpdateCommitment memory c,
        address signer,
        address expected
    ) private {
        bytes memory signature = sign(key, c);
        vm.expectRevert(abi.encodeWithSelector(IFederatedLedger.WrongSigner.selector, signer, expected));
        ledger.commit(c, signature);
    }
}
